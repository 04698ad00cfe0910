"""Findings as values, with their place (`Span` in a `Source`), severity, and perhaps a `Fix`.

Positions are code points, counted from zero. Only the command line and the language server convert them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

from lazyoci.frozen import frozen


class Span(NamedTuple):
    """A half-open range of code-point offsets into `Source.text`."""

    start: int
    end: int


class Position(NamedTuple):
    """A zero-based line and a zero-based column in code points."""

    line: int
    column: int


class Severity(IntEnum):
    """How grave a finding is; a larger value is graver."""

    INFORMATION = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """The word shown to people and machines: `error`, `warning` or `info`."""
        return ("info", "warning", "error")[self - 1]


class Edit(NamedTuple):
    """Replace `span` by `text`."""

    span: Span
    text: str


@frozen
class Fix:
    """Edits that surely mend a finding, sorted, without overlaps. `title` is an imperative, "replace with .Version"."""

    title: str
    edits: tuple[Edit, ...]


@frozen
class Related:
    """Another place that belongs to a finding, such as the other of two equal references.

    It is in the same file, unless `source` gives another one.
    """

    message: str
    span: Span
    source: Source | None = None


@frozen
class Diagnostic:
    """One finding. `code` is kebab-case and stable; `message` is one line: fact, place, remedy."""

    code: str
    severity: Severity
    message: str
    span: Span
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    unnecessary: bool = False  # editors show such text faded
    choices: tuple[Fix, ...] = ()  # each would mend it, if it is what the author means; never applied unasked


def in_order(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Findings in the order to show them: by place, and at the same place the gravest first."""
    return tuple(sorted(found, key=lambda one: (one.span, -one.severity, one.code)))


class Source:
    """A file's text, and the index of its lines.

    Lines end at LF, CR LF or a lone CR, as in LSP, and nowhere else: `str.splitlines` would also break at U+2028,
    U+0085 and form feeds.
    """

    __slots__ = ("_starts", "path", "text")

    def __init__(self, text: str, path: Path | None = None) -> None:
        self.text = text
        self.path = path
        self._starts: list[int] | None = None

    @property
    def name(self) -> str:
        """What messages call the file: its path as given, or `<stdin>`."""
        return "<stdin>" if self.path is None else str(self.path)

    @property
    def line_starts(self) -> list[int]:
        """The offset at which each line begins; there is always at least one line."""
        if self._starts is None:
            text = self.text
            starts = [0]
            if "\r" in text:
                i, n = 0, len(text)
                while i < n:
                    ch = text[i]
                    i += 1
                    if ch == "\r":
                        if i < n and text[i] == "\n":
                            i += 1
                        starts.append(i)
                    elif ch == "\n":
                        starts.append(i)
            else:
                find = text.find
                at = find("\n")
                while at >= 0:
                    starts.append(at + 1)
                    at = find("\n", at + 1)
            self._starts = starts
        return self._starts

    def position(self, offset: int) -> Position:
        """The line and column of `offset`, which is clamped to the text."""
        offset = min(max(offset, 0), len(self.text))
        starts = self.line_starts
        line = bisect_right(starts, offset) - 1
        return Position(line, offset - starts[line])

    def offset(self, position: Position) -> int:
        """The offset of `position`, clamped to its line and to the text."""
        starts = self.line_starts
        if position.line >= len(starts):
            return len(self.text)
        start = starts[position.line]
        return start + min(max(position.column, 0), len(self.line(position.line)))

    def line(self, number: int) -> str:
        """The text of a zero-based line, without its line break."""
        starts = self.line_starts
        end = starts[number + 1] if number + 1 < len(starts) else len(self.text)
        return self.text[starts[number] : end].rstrip("\r\n")
