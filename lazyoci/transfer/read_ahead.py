"""Fetches in a thread of its own, so that what was fetched before is sent meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from queue import SimpleQueue

_BLOCK = 512 << 10
_BLOCKS = 8  # so at most 4 MiB are held

Pieces = Iterator[bytes | memoryview]
Room = Callable[[], memoryview]


def ahead(fetch: Callable[[Room], Pieces]) -> Generator[bytes | memoryview, None, None]:
    """The bytes that `fetch` gives, in blocks. Each is only valid until the next one is taken.

    `fetch` is given room for bytes, as `Transport.stream` is, and runs in another thread; what it raises is raised
    here. Closing the generator ends it.
    """
    buffers = _Buffers()
    thread = threading.Thread(target=_work, args=(fetch, buffers), name="lazyoci-ahead", daemon=True)
    thread.start()
    try:
        while (item := buffers.full.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            block, size = item
            yield block[:size]
            buffers.free.put(block)
    finally:
        buffers.stop()
        thread.join()


def _work(fetch: Callable[[Room], Pieces], buffers: _Buffers) -> None:
    end: BaseException | None = None
    pieces = fetch(buffers.room)
    try:
        for piece in pieces:
            buffers.put(piece)
        buffers.flush()
    except _Stopped:
        pass
    except BaseException as error:  # noqa: BLE001 - raised in the thread that reads
        end = error
    finally:
        close = getattr(pieces, "close", None)
        if close is not None:
            close()
        buffers.full.put(end)


class _Stopped(Exception):
    """Nobody reads any more."""


class _Buffers:
    """Blocks that are filled in one thread and read in another."""

    def __init__(self) -> None:
        self.free: SimpleQueue[memoryview] = SimpleQueue()
        self.full: SimpleQueue[tuple[memoryview, int] | BaseException | None] = SimpleQueue()
        self._stopped = threading.Event()
        self._block: memoryview | None = None  # the one being filled
        self._at = 0
        self._made = 0

    def room(self) -> memoryview:
        """Room for the next bytes, never empty; waits until there is some. Raises _Stopped."""
        if self._block is None:
            if self.free.empty() and self._made < _BLOCKS:
                self._made += 1
                self.free.put(memoryview(bytearray(_BLOCK)))
            self._block, self._at = self.free.get(), 0
        if self._stopped.is_set():
            raise _Stopped
        return self._block[self._at :]

    def put(self, piece: bytes | memoryview) -> None:
        """Take some bytes; a memoryview is what was filled of `room`."""
        if isinstance(piece, memoryview):
            self._filled(len(piece))
            return
        rest = memoryview(piece)
        while rest:
            room = self.room()
            count = min(len(room), len(rest))
            room[:count] = rest[:count]
            self._filled(count)
            rest = rest[count:]

    def _filled(self, count: int) -> None:
        self._at += count
        if self._at == _BLOCK:
            self.flush()

    def flush(self) -> None:
        """Hand on what was filled."""
        if self._block is not None and self._at:
            self.full.put((self._block, self._at))
            self._block = None

    def stop(self) -> None:
        """Have the thread that fills end, even while it waits for room."""
        self._stopped.set()
        self.free.put(memoryview(bytearray(1)))
