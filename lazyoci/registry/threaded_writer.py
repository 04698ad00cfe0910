"""Hashing and writing a download in a thread of its own, by way of buffers that are used again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType

from lazyoci.registry.blocks import Blocks

BLOCK = 256 << 10
_BLOCKS = 16


class ThreadedWriter:
    """Hands bytes to each consumer, in order, from a thread of its own; holds 4 MiB at most. For a `with`.

    Hashing and writing release the GIL, so they go on while the next bytes are read.
    """

    def __init__(self, *consumers: Callable[[memoryview], object]) -> None:
        self._consumers = consumers
        self._blocks = Blocks(BLOCK, _BLOCKS)
        self._error: OSError | None = None
        self._thread = threading.Thread(target=self._work, name="lazyoci-sink", daemon=True)

    def room(self) -> memoryview:
        """Room for the next bytes, never empty: fill it from its start, and `put` what was filled."""
        return self._blocks.room()

    def put(self, data: bytes | memoryview) -> None:
        """Take some bytes; a memoryview is what was filled of `room`. Raises what the consumers raised before."""
        self._blocks.put(data)
        if self._error is not None:
            raise self._error

    def _work(self) -> None:
        while isinstance(item := self._blocks.full.get(), tuple):
            block, size = item
            if self._error is None:
                try:
                    for consume in self._consumers:
                        consume(block[:size])
                except OSError as error:  # a full disk; told to whoever puts the next block
                    self._error = error
            self._blocks.free.put(block)

    def __enter__(self) -> ThreadedWriter:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._blocks.flush()  # after a failure too: what came is there for the next try
        self._blocks.full.put(None)
        self._thread.join()
        if kind is None and self._error is not None:
            raise self._error
