"""Blocks of bytes that one thread fills and another empties, used again: new memory costs as much time as a hash."""

from __future__ import annotations

from queue import SimpleQueue


class Blocks:
    """At most `most` blocks of `size` bytes. Who empties takes from `full`, and puts each block back into `free`."""

    def __init__(self, size: int, most: int) -> None:
        self.free: SimpleQueue[memoryview] = SimpleQueue()
        self.full: SimpleQueue[tuple[memoryview, int] | BaseException | None] = SimpleQueue()
        self._size = size
        self._most = most
        self._made = 0  # as many as there is need for
        self._block: memoryview | None = None  # the one being filled
        self._at = 0

    def room(self) -> memoryview:
        """Room for the next bytes, never empty: fill it from its start, and `put` what was filled. Waits for some."""
        if self._block is None:
            if self.free.empty() and self._made < self._most:
                self._made += 1
                self.free.put(memoryview(bytearray(self._size)))
            self._block, self._at = self.free.get(), 0
        return self._block[self._at :]

    def put(self, data: bytes | memoryview) -> None:
        """Take some bytes; a memoryview is what was filled of `room`."""
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

    def flush(self) -> None:
        """Hand on what was filled."""
        if self._block is not None and self._at:
            self.full.put((self._block, self._at))
            self._block = None

    def _filled(self, count: int) -> None:
        self._at += count
        if self._at == self._size:
            self.flush()
