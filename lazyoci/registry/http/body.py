"""Bodies of requests, which can be sent again from the start, and limits to transfers that come to a halt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

from lazyoci.frozen import frozen
from lazyoci.registry.http.unreachable import TransportError

UPLOAD_CHUNK = 1 << 20  # bytes read and handed to the socket at a time
STALL_SECONDS = 60.0
STALL_BYTES = 1024
SMALL_RATE = 10 << 10  # bytes a second
SMALL_PIECES = 100_000


class BodyChanged(Exception):
    """A local file yields other bytes than were promised."""


class Body(Protocol):
    """What is sent. It can be opened again, so that any attempt can be repeated from the start."""

    @property
    def size(self) -> int:
        """How many bytes it has."""
        ...

    def chunks(self) -> Iterator[bytes]:
        """The bytes, from the first; called once an attempt."""
        ...


@frozen
class Bytes:
    """A body held in memory."""

    data: bytes

    @property
    def size(self) -> int:
        """Its length."""
        return len(self.data)

    def chunks(self) -> Iterator[bytes]:
        """Once, whole."""
        yield self.data


class Stall:
    """Notices a transfer that barely moves: under 1 KiB in 60 s. A socket's time limit begins anew with each byte."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._since = clock()
        self._bytes = 0

    def moved(self, count: int) -> None:
        """Note `count` bytes; raises TransportError when too few came in the last minute."""
        self._bytes += count
        now = self._clock()
        if now - self._since >= STALL_SECONDS:
            if self._bytes < STALL_BYTES:
                raise TransportError("timeout", TimeoutError(f"{self._bytes} bytes in {now - self._since:.0f} s"))
            self._since, self._bytes = now, 0


class Pace:
    """Bounds the reading of a small body, which is kept in memory: by time, and by the number of its pieces.

    After a minute it must have come by 10 KiB/s on average. The pieces are counted, since a server that sends two bytes
    at a time costs as much for each of them as for a large piece.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._began = clock()
        self._bytes = 0
        self._pieces = 0

    def moved(self, count: int) -> None:
        """Note a piece of `count` bytes; raises TransportError when they come too slowly or are too many."""
        self._bytes += count
        self._pieces += 1
        taken = self._clock() - self._began
        if taken > STALL_SECONDS + self._bytes / SMALL_RATE:
            raise TransportError("slow", TimeoutError(f"{self._bytes} bytes in {taken:.0f} s"))
        if self._pieces > SMALL_PIECES:
            raise TransportError("flood", OverflowError(f"{self._bytes} bytes in {self._pieces} pieces"))


class FileBody:
    """A file as a body. Reports progress, takes it back where an attempt starts over, and notices other lengths."""

    def __init__(
        self,
        size: int,
        open: Callable[[], BinaryIO],
        *,
        progress: Callable[[int], None] | None,
        check: Callable[[], None],
        clock: Callable[[], float],
        offset: int = 0,
        whole: bool = True,
    ) -> None:
        """`size` bytes from `offset`; `whole` when the file must end there."""
        self.size = size
        self._offset = offset
        self._whole = whole
        self._open = open
        self._progress = progress
        self._check = check
        self._clock = clock
        self._sent = 0

    def rewind(self) -> None:
        """Take back the progress reported for an attempt that failed."""
        if self._sent and self._progress is not None:
            self._progress(-self._sent)
        self._sent = 0

    def chunks(self) -> Iterator[bytes]:
        """The file's bytes; raises BodyChanged when it is shorter or longer than promised."""
        self.rewind()
        stall = Stall(self._clock)
        with self._open() as stream:
            if self._offset:
                stream.seek(self._offset)
            left = self.size
            while left:
                data = stream.read(min(UPLOAD_CHUNK, left))
                if not data:
                    raise BodyChanged(f"it ends {left} bytes early")
                left -= len(data)
                yield data
                self._check()
                stall.moved(len(data))
                self._sent += len(data)
                if self._progress is not None:
                    self._progress(len(data))
            if self._whole and stream.read(1):
                raise BodyChanged(f"it has more than {self._offset + self.size} bytes")
