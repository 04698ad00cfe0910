"""Ctrl-C and SIGTERM as an event that workers look at."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lazyoci.cli.common import warn


@contextmanager
def interruptible(cancelled: threading.Event) -> Iterator[None]:
    """The first Ctrl-C (or SIGTERM) asks all work to stop and tell what it did; the second one ends it at once."""

    import signal

    def stop(_number: int, _frame: Any) -> None:
        if cancelled.is_set():
            raise KeyboardInterrupt
        cancelled.set()
        warn("stopping; once more to stop at once")

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
