"""Access to files: a protocol, with which editors put unsaved text in place of files, and the real file system."""

from __future__ import annotations

import os
from pathlib import Path
from stat import S_ISBLK, S_ISCHR, S_ISDIR, S_ISFIFO, S_ISLNK, S_ISREG, S_ISSOCK
from typing import Protocol

from lazyoci import reader


class Files(Protocol):
    """Read access to files. Paths may be strings, because creating a `Path` is slow."""

    def kind(self, path: str | Path) -> str:
        """`file`, `dir`, or empty if `path` is neither or does not exist."""
        ...

    def read(self, path: str | Path) -> bytes:
        """The content of a file; raises OSError."""
        ...

    def list(self, path: str | Path) -> list[str]:
        """The names in a directory, sorted; raises OSError."""
        ...


def _odd(mode: int) -> str:
    if S_ISFIFO(mode):
        return "is a named pipe"
    if S_ISSOCK(mode):
        return "is a socket"
    return "is a device" if S_ISCHR(mode) or S_ISBLK(mode) else ""


class Disk:
    """The real file system."""

    def kind(self, path: str | Path) -> str:
        try:
            mode = os.stat(path).st_mode  # noqa: PTH116  # called very often; takes half the time of Path.stat
        except (OSError, ValueError):  # an impossible name (with NUL, or too long) does not exist
            return ""
        return "file" if S_ISREG(mode) else "dir" if S_ISDIR(mode) else ""

    def read(self, path: str | Path) -> bytes:
        return reader.read(path)

    def real(self, path: str) -> str:
        """The absolute path with links resolved, as far as it exists. Never raises."""
        try:
            return os.path.realpath(path)
        except (OSError, ValueError):
            return os.path.abspath(path)  # noqa: PTH100  # resolve() would follow links

    def odd(self, path: str) -> str:
        """What is at `path` if it is neither a file nor a directory, as "is a …"; empty if nothing is there."""
        try:
            mode = os.lstat(path).st_mode
            if S_ISLNK(mode):
                return self._behind(path)
        except PermissionError:
            return "is in a directory that may not be entered"
        except (OSError, ValueError):
            return ""
        return _odd(mode)

    def _behind(self, path: str) -> str:
        """What a link leads to."""
        try:
            return _odd(os.stat(path).st_mode)  # noqa: PTH116  # as text
        except FileNotFoundError:
            return f'is a link to "{os.readlink(path)}", where nothing is'  # noqa: PTH115  # as text
        except PermissionError:
            return f'is a link to "{os.readlink(path)}", which may not be looked at'  # noqa: PTH115
        except OSError:
            return "is a link that leads to itself"

    def is_link(self, path: str) -> bool:
        """Whether a symbolic link is at `path`."""
        return os.path.islink(path)  # noqa: PTH114  # as text

    def link(self, path: str) -> str:
        """The target of the symbolic link at `path`, with forward slashes; empty if there is none."""
        try:
            return os.readlink(path).replace(os.sep, "/")  # noqa: PTH115  # as text
        except (OSError, ValueError):
            return ""

    def size(self, path: str) -> int:
        """The bytes of the file at `path`; raises OSError."""
        return os.stat(path).st_size  # noqa: PTH116  # as text

    def head(self, path: str, count: int) -> bytes:
        """The first `count` bytes of the file at `path`; raises OSError."""
        return reader.head(path, count)

    def list(self, path: str | Path) -> list[str]:
        return sorted(os.listdir(path))  # noqa: PTH208  # names, not paths
