"""Cuts a text at the items of a list at the top, by their indentation and without a parser.

Each piece can then be read by itself: one that is broken leaves the others alone, and one that did not change need not
be read again.
"""

from __future__ import annotations

import re

from lazyoci.diagnostic import Span
from lazyoci.frozen import frozen
from lazyoci.yaml.libyaml import Parser, YAMLError, events

_ODD_BREAKS = re.compile("[\x85\u2028\u2029]|\r(?!\n)")  # YAML may see a line break there, or the parser does
_FIRST_ITEM = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*( *)-(?=[ \t\r\n]|\Z)")
_KEY_AT_MARGIN = re.compile(r"^[A-Za-z_\"'][^\n]*?:(?=[ \t\r\n]|\Z)", re.MULTILINE)


@frozen
class Pieces:
    """A text cut up: what stands above the items of the list, each item down to the next one, and what is below."""

    items: tuple[Span, ...]
    column: int  # of the dashes

    def at(self, offset: int) -> int | None:
        """The number of the item that an offset is in; None above and below them."""
        if not self.items or not self.items[0].start <= offset < self.items[-1].end:
            return None
        low, high = 0, len(self.items)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.items[middle].start <= offset else (low, middle)
        return low


def cut(text: str, key: str, *, strict: bool = False) -> Pieces | None:
    """Cut a text at the items of the block list that is the value of `key`; None where there is no such list.

    With `strict` the list ends at the first line that is indented less than its dashes, as in YAML; otherwise only a
    key at the margin ends it, so that a line which is typed at a wrong place stays in the piece around it.
    """
    if _ODD_BREAKS.search(text) is not None:
        return None
    head = re.search(rf"^{key}:[ \t]*(?:#[^\n]*)?\r?\n", text, re.MULTILINE)
    first = _FIRST_ITEM.match(text, head.end()) if head is not None else None
    if first is None:
        return None
    column = len(first[1])
    starts = re.compile(rf"^ {{{column}}}-(?=[ \t\r\n]|\Z)", re.MULTILINE)
    begin = first.start(1)
    end = _end(text, first.end(), column, strict=strict)
    found = [one.start() for one in starts.finditer(text, begin, end)]
    return Pieces(tuple([Span(*one) for one in zip(found, [*found[1:], end], strict=True)]), column)


def _end(text: str, begin: int, column: int, *, strict: bool) -> int:
    """Where the list ends: at the first line of content that is not its own."""
    if not strict:
        other = _KEY_AT_MARGIN.search(text, begin)
        return len(text) if other is None else other.start()
    less = rf" {{0,{column - 1}}}[^ \r\n#]|" if column else ""
    other = re.compile(rf"^(?:{less} {{{column}}}(?!-[ \t\r\n]|-\Z)[^ \r\n#])", re.MULTILINE).search(text, begin)
    return len(text) if other is None else other.start()


def parses(text: str) -> bool:
    """Whether a text is YAML by itself, without a tree of it being made."""
    try:
        next_event = Parser(text).get_event
        while next_event().__class__ is not events.StreamEndEvent:
            pass
    except (YAMLError, UnicodeEncodeError):
        return False
    return True


def blank(text: str) -> str:
    """A text of the same length and the same lines with nothing on them."""
    return re.sub(r"[^\r\n]", " ", text)
