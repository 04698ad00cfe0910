"""Diagnostics for clients that do not pull them: a moment after the last edit, the newest version only.

A check begins after a short silence, so that it is done when the longer one is over in which nothing is shown: text
that is being typed is wrong at every letter.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from lsprotocol import types

if TYPE_CHECKING:
    from lazyoci_lsp.session import Session
    from lazyoci_lsp.state.snapshot import Snapshot
    from lazyoci_lsp.text.documents import Text

QUIET = 0.03  # seconds without an edit after which a check begins
DEBOUNCE = 0.1  # seconds after the last edit before which nothing is published


class Publisher:
    """Pushes diagnostics; for clients that pull, it does nothing."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tasks: dict[str, asyncio.Task[Any]] = {}

    def now(self, key: str) -> None:
        """Publish as soon as the document is checked: it was just opened, or the world changed."""
        self._schedule(key, 0.0, 0.0)

    def again(self, key: str) -> None:
        """There is more to say of what is checked already; what is about to be published says it too."""
        waiting = self._tasks.get(key)
        if waiting is None or waiting.done():
            self.now(key)

    def later(self, key: str) -> None:
        """The document was edited."""
        self._schedule(key, QUIET, DEBOUNCE)

    def all_again(self) -> None:
        """Check and publish every open document."""
        for text in self._session.documents:
            if text.is_lazy:
                self.now(text.key)

    def clear(self, text: Text) -> None:
        """The document was closed: what was published of it is taken back."""
        task = self._tasks.pop(text.key, None)
        if task is not None:
            task.cancel()
        if not self._session.client.pulls:
            self._session.text_document_publish_diagnostics(types.PublishDiagnosticsParams(text.uri, []))

    def _schedule(self, key: str, quiet: float, debounce: float) -> None:
        if self._session.client.pulls:
            return
        before = self._tasks.pop(key, None)
        if before is not None:
            before.cancel()
        self._tasks[key] = self._session.spawn(self._publish(key, quiet, debounce))

    async def _publish(self, key: str, quiet: float, debounce: float) -> None:
        due = asyncio.get_running_loop().time() + debounce
        if quiet:
            await asyncio.sleep(quiet)
        snapshot = await self._session.checker.fresh(key)
        if snapshot is None:
            return
        from lazyoci_lsp.features.findings import diagnostics

        found = diagnostics(self._session, snapshot)  # made while the silence lasts; what changes it publishes anew
        rest = due - asyncio.get_running_loop().time()
        if rest > 0:
            await asyncio.sleep(rest)
        self._send(snapshot, found)

    def _send(self, snapshot: Snapshot, found: list[types.Diagnostic]) -> None:
        current = self._session.documents.by_key(snapshot.text.key)
        if current is None or current.source is not snapshot.text.source:
            return  # overtaken: the next version publishes its own
        params = types.PublishDiagnosticsParams(current.uri, found, current.version)
        self._session.text_document_publish_diagnostics(params)
