"""From arguments to `.lazy` files: a file, a directory that holds `.lazy`, or nothing (`./.lazy`)."""

from __future__ import annotations

from pathlib import Path

from lazyoci.errors import UsageError


def find(argument: str | None) -> Path:
    """The file that `argument` means; raises UsageError, telling what to do, when there is none."""
    path = Path(argument) if argument else Path(".lazy")
    if path.is_dir():
        inner = path / ".lazy"
        if not inner.is_file():
            raise UsageError(f"no .lazy in the directory {path}", hint=f"write one with: lazyoci init {path}")
        return inner
    if not path.exists():
        if argument is None:
            raise UsageError(
                "no .lazy in this directory", hint="write one with: lazyoci init; or name a file or directory"
            )
        raise UsageError(f"{path} does not exist", hint="name a .lazy file, or a directory that holds one")
    return path


def read(path: Path) -> str:
    """The text of a `.lazy` file; raises UsageError when it cannot be read, and for bytes that are no text."""
    from lazyoci.config.nodes import decode_bytes

    try:
        return decode_bytes(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None
