"""A file, or a part of one, that holds a blob. It can be opened many times, as long as the file is unchanged."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from lazyoci.errors import LayoutError
from lazyoci.frozen import frozen

if TYPE_CHECKING:
    from typing_extensions import Buffer

_BUFFER = 1 << 20


@frozen
class Region:
    """`size` bytes of `path` from `offset`; the file had `file_size` bytes and was last changed at `mtime_ns`."""

    path: Path
    offset: int
    size: int
    file_size: int
    mtime_ns: int

    @classmethod
    def whole(cls, path: Path, found: os.stat_result | None = None) -> Region:
        """The whole file. `found` is its status, if that was read before."""
        found = found or path.stat()
        return cls(path, 0, found.st_size, found.st_size, found.st_mtime_ns)

    def open(self) -> BinaryIO:
        """A stream of exactly these bytes; LayoutError if the file is gone or has changed."""
        try:
            stream = self.path.open("rb")
        except OSError as error:
            raise LayoutError(f"{self.path}: {error.strerror or error}", hint="build again") from error
        found = os.fstat(stream.fileno())
        unchanged = (found.st_size, found.st_mtime_ns) == (self.file_size, self.mtime_ns)
        if not unchanged or not stat.S_ISREG(found.st_mode):
            stream.close()
            raise changed(self.path)
        if self.size == self.file_size:
            return stream
        stream.seek(self.offset)
        return io.BufferedReader(_Part(stream, self.size), _BUFFER)


def changed(path: Path) -> LayoutError:
    """The error for a file that changed while it was used."""
    return LayoutError(f"{path} changed while it was being read", hint="build again when nothing writes to it")


class _Part(io.RawIOBase):
    """Reads the next `size` bytes of a stream and no more. Closing it closes the stream."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream, self._left = stream, size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer).cast("B")
        data = self._stream.read(min(len(view), self._left))
        view[: len(data)] = data
        self._left -= len(data)
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()
