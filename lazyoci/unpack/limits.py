"""Limits what `pull --files` unpacks, unless the user allows more: a small download must not fill the disk."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from lazyoci.errors import LayoutError
from lazyoci.oci.descriptor import Descriptor
from lazyoci.oci.digest import short
from lazyoci.transfer.find import PullError

RATIO = 100  # expanded size to packed size of a layer; text has 3 to 20, logs up to 50
SMALL = 256 << 20  # bytes that every layer may expand to, even a small one
TOTAL = 8 << 30  # bytes that all layers may expand to
ENTRIES = 100_000  # files, links and directories in all layers
_MOST_ENTRIES = 10_000_000  # even if the user allows more: they are kept in memory
_HINT = "if that is what it should be, give --allow-large"


@dataclass(slots=True)
class Budget:
    """Counts what the packed directories of one artifact expand to while they are checked; `large` lifts the limits."""

    large: bool = False
    entries: int = 0
    done: int = 0  # expanded bytes of earlier layers
    _layer: str = ""
    _now: int = 0

    def expanded(self, layer: Descriptor, count: int) -> None:
        """Note that `layer` has expanded to `count` bytes so far; PullError if that is too much."""
        if layer.digest != self._layer:
            self.done += self._now
            self._layer = layer.digest
        self._now = count
        if self.large:
            return
        if count > max(SMALL, RATIO * layer.size):
            raise PullError(
                f"layer {short(layer.digest)} has {layer.size} bytes and expands to more than {count - 1}; "
                "nothing was unpacked",
                hint=_HINT,
            )
        if self.done + count > TOTAL:
            raise PullError(f"the artifact expands to more than {TOTAL} bytes; nothing was unpacked", hint=_HINT)

    def entry(self) -> None:
        """Count one more entry; PullError if there are too many."""
        self.entries += 1
        most = _MOST_ENTRIES if self.large else ENTRIES
        if self.entries > most:
            raise PullError(
                f"the artifact has more than {most} files; nothing was unpacked", hint="" if self.large else _HINT
            )


def check_room(directory: Path, size: int, files: int) -> None:
    """LayoutError if the disk of `directory`, which exists, has no room for `size` bytes in `files` files."""
    free = shutil.disk_usage(directory).free
    if size > free:
        raise LayoutError(
            f"{directory} has room for {free} bytes, and {size} are to be unpacked", hint="choose another directory"
        )
    if hasattr(os, "statvfs"):
        found = os.statvfs(directory)
        if found.f_files and files > found.f_favail:
            raise LayoutError(
                f"{directory} has room for {found.f_favail} more files, and {files} are to be unpacked",
                hint="choose another directory",
            )
