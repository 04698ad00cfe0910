"""The directory that agents may look into: no path, and no link, leads out of it."""

from __future__ import annotations

import os
from pathlib import Path

from lazyoci.errors import UsageError
from lazyoci.rules.shared.wording import quoted
from lazyoci.world import Disk


class Fence(Disk):
    """The files below one directory; for a check there are no others. Links count as what they lead to."""

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.realpath(root))

    def is_inside(self, path: str | Path) -> bool:
        """Whether `path`, with all links resolved, is the directory or lies below it."""
        if "\0" in str(path):
            return False
        return Path(os.path.realpath(path)).is_relative_to(self.root)

    def kind(self, path: str | Path) -> str:
        """See `Files`."""
        return super().kind(path) if self.is_inside(path) else ""

    def read(self, path: str | Path) -> bytes:
        """See `Files`."""
        if not self.is_inside(path):
            raise FileNotFoundError(2, "lies outside of the directory that agents may read", str(path))
        return super().read(path)

    def list(self, path: str | Path) -> list[str]:
        """See `Files`."""
        if not self.is_inside(path):
            raise FileNotFoundError(2, "lies outside of the directory that agents may read", str(path))
        return super().list(path)

    def find(self, named: str) -> Path:
        """The `.lazy` file that `named` means, a file or a directory that holds one; raises UsageError."""
        path = Path(named or ".")
        if not self.is_inside(self.root / path):
            raise UsageError(f"{quoted(named)} leads out of {self.root}", hint="name a file below it")
        if path.is_absolute():
            path = path.relative_to(self.root) if path.is_relative_to(self.root) else Path(os.path.realpath(path))
        file = path / ".lazy" if self.kind(self.root / path) == "dir" else path
        if not self.is_inside(self.root / file):
            raise UsageError(f"{file} is a link that leads out of {self.root}", hint="name another file")
        if file.name != ".lazy" and file.suffix != ".lazy":
            raise UsageError(f"{file} is no .lazy file", hint="name a .lazy file, or a directory that holds one")
        if self.kind(self.root / file) != "file":
            raise UsageError(f"there is no {file} below {self.root}", hint="write one with: lazyoci init")
        return file
