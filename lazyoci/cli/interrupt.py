"""Handles Ctrl-C, SIGTERM and SIGHUP: sets an event that workers check, or ends the program after cleaning up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from lazyoci.cli.common import warn


@contextmanager
def interruptible(cancelled: threading.Event, cut: Callable[[], object] | None = None) -> Iterator[None]:
    """The first Ctrl-C, SIGTERM or SIGHUP asks all work to stop and tell what it did; the second one ends it at once.

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
        with suppress(OSError):  # with the terminal, stderr is gone
            warn("stopping; once more to stop at once")

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, *_ends())}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def clean_up_at_the_end() -> None:
    """Let SIGTERM and SIGHUP end the program as Ctrl-C does, so that no temporary file stays; ignored ones stay so."""
    import signal

    def stop(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        return  # no other thread may say what a signal does
    for number in _ends():
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, stop)


def _ends() -> list[int]:
    """SIGTERM, and SIGHUP unless it is ignored, as `nohup` does."""
    import signal

    found: list[int] = [signal.SIGTERM]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        found.append(signal.SIGHUP)
    return found
