"""Looking at files: a protocol, so that editors lay unsaved text over the disk, and the real file system."""

from __future__ import annotations

import os
from pathlib import Path
from stat import S_ISDIR, S_ISREG
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

    def is_link(self, path: str) -> bool:
        """Whether a symbolic link is at `path`."""
        return os.path.islink(path)  # noqa: PTH114  # as text

    def list(self, path: str | Path) -> list[str]:
        return sorted(os.listdir(path))  # noqa: PTH208  # names, not paths
