"""What all workers share that talk to one registry host: a pause that it asked for, and how many blobs move at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PARALLEL_BLOBS = 4  # at once to one host, unless the user says otherwise; the usual peers take 3 to 6
PARALLEL_WHEN_LIMITED = 2  # after repeated 429s


class Throttle:
    """Thread-safe. `clock` never goes back; `sleep` may raise to interrupt.

    `blobs` may move at once, fewer after repeated 429s.
    """

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], None], blobs: int = PARALLEL_BLOBS) -> None:
        self._clock = clock
        self._sleep = sleep
        self._open_at = 0.0
        self._refusals = 0
        self._limit = blobs
        self._running = 0
        self._changed = threading.Condition()

    def close_for(self, seconds: float, *, limited: bool = False) -> None:
        """Have all workers wait for so many seconds from now; `limited` says that it was a 429."""
        with self._changed:
            self._open_at = max(self._open_at, self._clock() + seconds)
            if limited:
                self._refusals += 1
                if self._refusals >= 2:
                    self._limit = min(self._limit, PARALLEL_WHEN_LIMITED)

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
    def blob(self) -> Iterator[None]:
        """Wait until one more blob may move, and count it while the block runs."""
        with self._changed:
            while self._running >= self._limit:
                self._changed.wait()
            self._running += 1
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()
