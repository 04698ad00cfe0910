"""The parser's position in the items, and how it reports errors.

Go's messages give the line of the item that was lexed last (`Tree.latest`), which may be after the wrong one.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NoReturn

from lazyoci.diagnostic import Span
from lazyoci.template import lexer as lx
from lazyoci.template.error import NAME, TemplateError, What, line_of
from lazyoci.template.gofmt.strings import quote
from lazyoci.template.lexer import Item

DEEPEST = 64  # depth of blocks and parentheses; Go allows 10000, but that would exhaust Python's stack


class Tree:
    """The state of one template being parsed: the main one, or the body of a `define` or `block`."""

    __slots__ = ("action", "latest", "ranges", "variables")

    def __init__(self, latest: Item) -> None:
        self.variables = ["$"]
        self.ranges = 0  # open `range` blocks
        self.action = -1  # start of the action being parsed
        self.latest = latest


class Cursor:
    """Reads the items of one source."""

    def __init__(self, source: str, functions: Collection[str]) -> None:
        self._source = source
        self._functions = functions
        self._items = [item for item in lx.lex(source) if item.kind != lx.COMMENT]
        self._at = 0
        self._furthest = -1
        self._tree = Tree(self._items[0])
        self._depth = 0

    def _peek(self) -> Item:
        at = self._at
        item = self._items[at]
        if at > self._furthest:
            self._furthest = at
            self._tree.latest = item
        return item

    def _next(self) -> Item:
        item = self._peek()
        if item.kind not in (lx.EOF, lx.ERROR):  # never move past the last item
            self._at += 1
        return item

    def _peek_word(self) -> Item:
        if self._peek().kind == lx.SPACE:
            self._at += 1
        return self._peek()

    def _next_word(self) -> Item:
        self._peek_word()
        return self._next()

    def _expect(self, kind: str, context: str) -> Item:
        item = self._next_word()
        if item.kind != kind:
            self._unexpected(item, context)
        return item

    def _end(self) -> int:
        """The end of the item that was read last."""
        return self._items[self._at - 1].end

    def _descend(self, place: int) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            self._fail("max expression depth exceeded", Span(place, max(place, self._end())))

    def _unexpected(self, item: Item, context: str) -> NoReturn:
        span = Span(item.start, item.end)
        if item.kind != lx.ERROR:
            self._fail(f"unexpected {_describe(item)} in {context}", span)
        message, action = item.value, self._tree.action
        if action >= 0:
            if item.end == item.start:
                span = Span(action, item.end)
            line = line_of(self._source, action)
            if line != line_of(self._source, item.start):
                joint = "" if message.endswith(" action") else " in action"
                message = f"{message}{joint} started at {NAME}:{line}"
        self._fail(message, span)

    def _fail(self, message: str, span: Span, what: What = "syntax", name: str = "") -> NoReturn:
        line = line_of(self._source, self._tree.latest.start)
        raise TemplateError(f"template: {NAME}:{line}: {message}", kind="parse", span=span, what=what, name=name)


def _describe(item: Item) -> str:
    """An item, as Go's messages describe it."""
    if item.kind == lx.EOF:
        return "EOF"
    if item.kind in lx.KEYWORDS:
        return f"<{item.value}>"
    if len(item.value.encode("utf-8", "surrogateescape")) > 10:
        return quote(item.value[:10]) + "..."
    return quote(item.value)
