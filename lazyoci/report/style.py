"""Colours and box drawing for terminals, or plain replacements."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TextIO

from lazyoci import clean
from lazyoci.frozen import frozen


@frozen
class Style:
    """How to write: `color` uses ANSI escapes; `unicode` uses characters beyond ASCII for boxes and ellipses.

    `columns` is the width of the terminal; None if there is no terminal, so lines may have any length.
    """

    color: bool = False
    unicode: bool = True
    columns: int | None = None

    def _paint(self, text: str, code: str) -> str:
        text = clean.line(text)  # cleaned here, so that callers can pass untrusted text
        return f"\x1b[{code}m{text}\x1b[0m" if self.color and text else text

    def bold(self, text: str) -> str:
        """Bold text."""
        return self._paint(text, "1")

    def dim(self, text: str) -> str:
        """Dimmed text."""
        return self._paint(text, "2")

    def error(self, text: str) -> str:
        """Red and bold: readable on light and on dark."""
        return self._paint(text, "1;31")

    def warning(self, text: str) -> str:
        """Yellow."""
        return self._paint(text, "33")

    def note(self, text: str) -> str:
        """Cyan."""
        return self._paint(text, "36")

    def good(self, text: str) -> str:
        """Green."""
        return self._paint(text, "32")

    @property
    def tee(self) -> str:
        """A branch of a tree that is followed by others."""
        return "├─ " if self.unicode else "|- "

    @property
    def corner(self) -> str:
        """The last branch."""
        return "└─ " if self.unicode else "`- "

    @property
    def bar(self) -> str:
        """The vertical line beside inner branches."""
        return "│  " if self.unicode else "|  "

    @property
    def gap(self) -> str:
        """The space below the last branch."""
        return "   "


def wants_color(choice: str, stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether to colour what goes to `stream`: `choice` is always, never or auto (no-color.org, force-color.org)."""
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environ.get("TERM") != "dumb"


def style_for(stream: TextIO, *, color: bool) -> Style:
    """How to write for people on `stream`: boxes where its encoding has them."""
    columns = terminal_columns(stream) if stream.isatty() else None
    try:
        "├─│└…‹›".encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return Style(color, False, columns)
    return Style(color, True, columns)


def terminal_columns(stream: TextIO) -> int | None:
    """The width that COLUMNS gives, else that of the terminal behind `stream`; None where there is neither."""
    told = os.environ.get("COLUMNS", "")
    if told.isascii() and told.isdigit() and int(told):
        return int(told)
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except (OSError, ValueError):  # not a terminal, or no file descriptor
        return None
