"""Between the core's code points and the client's positions: the only place where either becomes the other.

Positions count in the unit that `initialize` settled: UTF-8 bytes, UTF-16 units (the default) or code points. Lines end
where LSP says, which is what `Source` indexes: LF, CR LF and a lone CR; never at U+2028.
"""

from __future__ import annotations

from typing import Literal

from lsprotocol import types

from lazyoci.diagnostic import Position, Source, Span

Encoding = Literal["utf-8", "utf-16", "utf-32"]
_WIDEST = {"utf-8": "\x7f", "utf-16": "\uffff", "utf-32": "\U0010ffff"}  # what takes one unit, at most


class Converter:
    """Converts for one client."""

    def __init__(self, encoding: str = "utf-16") -> None:
        self.encoding: Encoding = "utf-8" if encoding == "utf-8" else "utf-32" if encoding == "utf-32" else "utf-16"

    def position(self, source: Source, offset: int) -> types.Position:
        """The client's position of a code-point offset."""
        line, column = source.position(offset)
        if column and self.encoding != "utf-32":
            start = source.line_starts[line]
            before = source.text[start : start + column]
            if not before.isascii():
                column = self.units(before)
        return types.Position(line, column)

    def offset(self, source: Source, position: types.Position) -> int:
        """The offset of a client's position; what lies outside the text is brought to its nearest end."""
        if position.line >= len(source.line_starts):
            return len(source.text)
        line = source.line(position.line)
        if self.encoding == "utf-32" or line.isascii():
            column = min(position.character, len(line))
        else:
            column = self._column(line, position.character)
        return source.offset(Position(position.line, column))

    def range(self, source: Source, span: Span) -> types.Range:
        """The client's range of a span."""
        return types.Range(self.position(source, span.start), self.position(source, span.end))

    def span(self, source: Source, range: types.Range) -> Span:
        """The span of a client's range; never a negative one."""
        start = self.offset(source, range.start)
        return Span(start, max(start, self.offset(source, range.end)))

    def units(self, text: str) -> int:
        """How long `text` is for the client."""
        if self.encoding == "utf-32" or text.isascii():
            return len(text)
        if self.encoding == "utf-8":
            return len(text.encode("utf-8", "surrogatepass"))
        return len(text) + sum(ch > "\uffff" for ch in text)

    def _column(self, line: str, units: int) -> int:
        """The column after so many units; a position within a character counts as before it."""
        column = 0
        for ch in line:
            units -= 1 if ch <= _WIDEST[self.encoding] else self.units(ch)
            if units < 0:
                break
            column += 1
        return column
