"""Notes that something outside of the documents changed. Changes that come together count as one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

_SETTLE = 0.05  # seconds in which changes of the world count as one: a branch switch touches many files
_LONG_POLL = 30.0  # seconds that a request for all diagnostics waits at most when there is nothing to tell


class Changes:
    """For the main loop. `generation` is how often something outside of the documents changed."""

    def __init__(self, on_settled: Callable[[], None]) -> None:
        """`on_settled` is called once, a moment after the first of several changes of the world."""
        self.generation = 0
        self._on_settled = on_settled
        self._settling: asyncio.TimerHandle | None = None
        self._waiting: list[asyncio.Future[None]] = []

    def world_changed(self) -> None:
        """Something outside of the documents changed: all that was checked is out of date."""
        self.generation += 1
        if self._settling is None:
            self._settling = asyncio.get_running_loop().call_later(_SETTLE, self._settled)

    def announce(self) -> None:
        """A check would find something new: whoever waits for that may go on."""
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def something_new(self) -> None:
        """Return when a check would find something new, or after a while."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        _, pending = await asyncio.wait([future], timeout=_LONG_POLL)
        for one in pending:
            one.cancel()

    def _settled(self) -> None:
        self._settling = None
        self.announce()
        self._on_settled()
