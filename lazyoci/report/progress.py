"""What goes on, told while it goes on: bars on a terminal, plain lines elsewhere, nothing when quiet.

All of it is on stderr. `Bars` imports rich, and only it does.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import TaskID


class Silent:
    """Says nothing: quiet, or a machine reads the result."""

    def started(self, name: str, what: str) -> None:
        """See `publish.Events`."""

    def output(self, name: str, line: str) -> None:
        """See `publish.Events`."""

    def total(self, name: str, size: int) -> None:
        """See `publish.Events`."""

    def sent(self, name: str, count: int) -> None:
        """See `publish.Events`."""

    def finished(self, name: str) -> None:
        """See `publish.Events`."""

    def close(self) -> None:
        """Give the terminal back."""


class Lines(Silent):
    """One plain line when something begins, and what builders print: for logs."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def _write(self, text: str) -> None:
        with self._lock:
            self._stream.write(text + "\n")
            self._stream.flush()

    def started(self, name: str, what: str) -> None:
        self._write(f"{name}: {what}")

    def output(self, name: str, line: str) -> None:
        self._write(f"{name} | {line}")


class Bars(Silent):
    """A bar an artifact, with bytes, rate and time left; builders' output scrolls above."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            DownloadColumn(binary_units=True),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=Console(file=stream, stderr=True),
            transient=True,
        )
        self._tasks: dict[str, TaskID] = {}
        self._lock = threading.Lock()
        self._progress.start()

    def _task(self, name: str) -> TaskID:
        with self._lock:
            if name not in self._tasks:
                self._tasks[name] = self._progress.add_task(name, total=None)
            return self._tasks[name]

    def started(self, name: str, what: str) -> None:
        self._progress.update(self._task(name), description=f"{name}  {what}")

    def output(self, name: str, line: str) -> None:
        self._progress.console.print(f"{name} | {line}", markup=False, highlight=False)

    def total(self, name: str, size: int) -> None:
        self._progress.update(self._task(name), total=size, completed=0)

    def sent(self, name: str, count: int) -> None:
        self._progress.advance(self._task(name), count)

    def finished(self, name: str) -> None:
        with self._lock:
            task = self._tasks.pop(name, None)
        if task is not None:
            self._progress.remove_task(task)

    def close(self) -> None:
        self._progress.stop()
