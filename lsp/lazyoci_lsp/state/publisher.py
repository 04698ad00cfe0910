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
        self._sent: dict[str, tuple[int | None, Raw]] = {}  # what the client was told last of each document
        self._due: dict[str, float] = {}  # the loop's time before which nothing of a document is published

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
        self._due.pop(text.key, None)
        self._sent.pop(text.key, None)
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
        due = max(self._due.get(key, 0.0), asyncio.get_running_loop().time() + debounce)
        self._due[key] = due  # a world that changes while somebody types makes nothing appear sooner
        self._tasks[key] = self._background.spawn(self._publish(key, quiet, due))

    async def _publish(self, key: str, quiet: float, due: float) -> None:
        if quiet:
            await asyncio.sleep(quiet)
        snapshot = await self._checker.fresh(key)
        if snapshot is None:
            return
        # made before the debounce is over; whatever changes it schedules a new publication
        found = self._diagnostics(snapshot)
        rest = due - asyncio.get_running_loop().time()
        if rest > 0:
            await asyncio.sleep(rest)
        self._send(snapshot, found)

    def _send(self, snapshot: Snapshot, found: Raw) -> None:
        current = self._documents.by_key(snapshot.text.key)
        if current is None or current.source is not snapshot.text.source:
            return  # overtaken: the next version publishes its own
        if self._sent.get(current.key) == (current.version, found):
            return  # the world changed, but not what is wrong
        self._sent[current.key] = (current.version, found)
        self._to_client(current.uri, current.version, found)
