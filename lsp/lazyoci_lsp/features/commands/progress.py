"""Work-done progress for what a command does: shown, and cancelled, in clients that can."""

from __future__ import annotations

import asyncio
import threading
import uuid
from types import TracebackType

from lsprotocol import types

from lazyoci_lsp.view import CommandContext


class Progress:
    """An `async with` block in which work goes on. `cancelled` is set when the user asks to stop it.

    `report` may be called from any thread.
    """

    def __init__(self, context: CommandContext, title: str) -> None:
        self.cancelled = threading.Event()
        self._context = context
        self._title = title
        self._token = uuid.uuid4().hex
        self._loop = asyncio.get_running_loop()
        self._shown = False

    async def __aenter__(self) -> Progress:
        if self._context.view.client.progress:
            progress = self._context.server.work_done_progress
            await progress.create_async(self._token)
            progress.tokens[self._token].add_done_callback(lambda _: self.cancelled.set())
            progress.begin(self._token, types.WorkDoneProgressBegin(self._title, cancellable=True))
            self._shown = True
        return self

    def report(self, message: str, percentage: int | None = None) -> None:
        """Say what is going on."""
        if self._shown:
            value = types.WorkDoneProgressReport(message=message, percentage=percentage)
            self._loop.call_soon_threadsafe(self._context.server.work_done_progress.report, self._token, value)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.cancelled.set()  # the request was cancelled: so is the work
        if self._shown:
            self._context.server.work_done_progress.end(self._token, types.WorkDoneProgressEnd())
            self._context.server.work_done_progress.tokens.pop(self._token, None)


class Telling:
    """Events of `publish` as progress: what is built or pushed now, and how much of it. Thread-safe."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._lock = threading.Lock()
        self._total = 0
        self._sent = 0
        self._last = -1

    def started(self, name: str, what: str) -> None:
        """See `lazyoci.progress.Progress`."""
        self._progress.report(f"{what} {name}")

    def output(self, name: str, line: str) -> None:
        """See `lazyoci.progress.Progress`."""
        self._progress.report(f"{name}: {line[:120]}")

    def total(self, name: str, size: int) -> None:
        """See `lazyoci.progress.Progress`."""
        with self._lock:
            self._total += size

    def sent(self, name: str, count: int) -> None:
        """See `lazyoci.progress.Progress`."""
        with self._lock:
            self._sent += count
            percentage = min(100, max(0, 100 * self._sent // self._total)) if self._total else 0
            if percentage == self._last:
                return  # a message a percent is enough
            self._last = percentage
        self._progress.report(f"pushing {name}", percentage)

    def finished(self, name: str) -> None:
        """See `lazyoci.progress.Progress`."""
