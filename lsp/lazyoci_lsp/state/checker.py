"""Checks open documents in one worker thread: only the newest version, and that once.

Python runs one thread at a time, so a second worker would only slow down the main loop. A check that was overtaken ends
at its next look at a file; its result is never published.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lazyoci_lsp.state.conditions import Conditions
from lazyoci_lsp.state.world import StaleError
from lazyoci_lsp.text.documents import Text
from lazyoci_lsp.workers import Pool

if TYPE_CHECKING:
    from lazyoci.yaml.nodes import Document
    from lazyoci_lsp.state.snapshot import Snapshot


@dataclass(slots=True)
class _Flight:
    """A check that runs or waits for the worker. Once `overtaken`, nobody waits for its result.

    A snapshot keeps what tells it that, and nothing else of its flight, which has the snapshot as its result: such a
    ring of references would keep every version of a text until garbage is looked for.
    """

    text: Text
    generation: int
    result: asyncio.Future[Snapshot]
    overtaken: threading.Event = field(default_factory=threading.Event)


class Checker:
    """Snapshots of the open documents. All methods are for the main loop."""

    def __init__(
        self,
        current: Callable[[str], Text | None],
        conditions: Callable[[], Conditions],
        on_snapshot: Callable[[Snapshot], None],
    ) -> None:
        """`current` tells the newest version of a document by its key; `on_snapshot` hears of every new snapshot."""
        self._current = current
        self._conditions = conditions
        self._on_snapshot = on_snapshot
        self._pool = Pool(1, "check")
        self._latest: dict[str, Snapshot] = {}
        self._good: dict[str, Snapshot] = {}
        self._flights: dict[str, _Flight] = {}
        self._recovered: dict[str, tuple[Snapshot, Document | None]] = {}

    def latest(self, key: str) -> Snapshot | None:
        """The newest snapshot there is, be it of an older version."""
        return self._latest.get(key)

    def good(self, key: str) -> Snapshot | None:
        """The newest snapshot that has a plan."""
        return self._good.get(key)

    def is_newest(self, text: Text) -> bool:
        """Whether this is still the newest version of an open document."""
        return self._current(text.key) is text

    def seen(self) -> frozenset[Path]:
        """The files that the newest snapshots depend on."""
        return frozenset(path for snapshot in self._latest.values() for path in snapshot.seen)

    def forget(self, key: str) -> None:
        """The document was closed."""
        self._latest.pop(key, None)
        self._good.pop(key, None)
        self._recovered.pop(key, None)
        self.overtake(key)

    def overtake(self, key: str) -> None:
        """The document was edited: stop the check of the older version. Whoever waits for it waits for the next."""
        flight = self._flights.pop(key, None)
        if flight is not None:
            flight.overtaken.set()
            flight.result.cancel()

    async def fresh(self, key: str) -> Snapshot | None:
        """The snapshot of the newest version, checked now if need be; None when the document is not open.

        An edit during the check starts it again, so what is returned was the newest version a moment ago.
        """
        while True:
            text = self._current(key)
            if text is None:
                return None
            conditions = self._conditions()
            found = self._latest.get(key)
            if found is not None and found.text.source is text.source and found.generation == conditions.generation:
                return found
            flight = self._flights.get(key)
            if flight is None or flight.text.source is not text.source or flight.generation != conditions.generation:
                self.overtake(key)
                flight = self._start(key, text, conditions)
            try:
                return await asyncio.shield(flight.result)
            except asyncio.CancelledError:
                if not flight.overtaken.is_set():
                    raise  # the caller was cancelled, not the check

    async def document(self, key: str) -> tuple[Text, Document | None] | None:
        """The newest version and its YAML nodes; where the YAML is broken, those that can be recovered."""
        snapshot = await self.fresh(key)
        if snapshot is None:
            return None
        found = await self._nodes(snapshot) if snapshot.parts is not None else snapshot.checked.document
        if found is None:
            known = self._recovered.get(key)
            if known is None or known[0] is not snapshot:
                from lazyoci_lsp.text.recovery import read_broken

                work = self._pool.submit(lambda: read_broken(snapshot.text.source), urgent=True)
                known = self._recovered[key] = snapshot, await asyncio.wrap_future(work)
            found = known[1]
        return snapshot.text, found

    async def _nodes(self, snapshot: Snapshot) -> Document | None:
        """The YAML of a version that was checked in parts, which nobody has asked for yet."""
        work = self._pool.submit(lambda: snapshot.checked.document, urgent=True)
        return await asyncio.wrap_future(work)

    def _start(self, key: str, text: Text, conditions: Conditions) -> _Flight:
        loop = asyncio.get_running_loop()
        flight = _Flight(text, conditions.generation, loop.create_future())
        self._flights[key] = flight

        def done(work: Future[Snapshot]) -> None:
            if flight.overtaken.is_set():
                return
            del self._flights[key]
            error = work.exception()
            if error is not None:
                flight.result.set_exception(error)
                return
            snapshot = self._latest[key] = work.result()
            if snapshot.resolved:
                self._good[key] = snapshot
            flight.result.set_result(snapshot)
            self._on_snapshot(snapshot)

        stale, before = flight.overtaken.is_set, self._latest.get(key)

        def work() -> Snapshot:
            if stale():
                raise StaleError
            return _take(text, conditions, stale, before)

        self._pool.submit(work, urgent=True).add_done_callback(lambda work: loop.call_soon_threadsafe(done, work))
        return flight


def _take(text: Text, conditions: Conditions, stale: Callable[[], bool], before: Snapshot | None) -> Snapshot:
    from lazyoci_lsp.state.snapshot import take  # brings in the core, in the worker: the server is ready before

    return take(text, conditions, stale, before)
