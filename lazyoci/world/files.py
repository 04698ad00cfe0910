"""Looking at files: a protocol, so that editors lay unsaved text over the disk, and the real file system."""

from __future__ import annotations

import os
from pathlib import Path
from stat import S_ISBLK, S_ISCHR, S_ISDIR, S_ISFIFO, S_ISLNK, S_ISREG, S_ISSOCK
from typing import Protocol

from lazyoci import reader


class Files(Protocol):
    """Looks at files; editors lay unsaved text over the disk. Paths may be text: a `Path` is slow to make."""

    def kind(self, path: str | Path) -> str:
        """`file`, `dir`, or the empty text for what is neither or is not there."""
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
            mode = os.stat(path).st_mode  # noqa: PTH116  # asked for every path of every file: half of Path.stat
        except (OSError, ValueError):  # a name the system cannot hold (a NUL, too long) names nothing
            return ""
        return "file" if S_ISREG(mode) else "dir" if S_ISDIR(mode) else ""

    def read(self, path: str | Path) -> bytes:
        return reader.read(path)

    def real(self, path: str) -> str:
        """Where a path leads in the end: absolute, links followed as far as anything is there. Never raises."""
        try:
            return os.path.realpath(path)
        except (OSError, ValueError):
            return os.path.abspath(path)  # noqa: PTH100  # resolve() would follow links

    def odd(self, path: str) -> str:
        """What is at `path` where `kind` finds neither a file nor a directory, as "is a …"; empty for nothing."""
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
        """What is at the other end of a link."""
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
        """What the symbolic link at `path` says, with forward slashes; empty where there is none."""
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
