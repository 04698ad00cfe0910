"""Detects by the first bytes how a layer is compressed, and decompresses it up to a limit."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO, Protocol

from isal import isal_zlib
from isal.igzip_lib import IsalError

from lazyoci.errors import LayoutError

if TYPE_CHECKING:
    from typing_extensions import Buffer

GZIP, ZSTD, NONE = "gzip", "zstd", ""
_MAGIC = ((b"\x1f\x8b", GZIP), (b"\x28\xb5\x2f\xfd", ZSTD))
_CHUNK = 1 << 18


class Readable(Protocol):
    """Anything with a `read` method."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; no bytes at the end."""
        ...


def sniff(head: bytes) -> str:
    """How content that begins with `head` (four bytes will do) is compressed: GZIP, ZSTD or NONE."""
    return next((name for magic, name in _MAGIC if head.startswith(magic)), NONE)


class _Gunzip(io.RawIOBase):
    """Decompresses all members of a gzip stream, one after another, up to `limit` bytes together."""

    def __init__(self, source: Readable, what: str, limit: int) -> None:
        self._source, self._what, self._limit = source, what, limit
        self._decompressor = isal_zlib.decompressobj(wbits=31)
        self._pending = b""
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer).cast("B")
        while True:
            if self._decompressor.eof:
                self._pending = self._decompressor.unused_data.lstrip(b"\0") or self._more().lstrip(b"\0")
                if not self._pending:
                    return 0
                self._decompressor = isal_zlib.decompressobj(wbits=31)
            data = self._pending or self._more()
            try:
                out: bytes = self._decompressor.decompress(data, len(view))
            except IsalError as error:  # type: ignore[misc]  # isal's stub takes the class for an instance
                raise LayoutError(f"{self._what} is not valid gzip: {error}") from None
            self._pending = self._decompressor.unconsumed_tail
            if out:
                self._count += len(out)
                if self._count > self._limit:
                    raise LayoutError(f"{self._what} expands to more than {self._limit} bytes")
                view[: len(out)] = out
                return len(out)
            if not data and not self._decompressor.eof:
                raise LayoutError(f"{self._what} ends in the middle of its gzip stream")

    def _more(self) -> bytes:
        return self._source.read(_CHUNK)


def gunzip(source: Readable, what: str, limit: int) -> BinaryIO:
    """`source` decompressed. Reading raises LayoutError, which names `what`, after `limit` bytes or for broken gzip."""
    return io.BufferedReader(_Gunzip(source, what, limit), _CHUNK)
