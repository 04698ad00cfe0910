"""Parses the content of an action: pipelines, commands, operands."""

from __future__ import annotations

from collections.abc import Callable

from lazyoci.diagnostic import Span
from lazyoci.template import lexer as lx
from lazyoci.template import nodes as ast
from lazyoci.template.cursor import Cursor
from lazyoci.template.gofmt.strings import quote
from lazyoci.template.lexer import Item

_FIRST = frozenset(
    {
        lx.BOOL, lx.CHARACTER_CONSTANT, lx.COMPLEX, lx.DOT, lx.FIELD, lx.IDENTIFIER, lx.NUMBER, lx.NIL, lx.RAW_STRING,
        lx.STRING, lx.VARIABLE, lx.OPEN,
    }
)  # fmt: skip
_CONSTANTS = (ast.Bool, ast.Dot, ast.Nil, ast.Number, ast.String)  # cannot be piped to, nor have fields


class Expressions(Cursor):
    """The part of the parser that reads expressions."""

    def _pipeline(self, context: str, end: str) -> ast.Pipe:
        """Read a pipeline and the `end` after it: a right delimiter, or the parenthesis that closes it."""
        outer = self._at - 1
        start = self._peek_word().start
        self._descend(start)
        variables, assigns = self._declarations(context)
        commands: list[ast.Command] = []
        while (item := self._next_word()).kind != end:
            if item.kind not in _FIRST:
                self._unexpected(item, context)
            self._at -= 1
            commands.append(self._command())
        self._depth -= 1
        if not commands:
            self._fail(f"missing value for {context}", Span(start, item.end))
        for stage, command in enumerate(commands[1:], 2):
            if isinstance(command.args[0], _CONSTANTS):
                self._fail(f"non executable command in pipeline stage {stage}", command.span)
        span = Span(self._items[outer].start, item.end) if end == lx.CLOSE else Span(start, commands[-1].span.end)
        return ast.Pipe(span, start, variables, assigns, tuple(commands))

    def _declarations(self, context: str) -> tuple[tuple[ast.Variable, ...], bool]:
        """Read `$x :=`, `$x =` or `$i, $x :=`, and whether it assigns."""
        variables: list[ast.Variable] = []
        while (item := self._peek_word()).kind == lx.VARIABLE:
            start = self._at
            self._next()
            after = self._peek_word()
            comma = after.kind == lx.CHARACTER and after.value == ","
            if after.kind not in (lx.ASSIGN, lx.DECLARE) and not comma:
                self._at = start
                break
            self._next()
            variables.append(ast.Variable(Span(item.start, item.end), item.start, item.value))
            self._tree.variables.append(item.value)
            if not comma:
                return tuple(variables), after.kind == lx.ASSIGN
            if context != "range" or len(variables) > 1:
                self._fail(f"too many declarations in {context}", Span(variables[0].pos, item.end))
            following = self._peek_word()
            if following.kind not in (lx.VARIABLE, lx.RIGHT, lx.CLOSE):
                self._fail("range can only initialize variables", Span(following.start, following.end))
        return tuple(variables), False

    def _command(self) -> ast.Command:
        """Read operands up to and including a `|`, or up to the end of the pipeline, which is not read."""
        start = self._peek_word().start
        args: list[ast.Node] = []
        while True:
            self._peek_word()
            operand = self._operand()
            if operand is not None:
                args.append(operand)
            item = self._next()
            if item.kind == lx.SPACE:
                continue
            if item.kind in (lx.RIGHT, lx.CLOSE):
                self._at -= 1
            elif item.kind != lx.PIPE:
                self._unexpected(item, "operand")
            return ast.Command(Span(start, args[-1].span.end), start, tuple(args))

    def _operand(self) -> ast.Node | None:
        """Read a term and the fields directly after it; None if there is no term."""
        start = self._at
        item = self._next_word()
        term = _TERMS.get(item.kind)
        if term is None:
            if item.kind not in (lx.EOF, lx.ERROR):
                self._at -= 1
            return None
        node = term(self, item)
        if self._peek().kind != lx.FIELD:
            return node
        pos = self._peek().start
        names: list[ast.Name] = []
        while self._peek().kind == lx.FIELD:
            names.append(_name(self._next()))
        span = Span(self._items[start].start, self._end())
        if isinstance(node, ast.Field):
            return ast.Field(span, pos, (*node.names, *names))
        if isinstance(node, ast.Variable):
            return ast.Variable(span, pos, node.name, tuple(names))
        if isinstance(node, _CONSTANTS):
            self._fail(f"unexpected . after term {quote(str(node))}", span)
        return ast.Chain(span, pos, node, tuple(names))

    def _identifier(self, item: Item) -> ast.Node:
        span = Span(item.start, item.end)
        if item.value not in self._functions:
            self._fail(f'function "{item.value}" not defined', span, "unknown-function", item.value)
        return ast.Identifier(span, item.value)

    def _variable(self, item: Item) -> ast.Node:
        span = Span(item.start, item.end)
        if item.value not in self._tree.variables:
            self._fail(f'undefined variable "{item.value}"', span)
        return ast.Variable(span, item.start, item.value)

    def _field(self, item: Item) -> ast.Node:
        return ast.Field(Span(item.start, item.end), item.start, (_name(item),))

    def _dot(self, item: Item) -> ast.Node:
        return ast.Dot(Span(item.start, item.end), item.start)

    def _nil(self, item: Item) -> ast.Node:
        return ast.Nil(Span(item.start, item.end), item.start)

    def _bool(self, item: Item) -> ast.Node:
        return ast.Bool(Span(item.start, item.end), item.value == "true")

    def _parentheses(self, item: Item) -> ast.Node:
        return self._pipeline("parenthesized pipeline", lx.CLOSE)

    def _number(self, item: Item) -> ast.Node:
        from lazyoci.template import literals  # imported here, as few templates have numbers

        try:
            if item.kind == lx.CHARACTER_CONSTANT:
                code = literals.character(item.value)
                constant = literals.Constant(code, code)
            elif item.kind == lx.COMPLEX:
                constant = literals.complex_number(item.value)
            else:
                constant = literals.number(item.value)
        except ValueError as error:
            self._fail(str(error), Span(item.start, item.end))
        return ast.Number(Span(item.start, item.end), item.value, constant.value, constant.integer)

    def _string(self, item: Item) -> ast.String:
        if "\\" not in item.value and item.kind == lx.STRING:
            return ast.String(Span(item.start, item.end), item.value, item.value[1:-1])
        from lazyoci.template import literals  # imported here, as even fewer have escapes

        try:
            return ast.String(Span(item.start, item.end), item.value, literals.unquote(item.value))
        except ValueError as error:
            self._fail(str(error), Span(item.start, item.end))


_TERMS: dict[str, Callable[[Expressions, Item], ast.Node]] = {
    lx.IDENTIFIER: Expressions._identifier,
    lx.VARIABLE: Expressions._variable,
    lx.FIELD: Expressions._field,
    lx.DOT: Expressions._dot,
    lx.NIL: Expressions._nil,
    lx.BOOL: Expressions._bool,
    lx.OPEN: Expressions._parentheses,
    lx.NUMBER: Expressions._number,
    lx.COMPLEX: Expressions._number,
    lx.CHARACTER_CONSTANT: Expressions._number,
    lx.STRING: Expressions._string,
    lx.RAW_STRING: Expressions._string,
}


def _name(item: Item) -> ast.Name:
    return ast.Name(Span(item.start, item.end), item.value[1:])
