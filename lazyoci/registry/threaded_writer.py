"""Hashing and writing a download in a thread of its own, by way of buffers that are used again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue
from types import TracebackType

BLOCK = 256 << 10
_BLOCKS = 16


class ThreadedWriter:
    """Hands bytes to each consumer, in order, from a thread of its own; holds 4 MiB at most. For a `with`.

    Hashing and writing release the GIL, so they go on while the next bytes are read. The buffers are used again: new
    memory for every piece would cost as much time as its hash.
    """

    def __init__(self, *consumers: Callable[[memoryview], object]) -> None:
        self._consumers = consumers
        self._free: SimpleQueue[memoryview] = SimpleQueue()
        self._full: SimpleQueue[tuple[memoryview, int] | None] = SimpleQueue()
        self._block: memoryview | None = None  # the one being filled
        self._at = 0
        self._error: OSError | None = None
        self._thread = threading.Thread(target=self._work, name="lazyoci-sink", daemon=True)
        self._made = 0  # blocks, as many as there is need for

    def room(self) -> memoryview:
        """Room for the next bytes, never empty: fill it from its start, and `put` what was filled."""
        if self._block is None:
            if self._free.empty() and self._made < _BLOCKS:
                self._made += 1
                self._free.put(memoryview(bytearray(BLOCK)))
            self._block = self._free.get()
        return self._block[self._at :]

    def put(self, data: bytes | memoryview) -> None:
        """Take some bytes; a memoryview is what was filled of `room`. Raises what the consumers raised before."""
        if isinstance(data, memoryview):
            self._filled(len(data))
            return
        rest = memoryview(data)
        while rest:
            room = self.room()
            count = min(len(room), len(rest))
            room[:count] = rest[:count]
            self._filled(count)
            rest = rest[count:]

    def _filled(self, count: int) -> None:
        self._at += count
        if self._at == BLOCK:
            self._flush()
            if self._error is not None:
                raise self._error

    def _flush(self) -> None:
        if self._block is not None:
            self._full.put((self._block, self._at))
            self._block, self._at = None, 0

    def _work(self) -> None:
        while (item := self._full.get()) is not None:
            block, size = item
            if self._error is None:
                try:
                    for consume in self._consumers:
                        consume(block[:size])
                except OSError as error:  # a full disk; told to whoever puts the next block
                    self._error = error
            self._free.put(block)

    def __enter__(self) -> ThreadedWriter:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._flush()  # after a failure too: what came is there for the next try
        self._full.put(None)
        self._thread.join()
        if kind is None and self._error is not None:
            raise self._error
