"""Finds the `.lazy` file for an argument: a file, a directory with a `.lazy`, or no argument (`./.lazy`)."""

from __future__ import annotations

from pathlib import Path

from lazyoci.errors import UsageError
from lazyoci.repository import root_above
from lazyoci.walk import other_name


def find(argument: str | None) -> Path:
    """The file that `argument` means; raises UsageError, telling what to do, when there is none."""
    if argument == "":
        raise empty()
    path = Path(".lazy") if argument is None else Path(argument)
    if path.is_dir():
        inner = path / ".lazy"
        if inner.is_dir() or (path.name == ".lazy" and not inner.exists()):
            named = inner if inner.is_dir() else path
            raise UsageError(f"{named} is a directory, not a file", hint="move it away; then: lazyoci init")
        if not inner.is_file():
            hint = other_name(path) or f"write one with: lazyoci init {path}"
            raise UsageError(f"no .lazy in the directory {path}", hint=hint)
        return inner
    if not path.exists():
        if argument is None:
            other = other_name(Path())
            above = find_above(Path.cwd()) if not other else None
            there = f"\nthere is one above: cd {above.parent}" if above is not None else ""
            hint = other or f"write one with: lazyoci init; or name a file or directory{there}"
            raise UsageError("no .lazy in this directory", hint=hint)
        from lazyoci.cli import suggestions  # only where something is wrong

        meant = suggestions.path(str(argument), Path.cwd())
        raise UsageError(f"{path} does not exist", hint=meant or "name a .lazy file, or a directory that holds one")
    return path


def empty() -> UsageError:
    """The error for an empty argument, which usually comes from an unset shell variable."""
    return UsageError("PATH is empty", hint="name a .lazy file or a directory that holds one, or leave it out")


def find_above(directory: Path) -> Path | None:
    """The nearest `.lazy` above `directory` in its git repository, for a user who is in the wrong directory."""
    root = root_above(directory)
    for place in directory.parents:
        if root is not None and not place.is_relative_to(root):
            return None
        if (place / ".lazy").is_file():
            return place / ".lazy"
    return None


def read(path: Path) -> bytes:
    """The content of a `.lazy` file; raises UsageError when it cannot be read."""
    from lazyoci import reader

    try:
        return reader.read(path, reader.LAZY)
    except OSError as error:
        hint = f"allow it: chmod u+r {path}" if isinstance(error, PermissionError) else ""
        raise UsageError(f"{path} cannot be read: {error.strerror or error}", hint=hint) from None
