"""Progress while something runs: bars on a terminal, plain lines elsewhere, nothing if quiet.

All progress goes to stderr. The bars need rich, which is imported only for them.
"""

from __future__ import annotations

import os
import threading
from typing import TextIO

from lazyoci import clean
from lazyoci.progress import Silent


class Lines(Silent):
    """For logs: one plain line when something begins, and the output of builders."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def _write(self, text: str) -> None:
        with self._lock:
            self._stream.write(clean.door(text, color=False) + "\n")
            self._stream.flush()

    def started(self, name: str, what: str) -> None:
        self._write(clean.line(f"{name}: {what}"))

    def output(self, name: str, line: str) -> None:
        self._write(clean.line(f"{name} | {line}"))


def on(stream: TextIO, *, silent: bool = False, color: bool = True) -> Silent:
    """The progress for a stream: bars if it is a terminal that can redraw them, else lines."""
    if silent:
        return Silent()
    if stream.isatty() and os.environ.get("TERM") != "dumb":
        from lazyoci.report.bars import Bars

        return Bars(stream, color=color)
    return Lines(stream)
