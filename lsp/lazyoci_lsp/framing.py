"""The base protocol of LSP: messages behind a header that tells their length. Pure: bytes in, bodies out."""

from __future__ import annotations

LARGEST = 256 << 20  # bytes of one message; a length beyond this is taken for a broken stream


class BrokenStream(Exception):
    """The bytes are not of this protocol, and nobody can tell where the next message begins."""


class Frames:
    """Cuts a stream of bytes into the bodies of messages."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._length: int | None = None  # of the body that is awaited

    def feed(self, data: bytes) -> list[bytes]:
        """The bodies that are complete with `data`; raises BrokenStream."""
        self._data += data
        bodies: list[bytes] = []
        while True:
            if self._length is None and not self._header():
                return bodies
            length = self._length or 0
            if len(self._data) < length:
                return bodies
            bodies.append(bytes(self._data[:length]))
            del self._data[:length]
            self._length = None

    def _header(self) -> bool:
        """Read a header, if it is there as a whole."""
        end = self._data.find(b"\r\n\r\n")
        if end < 0:
            if len(self._data) > 8192:
                raise BrokenStream("a header without an end")
            return False
        header = bytes(self._data[:end])
        del self._data[: end + 4]
        for line in header.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"content-length":
                value = value.strip()
                if not value.isdigit() or int(value) > LARGEST:
                    break
                self._length = int(value)
                return True
        raise BrokenStream("a header without a Content-Length that makes sense")


def frame(body: bytes) -> bytes:
    """A body with its header."""
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
