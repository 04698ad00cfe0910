"""Fetches in a thread of its own, so that what was fetched before is sent meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator

from lazyoci.registry.blocks import Blocks

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


class _Buffers(Blocks):
    """Blocks whose reader may leave, which ends the thread that fills them."""

    def __init__(self) -> None:
        super().__init__(_BLOCK, _BLOCKS)
        self._stopped = threading.Event()

    def room(self) -> memoryview:
        """As in `Blocks`. Raises _Stopped once nobody reads any more."""
        room = super().room()
        if self._stopped.is_set():
            raise _Stopped
        return room

    def stop(self) -> None:
        """Have the thread that fills end, even while it waits for room."""
        self._stopped.set()
        self.free.put(memoryview(bytearray(1)))
