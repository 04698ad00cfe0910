"""Sends diagnostics to clients that do not pull them: of the newest version, a moment after the last edit.

A check begins after a short silence, so that it is done when the longer one is over in which nothing is shown: text
that is being typed is wrong at every letter.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lazyoci_lsp.rpc.encoded import Raw
from lazyoci_lsp.state.checker import Checker
from lazyoci_lsp.text.documents import Documents, Text
from lazyoci_lsp.workers import Background

if TYPE_CHECKING:
    from lazyoci_lsp.state.snapshot import Snapshot

QUIET = 0.03  # seconds without an edit after which a check begins
DEBOUNCE = 0.1  # seconds after the last edit before which nothing is published


class Publisher:
    """Publishes diagnostics. Does nothing where the client pulls them."""

    def __init__(
        self,
        documents: Documents,
        checker: Checker,
        background: Background,
        *,
        diagnostics: Callable[[Snapshot], Raw],
        send: Callable[[str, int | None, Raw], None],
        pulls: bool,
    ) -> None:
        """`diagnostics` makes the diagnostics of a snapshot, `send` sends them; `pulls`: the client pulls them."""
        self._documents = documents
        self._checker = checker
        self._background = background
        self._diagnostics = diagnostics
        self._to_client = send
        self._pulls = pulls
        self._tasks: dict[str, asyncio.Task[Any]] = {}

    def now(self, key: str) -> None:
        """Publish as soon as the document is checked: it was just opened, or the world changed."""
        self._schedule(key, 0.0, 0.0)

    def again(self, key: str) -> None:
        """Publish once more what is checked already, unless it is about to be published anyway."""
        waiting = self._tasks.get(key)
        if waiting is None or waiting.done():
            self.now(key)

    def later(self, key: str) -> None:
        """The document was edited."""
        self._schedule(key, QUIET, DEBOUNCE)

    def all_again(self) -> None:
        """Check and publish every open document."""
        for text in self._documents:
            if text.is_lazy:
                self.now(text.key)

    def clear(self, text: Text) -> None:
        """The document was closed: publish an empty list for it."""
        task = self._tasks.pop(text.key, None)
        if task is not None:
            task.cancel()
        if not self._pulls:
            self._to_client(text.uri, None, Raw("[]"))

    def _schedule(self, key: str, quiet: float, debounce: float) -> None:
        if self._pulls:
            return
        before = self._tasks.pop(key, None)
        if before is not None:
            before.cancel()
        self._tasks[key] = self._background.spawn(self._publish(key, quiet, debounce))

    async def _publish(self, key: str, quiet: float, debounce: float) -> None:
        due = asyncio.get_running_loop().time() + debounce
        if quiet:
            await asyncio.sleep(quiet)
        snapshot = await self._checker.fresh(key)
        if snapshot is None:
            return
        found = self._diagnostics(
            snapshot
        )  # made before the debounce is over; whatever changes it schedules a new publication
        rest = due - asyncio.get_running_loop().time()
        if rest > 0:
            await asyncio.sleep(rest)
        self._send(snapshot, found)

    def _send(self, snapshot: Snapshot, found: Raw) -> None:
        current = self._documents.by_key(snapshot.text.key)
        if current is None or current.source is not snapshot.text.source:
            return  # overtaken: the next version publishes its own
        self._to_client(current.uri, current.version, found)
