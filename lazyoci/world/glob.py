"""Resolves a path of `files`: the file of exactly that name, else what it matches as a glob. The same everywhere.

Like Python's `glob` with `recursive`: hidden names are matched only by a part that begins with a dot, `**` is any depth
and matches only files (with their directories they would be found twice), and a final slash matches directories.
Unlike there, nothing is found twice under two spellings of its path: a `.` after a slash is left out.
"""

from __future__ import annotations

import os
from fnmatch import fnmatch

from lazyoci.frozen import frozen
from lazyoci.world.files import Files

_MAGIC = ("*", "?", "[")
_DEEPEST = 100  # nested directories; ends loops of links


class TooManyError(Exception):
    """The glob would list too many directories."""


def is_magic(path: str) -> bool:
    """Whether a path may be a glob."""
    return any(sign in path for sign in _MAGIC)


def expand(path: str, directory: str | os.PathLike[str], files: Files, *, most: int) -> tuple[str, ...]:
    """The matches of `path` in `directory`, sorted, as paths relative to it; empty if there are none.

    At most `most` directories are listed; raises TooManyError if that is not enough.
    """
    found = _Glob(os.fspath(directory), files, most)
    if found.kind(path):
        return (path,)
    return found.expand(path) if is_magic(path) else ()


@frozen
class _Part:
    """One part of a glob."""

    text: str
    is_magic: bool


class _Glob:
    """One expansion."""

    def __init__(self, directory: str, files: Files, most: int) -> None:
        self._directory = directory
        self._files = files
        self._left = most

    def kind(self, path: str) -> str:
        """`file`, `dir` or ""."""
        return self._files.kind(os.path.join(self._directory, path))  # noqa: PTH118  # asked often: text is quicker

    def expand(self, pattern: str) -> tuple[str, ...]:
        """Everything that a glob matches."""
        plain = pattern.replace(os.sep, "/")
        front, *others = [part for part in plain.split("/") if part]
        parts = [_Part(part, is_magic(part)) for part in (front, *[part for part in others if part != "."])]
        found = set(self._below("/" if plain.startswith("/") else "", parts))
        if plain.endswith(("/", "/.")):
            found = {path for path in found if self.kind(path) == "dir"}
        if "**" in pattern:
            found = {path for path in found if self.kind(path) != "dir"}
        return tuple(sorted(found - {""}))

    def _below(self, front: str, parts: list[_Part]) -> list[str]:
        """The matches of the parts in `front`, which is empty or ends with a slash."""
        if not parts:
            return [front.rstrip("/")] if self.kind(front) else []
        part, rest = parts[0], parts[1:]
        if part.text == "**":
            return self._at_any_depth(front, parts)
        if not part.is_magic:
            path = front + part.text
            return self._below(f"{path}/", rest) if rest else [path] if self.kind(path) else []
        found = []
        for name in self._names(front):
            if fnmatch(name, part.text) and (part.text.startswith(".") or not name.startswith(".")):
                if not rest:
                    found.append(front + name)
                elif self.kind(front + name) == "dir":
                    found += self._below(f"{front}{name}/", rest)
        return found

    def _at_any_depth(self, front: str, parts: list[_Part]) -> list[str]:
        rest = parts[1:]
        if rest and rest[0].text == "**":  # `**` twice means the same as once
            return self._at_any_depth(front, rest)
        found = self._below(front, rest) if rest or not front or self.kind(front) == "dir" else []
        for name in self._names(front):
            if name.startswith("."):
                continue
            if self.kind(front + name) == "dir":
                found += self._at_any_depth(f"{front}{name}/", parts)
            elif not rest:
                found.append(front + name)
        return found

    def _names(self, front: str) -> list[str]:
        self._left -= 1
        if self._left < 0 or front.count("/") > _DEEPEST:
            raise TooManyError
        try:
            return self._files.list(os.path.join(self._directory, front))  # noqa: PTH118  # as above
        except (OSError, ValueError):
            return []
