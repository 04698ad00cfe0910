"""Finds the `.lazy` files below a directory, except those that `.gitignore` excludes.

These are files named `.lazy` or `NAME.lazy`. Links to directories are not followed, so no loop is possible.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from stat import S_ISDIR

from lazyoci import gitignore, reader
from lazyoci.errors import UsageError
from lazyoci.repository import root_above

_SUFFIX = ".lazy"


def _is_lazy(name: str) -> bool:
    return name.endswith(_SUFFIX)


def _is_git(name: str) -> bool:
    return name == ".git"


def lazy_files(arguments: Iterable[str], warn: Callable[[str], None]) -> Iterator[Path]:
    """The files for the arguments, each once, in the given order; directories are searched, sorted by name.

    `warn` is called for unreadable directories. Raises UsageError for a path that does not exist, and for directories
    without any `.lazy`.
    """
    given = list(arguments)
    directories = {argument for argument in given if _is_directory(argument)}  # first check all arguments
    seen: set[str] = set()
    for argument in given:
        path = Path(argument)
        found: Iterable[Path] = walk(path, warn) if argument in directories else (path,)
        empty = True
        for one in found:
            empty = False
            name = os.path.normcase(one)
            if name not in seen:
                seen.add(name)
                yield one
        if empty:
            raise UsageError(
                f"no .lazy in the directory {path}", hint=other_name(path) or f"write one with: lazyoci init {path}"
            )


# names that people and editors use by mistake; .lazyoci.yaml holds a project's settings
_OTHER_NAMES = r"(?i)[._]?lazy([._-]?file)?(\.(ya?ml|txt|json))?|.*\.lazy\.(ya?ml|txt)|_?lazyoci(\.ya?ml)?|\.lazyoci"


def other_name(directory: Path) -> str:
    """The remedy for a file in `directory` that is likely its `.lazy` under a wrong name; empty if there is none."""
    try:
        files = sorted(entry.name for entry in os.scandir(directory) if entry.is_file() and entry.name != ".lazy")
    except OSError:
        return ""
    here = "" if directory == Path() else f"{directory}/"
    found = next((name for name in files if _is_lazy(name)), "")
    if found:
        return f"there is {here}{found}: give that name, or rename it to .lazy"
    found = next((name for name in files if re.fullmatch(_OTHER_NAMES, name) or _is_misplaced(directory, name)), "")
    return f"there is {here}{found}: rename it to .lazy" if found else ""


def _is_misplaced(directory: Path, name: str) -> bool:
    """Whether a file with the name of a project's settings holds artifacts."""
    if re.fullmatch(r"\.lazyoci\.ya?ml", name) is None:
        return False
    try:
        return re.search(rb"^artifacts *:", reader.read(directory / name), re.MULTILINE) is not None
    except OSError:
        return False


def _is_directory(argument: str) -> bool:
    try:
        return S_ISDIR(os.stat(argument).st_mode)  # noqa: PTH116  # for a thousand files: half of Path.stat
    except (FileNotFoundError, NotADirectoryError, ValueError):
        problem = "does not exist"
    except OSError as error:
        problem = f"cannot be looked at: {error.strerror or error}"
    raise UsageError(f"{argument} {problem}", hint="name .lazy files, or directories that hold them")


def walk(
    directory: Path,
    warn: Callable[[str], None],
    wanted: Callable[[str], bool] = _is_lazy,
    skipped: Callable[[str], bool] = _is_git,
) -> Iterator[Path]:
    """Every `.lazy` file in `directory` and below that git does not ignore. `warn` is told of unreadable directories.

    With `wanted` and `skipped`, other files are found by name, and other directories are skipped.
    """
    real = os.path.realpath(directory)
    waiting = [(str(directory), real, _above(real))]  # the path as named, its real path, and the rules there
    while waiting:
        here, real, rules = waiting.pop()
        try:
            with os.scandir(here) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            warn(f"{here} is passed over: {error.strerror or error}")
            continue
        if any(entry.name == ".gitignore" for entry in entries):
            rules = gitignore.rules_of(real, rules, reader.read)
        inner = []
        for entry in entries:
            there = os.path.join(real, entry.name)  # noqa: PTH118  # a thousand times: text is quicker
            if entry.is_dir(follow_symlinks=False):
                if not skipped(entry.name) and not gitignore.is_ignored(rules, there, "/"):
                    inner.append((entry.path, there, rules))
            elif wanted(entry.name) and not gitignore.is_ignored(rules, there) and _is_file(entry, warn):
                yield Path(entry.path)
        waiting.extend(reversed(inner))


def _is_file(entry: os.DirEntry[str], warn: Callable[[str], None]) -> bool:
    """Whether an entry is a file or a link to one; `warn` is called if it is neither that nor a directory."""
    try:
        if entry.is_file():
            return True
        if entry.is_dir():
            return False
        problem = "it is a link to nothing" if entry.is_symlink() and not _is_there(entry) else reader.NOT_REGULAR
    except OSError as error:  # links in a circle, or into a directory that may not be read
        problem = error.strerror or str(error)
    warn(f"{entry.path} is passed over: {problem}")
    return False


def _is_there(entry: os.DirEntry[str]) -> bool:
    return os.path.exists(entry.path)  # noqa: PTH110  # Path.exists may raise


def _above(directory: str) -> gitignore.Rules:
    """The rules of the `.gitignore` files above `directory`, up to the repository's root."""
    path = Path(directory)
    root = root_above(path)
    rules: gitignore.Rules = ()
    for level in reversed(path.parents):
        if root is not None and level.is_relative_to(root):
            rules = gitignore.rules_of(str(level), rules, reader.read)
    return rules
