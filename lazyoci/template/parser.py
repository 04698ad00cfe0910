"""Parses a whole template: text, actions, blocks. Errors have the messages and the order of Go's parser."""

from __future__ import annotations

from lazyoci.diagnostic import Span
from lazyoci.template import lexer as lx
from lazyoci.template import nodes as ast
from lazyoci.template.cursor import Tree
from lazyoci.template.error import NAME
from lazyoci.template.expression import Expressions
from lazyoci.template.gofmt.strings import quote
from lazyoci.template.lexer import Item

_BRANCHES: dict[str, type[ast.Branch]] = {lx.IF: ast.If, lx.WITH: ast.With, lx.RANGE: ast.Range}


class _Stop(ast.Node):
    """`{{ end }}` or `{{ else }}`, which ends a list of nodes."""

    __slots__ = ("word",)

    def __init__(self, span: Span, word: str) -> None:
        super().__init__(span, span.start)
        self.word = word

    def __str__(self) -> str:
        return "{{" + self.word + "}}"


class Parser(Expressions):
    """Parses one source, once. `definitions` then holds every named template, the main one included."""

    definitions: dict[str, ast.Body]

    def parse(self) -> ast.Body:
        """Parse the source; the nodes outside of any `define`."""
        self.definitions = {}
        body: list[ast.Node] = []
        while (item := self._peek()).kind != lx.EOF:
            if item.kind == lx.LEFT:
                start = self._at
                self._next()
                if self._next_word().kind == lx.DEFINE:
                    self._definition(item.start)
                    continue
                self._at = start
            node = self._text_or_action(Span(0, 0))
            if isinstance(node, _Stop):
                self._fail(f"unexpected {node}", node.span)
            body.append(node)
        root = tuple(body)
        self._define(NAME, root, Span(0, len(self._source)))
        return root

    def _definition(self, start: int) -> None:
        """Read the rest of `{{ define "name" }}…{{ end }}`, whose first brace is at `start`."""
        context = "define clause"
        outer, self._tree = self._tree, Tree(self._tree.latest)
        name = self._template_name(self._next_word(), context)
        self._expect(lx.RIGHT, context)
        opening = Span(start, self._end())
        body, stop = self._list(opening)
        if stop.word != lx.END:
            self._fail(f"unexpected {stop} in {context}", stop.span)
        self._define(name, body, opening)
        outer.latest = self._tree.latest
        self._tree = outer

    def _define(self, name: str, body: ast.Body, span: Span) -> None:
        """Store a named template. An empty one neither replaces nor conflicts with another of the same name."""
        known = self.definitions.get(name)
        if known is None or _empty(known):
            self.definitions[name] = body
        elif not _empty(body):
            self._fail(f"template: multiple definition of template {quote(name)}", span)

    def _list(self, opening: Span) -> tuple[ast.Body, _Stop]:
        """Read nodes up to the `end` or `else` of the block that `opening` opened."""
        self._descend(opening.start)
        nodes: list[ast.Node] = []
        while True:
            if self._peek_word().kind == lx.EOF:
                self._fail("unexpected EOF", opening)
            node = self._text_or_action(opening)
            if isinstance(node, _Stop):
                self._depth -= 1
                return tuple(nodes), node
            nodes.append(node)

    def _text_or_action(self, opening: Span) -> ast.Node:
        item = self._next_word()
        if item.kind == lx.TEXT:
            return ast.Text(Span(item.start, item.end), item.value)
        if item.kind != lx.LEFT:
            self._unexpected(item, "input")
        self._tree.action = item.start
        node = self._action(item.start)
        self._tree.action = -1
        return node

    def _action(self, start: int) -> ast.Node:
        """Read an action after its left delimiter, which is at `start`."""
        item = self._next_word()
        word = item.kind
        if word in _BRANCHES:
            return self._branch(word, start)
        if word == lx.END:
            self._expect(lx.RIGHT, "end")
            return _Stop(Span(start, self._end()), word)
        if word == lx.ELSE:
            if self._peek_word().kind not in (lx.IF, lx.WITH):  # the enclosing block reads these
                self._expect(lx.RIGHT, "else")
            return _Stop(Span(start, self._end()), word)
        if word in (lx.BREAK, lx.CONTINUE):
            self._expect(lx.RIGHT, "{{" + word + "}}")
            span = Span(start, self._end())
            if not self._tree.ranges:
                self._fail("{{" + word + "}} outside {{range}}", span)
            return ast.Break(span, item.start) if word == lx.BREAK else ast.Continue(span, item.start)
        if word == lx.TEMPLATE:
            return self._call(start)
        if word == lx.BLOCK:
            return self._block(start)
        if item.kind not in (lx.EOF, lx.ERROR):
            self._at -= 1
        pipe = self._pipeline("command", lx.RIGHT)
        return ast.Action(Span(start, self._end()), item.start, pipe)

    def _branch(self, word: str, start: int) -> ast.Branch:
        """Read the rest of `if`, `with` or `range`; variables declared in its pipeline last until its end."""
        tree = self._tree
        known = len(tree.variables)
        pipe = self._pipeline(word, lx.RIGHT)
        opening = Span(start, self._end())
        ranges = 1 if word == lx.RANGE else 0
        tree.ranges += ranges
        body, stop = self._list(opening)
        tree.ranges -= ranges
        otherwise: ast.Body = ()
        if stop.word == lx.ELSE:
            if word in (lx.IF, lx.WITH) and self._peek().kind == word:
                self._next()
                self._descend(stop.span.start)
                otherwise = (self._branch(word, stop.span.start),)
                self._depth -= 1
            else:
                otherwise, stop = self._list(opening)
                if stop.word != lx.END:
                    self._fail(f"expected end; found {stop}", stop.span)
        del tree.variables[known:]
        return _BRANCHES[word](Span(start, self._end()), pipe.pos, pipe, body, otherwise)

    def _call(self, start: int) -> ast.Call:
        """Read the rest of `{{ template "name" pipeline }}`."""
        context = "template clause"
        item = self._next_word()
        name = self._template_name(item, context)
        pipe = None
        if self._next_word().kind != lx.RIGHT:
            self._at -= 1
            pipe = self._pipeline(context, lx.RIGHT)
        return ast.Call(Span(start, self._end()), item.start, name, pipe)

    def _block(self, start: int) -> ast.Call:
        """Read the rest of `{{ block "name" pipeline }}…{{ end }}`: a definition and a call of it."""
        context = "block clause"
        item = self._next_word()
        name = self._template_name(item, context)
        pipe = self._pipeline(context, lx.RIGHT)
        opening = Span(start, self._end())
        outer, self._tree = self._tree, Tree(self._tree.latest)
        body, stop = self._list(opening)
        inner, self._tree = self._tree, outer
        if stop.word != lx.END:
            self._fail(f"unexpected {stop} in {context}", stop.span)
        self._tree = inner
        self._define(name, body, opening)
        self._tree = outer
        return ast.Call(Span(start, self._end()), item.start, name, pipe)

    def _template_name(self, item: Item, context: str) -> str:
        if item.kind not in (lx.STRING, lx.RAW_STRING):
            self._unexpected(item, context)
        return self._string(item).text


def _empty(body: ast.Body) -> bool:
    """Whether a template contains only white space."""
    return all(isinstance(node, ast.Text) and not node.text.strip() for node in body)
