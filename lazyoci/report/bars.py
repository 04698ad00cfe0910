"""Progress bars on a terminal: one per artifact and one per large blob in transfer, with bytes, rate and time left.

The only module of progress that imports rich.
"""

from __future__ import annotations

import threading
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Column
from rich.text import Text

from lazyoci import clean
from lazyoci.progress import Silent
from lazyoci.report.units import bytes_text

_ROOM_FOR_A_BAR = 60  # columns of a terminal; a narrower one gets numbers without bars
_DIGEST = "sha256:"  # beginning of a blob's name


class _Bytes(ProgressColumn):
    """`24.1 MB/57.2 MB`; while a builder works, the total is not known."""

    def render(self, task: Task) -> Text:
        if task.total is None:
            return Text("")
        return Text(f"{bytes_text(task.completed)}/{bytes_text(task.total)}", style="progress.download")


class _Rate(ProgressColumn):
    """The recent rate, such as `20.3 MB/s`."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{bytes_text(speed)}/s" if speed else "", style="progress.data.speed")


class Bars(Silent):
    """Draws on `stream`, below the output of builders. `width` is in columns, by default the terminal's."""

    def __init__(self, stream: TextIO, *, color: bool = True, width: int | None = None) -> None:
        console = Console(file=stream, stderr=True, width=width, no_color=not color)
        what = Column(ratio=1, no_wrap=True, overflow="ellipsis")
        numbers = [Column(no_wrap=True, justify="right", min_width=size) for size in (15, 10, 5)]
        bar = [BarColumn(bar_width=max(10, console.width // 6))] if console.width >= _ROOM_FOR_A_BAR else []
        self._progress = Progress(
            TextColumn("{task.description}", markup=False, table_column=what),
            *bar,
            _Bytes(table_column=numbers[0]),
            _Rate(table_column=numbers[1]),
            TimeRemainingColumn(compact=True, table_column=numbers[2]),
            console=console,
            transient=True,
            expand=True,
        )
        self._tasks: dict[str, TaskID] = {}
        self._lock = threading.Lock()
        self._progress.start()

    def _task(self, name: str, description: str = "") -> TaskID:
        with self._lock:
            if name not in self._tasks:
                self._tasks[name] = self._progress.add_task(description or clean.line(name), total=None)
            return self._tasks[name]

    def started(self, name: str, what: str) -> None:
        label = name
        if name.startswith(_DIGEST):  # a blob, shown below its artifact by the first characters of its digest
            label = f"  {name.removeprefix(_DIGEST).replace('…', '', 1)}"
        description = clean.line(f"{label}  {what}")
        self._progress.update(self._task(name, description), description=description)

    def output(self, name: str, line: str) -> None:
        self._progress.console.print(clean.line(f"{name} | {line}"), markup=False, highlight=False, soft_wrap=True)

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
