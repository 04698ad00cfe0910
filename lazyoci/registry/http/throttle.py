"""What all workers share that talk to one registry host: a pause that it asked for, and how much is sent at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PARALLEL_BLOBS = 4  # at once to one host, unless the user says otherwise; the usual peers take 3 to 6
PARALLEL_WHEN_LIMITED = 2  # requests, and blobs, at a host that refused to serve more
SMALL = 1 << 20  # bytes up to which a blob is small: more of these may move at once, as far as the link is long
_SMALL_BYTES = 8 << 20  # of all blobs that move while there are more of them than `blobs`
_TIMES = 4  # as many small blobs as this, for each one that may move anyway
_CUTS = 4  # connections cut while others were open, after which there are taken to be too many
_SHORT = 0.005  # seconds: for each of these in the round trip, one more small blob may move


class Throttle:
    """Thread-safe. `clock` never goes back; `sleep` may raise to interrupt.

    `blobs` may move at once. While they are small, more may: on a long link, each waits for replies most of the time.
    A host that refuses again and again gets no more than two requests at once.
    """

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], None], blobs: int = PARALLEL_BLOBS) -> None:
        self._clock = clock
        self._sleep = sleep
        self._open_at = 0.0
        self._refusals = 0
        self._cuts = 0
        self._limited = False
        self._limit = blobs
        self._more = 0  # small blobs beyond the limit
        self._round_trip = float("inf")  # the shortest so far, in seconds
        self._running = 0
        self._bytes = 0  # of the blobs that move
        self._requests = 0
        self._changed = threading.Condition()

    @property
    def blobs_at_once(self) -> int:
        """How many small blobs may move at the same time, by what is known of the link so far."""
        with self._changed:
            return self._limit + self._more

    def close_for(self, seconds: float, *, limited: bool = False) -> None:
        """Have all workers wait for so many seconds from now; `limited` says that it was a 429."""
        with self._changed:
            self._open_at = max(self._open_at, self._clock() + seconds)
            if limited:
                self._refusals += 1
                self._narrow(self._refusals >= 2)

    def cut(self) -> None:
        """Note that the host cut a connection off, perhaps because there were too many."""
        with self._changed:
            self._cuts += self._requests >= PARALLEL_WHEN_LIMITED
            self._narrow(self._cuts >= _CUTS)

    def _narrow(self, limited: bool) -> None:
        self._more = 0
        self._round_trip = 0.0  # whatever its length: the host wants no more than before
        if limited:
            self._limited = True
            self._limit = min(self._limit, PARALLEL_WHEN_LIMITED)

    def took(self, seconds: float) -> None:
        """Note how long a small request took from its sending to its reply."""
        with self._changed:
            if seconds < self._round_trip:
                self._round_trip = seconds
                self._more = min(int(seconds / _SHORT), (_TIMES - 1) * self._limit)
                self._changed.notify_all()

    def wait(self) -> None:
        """Return when requests may be sent. Sleeps once for each pause, even if the clock stands still."""
        waited_for = 0.0
        while True:
            with self._changed:
                open_at = self._open_at
            left = open_at - self._clock()
            if left <= 0 or open_at <= waited_for:
                return
            self._sleep(left)
            waited_for = open_at

    @contextmanager
    def request(self) -> Iterator[None]:
        """Count a request while the block runs; at a host that refused too often, wait until it may be sent."""
        with self._changed:
            while self._limited and self._requests >= PARALLEL_WHEN_LIMITED:
                self._changed.wait()
            self._requests += 1
        try:
            yield
        finally:
            with self._changed:
                self._requests -= 1
                self._changed.notify_all()

    @contextmanager
    def blob(self, size: int = SMALL + 1) -> Iterator[None]:
        """Wait until one more blob, of so many bytes, may move, and count it while the block runs."""
        with self._changed:
            while not self._may_move(size):
                self._changed.wait()
            self._running += 1
            self._bytes += size
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._bytes -= size
                self._changed.notify_all()

    def _may_move(self, size: int) -> bool:
        if self._running < self._limit:
            return True
        beyond = self._running < self._limit + self._more
        return beyond and size <= SMALL and self._bytes + size <= _SMALL_BYTES
