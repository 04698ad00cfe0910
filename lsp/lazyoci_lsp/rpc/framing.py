"""The base protocol of LSP: messages behind a header that tells their length. Pure: bytes in, bodies out."""

from __future__ import annotations

import re

# bytes of one message: room for the longest file that is read, escaped; a header with a larger length is not believed
LARGEST = 64 << 20
_LONGEST_HEADER = 8192  # bytes
_FIELD = b"content-length:"
_NEXT = re.compile(re.escape(_FIELD), re.IGNORECASE)  # found in the buffer as it lies, without a copy of it


class Frames:
    """Cuts a stream of bytes into the bodies of messages; skips bytes that are no message, up to the next header."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._length: int | None = None  # of the body that is awaited
        self._lost = False  # bytes are skipped until the next header begins

    def feed(self, data: bytes) -> list[bytes | None]:
        """The bodies that `data` completes, in order; None in place of bytes that are no message."""
        self._data += data
        found: list[bytes | None] = []
        while True:
            if self._lost and not self._found_again():
                return found
            if self._length is None:
                header = self._header()
                if header is None:
                    return found
                if header < 0:
                    self._lost = True
                    found.append(None)
                    continue
                self._length = header
            if len(self._data) < self._length:
                return found
            with memoryview(self._data) as view:
                found.append(bytes(view[: self._length]))
            del self._data[: self._length]
            self._length = None

    def _found_again(self) -> bool:
        """Drop what lies before the next header; false where none has begun yet."""
        next_one = _NEXT.search(self._data)
        if next_one is None:
            del self._data[
                : max(0, len(self._data) - len(_FIELD) + 1)
            ]  # the beginning of a header may be there already
            return False
        at = next_one.start()
        del next_one  # it holds the buffer, which could not shrink
        del self._data[:at]
        self._lost = False
        return True

    def _header(self) -> int | None:
        """The length in the header; None until all of the header has come, -1 where it is no valid header."""
        end = self._data.find(b"\r\n\r\n", 0, _LONGEST_HEADER + 4)
        if end < 0:
            if len(self._data) <= _LONGEST_HEADER:
                return None
            del self._data[:1]  # or it would be found again
            return -1
        lines = bytes(self._data[:end]).split(b"\r\n")
        for line in lines:
            name, _, value = line.partition(b":")
            if name.strip().lower() + b":" == _FIELD:
                value = value.strip()
                if value.isdigit() and len(value) < 12 and int(value) <= LARGEST:
                    del self._data[: end + 4]
                    return int(value)
                break
        del self._data[: 1 if _NEXT.search(bytes(self._data[1:end])) else end + 4]
        return -1


def frame(body: bytes) -> bytes:
    """A body with its header."""
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
