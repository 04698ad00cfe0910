"""Ctrl-C and SIGTERM as an event that workers look at."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from lazyoci.cli.common import warn


@contextmanager
def interruptible(cancelled: threading.Event, cut: Callable[[], object] | None = None) -> Iterator[None]:
    """The first Ctrl-C (or SIGTERM) asks all work to stop and tell what it did; the second one ends it at once.

    `cut` ends what only reads: nothing there is left half done, so nobody waits for a registry that hangs. It runs in a
    thread of its own, since the handler interrupts a thread that may hold the locks that it needs.
    """

    import signal

    def stop(_number: int, _frame: Any) -> None:
        if cancelled.is_set():
            raise KeyboardInterrupt
        cancelled.set()
        if cut is not None:
            threading.Thread(target=cut, name="cut", daemon=True).start()
        warn("stopping; once more to stop at once")

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
