"""Waiting for the results of workers in such a way that Ctrl-C still ends the run."""

from __future__ import annotations

import threading
from collections.abc import Collection
from concurrent.futures import Future, wait
from typing import TypeVar

from lazyoci.registry.client import Client

T = TypeVar("T")

_LOOK = 0.25  # seconds between looks at the event
_GRACE = 1.0  # seconds that work under way gets to end by itself, so that a tag being written is not left in doubt


def gather(futures: Collection[Future[T]], client: Client, cancelled: threading.Event) -> list[T]:
    """The results of all futures, in order, when all have ended; raises what the first failed one raised.

    Once `cancelled` is set, workers get a moment to end by themselves; then the connections of those that hang in a
    read or write are cut.
    """
    try:
        while wait(futures, timeout=_LOOK).not_done:
            if cancelled.is_set() and wait(futures, timeout=_GRACE).not_done:
                client.abort()
                wait(futures)
    except BaseException:  # a second Ctrl-C: whatever still runs ends now
        cancelled.set()
        client.abort()
        raise
    return [future.result() for future in futures]
