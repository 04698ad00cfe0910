"""Opens bundles and reads every byte of them, with the progress shown."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lazyoci.errors import UsageError

if TYPE_CHECKING:
    from lazyoci.bundle.read import Bundle
    from lazyoci.progress import Silent


def opened(places: Sequence[Path]) -> list[Bundle]:
    """The bundles, of which only the plans were read. Raises UsageError if one is given twice, and BundleError."""
    from lazyoci.bundle.read import open_bundle

    twice = next((str(one) for at, one in enumerate(places) if one in places[:at]), "")
    if twice:
        raise UsageError(f"{twice} is given twice", hint="give each bundle once")
    return [open_bundle(place) for place in places]


def verify_all(bundles: Sequence[Bundle], events: Silent, cancelled: threading.Event) -> None:
    """Read every byte of the bundles. Raises BundleError for what is not as promised, and Interrupted."""
    from lazyoci.bundle.read import verify

    for bundle in bundles:
        name = str(bundle.place)
        events.started(name, "verifying")
        try:
            verify(bundle, counter(events, name, cancelled))
        finally:
            events.finished(name)


def counter(events: Silent, name: str, cancelled: threading.Event) -> Callable[[int], None]:
    """Tells of bytes that were read; raises Interrupted once the run is cancelled."""
    from lazyoci.errors import Interrupted

    def count(size: int) -> None:
        if cancelled.is_set():
            raise Interrupted("stopped before anything was sent")
        events.sent(name, size)

    return count
