"""Executes a parsed template, or as much of it as the known values allow."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from lazyoci.template import nodes as ast
from lazyoci.template.error import NAME
from lazyoci.template.fields import field_name
from lazyoci.template.gofmt.strings import join, quote
from lazyoci.template.gofmt.values import Byte, Unknown, Value, Vars, truth
from lazyoci.template.pipelines import Evaluator
from lazyoci.template.template import Template

MOST_ITERATIONS = 100_000  # limit for all loops of one execution together
LONGEST_OUTPUT = 1 << 20  # characters
DEEPEST_TEMPLATE = 100  # depth of blocks and templates; Go allows 100000, and its message says so


class Rendered(NamedTuple):
    """The result of a template. `text` has ‹Name› for each missing value, so it is final only if `unknown` is empty.

    `used` are the variables that were read, in order of first use; `unknown` are those whose missing value matters.
    """

    text: str
    used: tuple[str, ...]
    unknown: tuple[str, ...]


def run(template: Template, values: Mapping[str, str], unknown: Collection[str], unset: Collection[str]) -> Rendered:
    """See `template.execute`."""
    return _Execution(template, values, unknown, unset).run()


class _Execution(Evaluator):
    """The state of one execution."""

    def __init__(
        self, template: Template, values: Mapping[str, str], unknown: Collection[str], unset: Collection[str]
    ) -> None:
        super().__init__(template, values, unknown, unset)
        self._definitions = template.definitions
        self._parts: list[str] = []
        self._room = LONGEST_OUTPUT
        self._iterations = MOST_ITERATIONS
        self._depth = 0  # depth of blocks and templates

    def run(self) -> Rendered:
        data = Vars(self._values)
        self._variables.append(("$", data))
        self._walk(self._definitions[NAME], data)
        unknown = tuple(name for name in self._used if name in self._missing)
        return Rendered(join(self._parts), tuple(self._used), unknown)

    def _walk(self, body: ast.Body, dot: Value) -> type[ast.Node] | None:
        """Execute nodes; returns the `Break` or `Continue` that ended it, if any."""
        self._depth += 1
        stop: type[ast.Node] | None = None
        for node in body:
            if isinstance(node, ast.Text):
                self._write(node.text, node)
            elif isinstance(node, ast.Action):
                value = self._pipeline(node.pipe, dot)
                if not node.pipe.variables:
                    self._print(value, node)
            elif isinstance(node, ast.Range):
                self._range(node, dot)
            elif isinstance(node, ast.Branch):
                stop = self._branch(node, dot)
            elif isinstance(node, ast.Call):
                self._call(node, dot)
            else:
                stop = type(node)
            if stop is not None:
                break
        self._depth -= 1
        return stop

    def _write(self, text: str, node: ast.Node) -> None:
        self._room -= len(text)
        if self._room < 0:
            self._node = node
            self._fail(f"output longer than {LONGEST_OUTPUT} characters")
        self._parts.append(text)

    def _print(self, value: Value, node: ast.Action) -> None:
        if isinstance(value, Vars):
            value = self._whole(value)
        if isinstance(value, Unknown):
            self._show_unknown(value, _field_name(node.pipe) or self._text_of(node.pipe), node)
        elif isinstance(value, str):
            self._write(value, node)
        else:
            self._write(_show(value), node)

    def _show_unknown(self, value: Unknown, label: str, node: ast.Node) -> None:
        self._touch(value)
        self._write(f"‹{label}›", node)

    def _text_of(self, node: ast.Node) -> str:
        return self._source[node.span.start : node.span.end]

    def _branch(self, node: ast.Branch, dot: Value) -> type[ast.Node] | None:
        """Execute `if` or `with`."""
        mark = len(self._variables)
        value = self._pipeline(node.pipe, dot)
        stop = None
        if isinstance(value, Unknown) and not value.missing:
            self._skip(node, value)
        elif truth(value):
            stop = self._walk(node.body, value if isinstance(node, ast.With) else dot)
        else:
            stop = self._walk(node.otherwise, dot)
        del self._variables[mark:]
        return stop

    def _skip(self, node: ast.Branch, value: Unknown) -> None:
        """Show a block whose condition is unknown. Variables that its bodies assign are unknown from here on."""
        fields = dict.fromkeys(_field_names(node.pipe))
        self._show_unknown(value, " ".join(fields) or self._text_of(node.pipe), node)
        pending: list[ast.Node] = [*node.body, *node.otherwise]
        while pending:
            below = pending.pop()
            pending.extend(below.children())
            if isinstance(below, ast.Pipe) and below.assigns:
                for variable in below.variables:
                    self._assign(variable.name, Unknown(value.names, is_text=False))

    def _range(self, node: ast.Range, dot: Value) -> None:
        """Execute `range`. It can only be over an integer, as no variable is a list."""
        mark = len(self._variables)
        value = self._pipeline(node.pipe, dot)
        if isinstance(value, Unknown) and not value.is_text:
            self._skip(node, value)
        elif value is None:
            self._walk(node.otherwise, dot)
        elif isinstance(value, int) and not isinstance(value, bool):
            if len(node.pipe.variables) > 1:
                self._fail(f"can't use {value} to iterate over more than one variable")
            self._repeat(node, value)
            if value <= 0:
                self._walk(node.otherwise, dot)
        else:
            shown = "‹" + " ".join(value.names) + "›" if isinstance(value, Unknown) else _show(value)
            self._fail(f"range can't iterate over {shown}")
        del self._variables[mark:]

    def _repeat(self, node: ast.Range, count: int) -> None:
        """The iterations of a `range`."""
        mark = len(self._variables)
        place = self._node
        kind = Byte if isinstance(count, Byte) else int
        for i in range(count):
            self._iterations -= 1
            if self._iterations < 0:
                self._node = place
                self._fail(f"more than {MOST_ITERATIONS} iterations")
            value = kind(i)
            if node.pipe.variables:
                name = node.pipe.variables[0].name
                if node.pipe.assigns:
                    self._assign(name, value)
                else:
                    self._variables[mark - 1] = (name, value)
            stop = self._walk(node.body, value)
            del self._variables[mark:]
            if stop is ast.Break:
                break

    def _call(self, node: ast.Call, dot: Value) -> None:
        """Execute `template`; the called body has no variables except its own `$`."""
        self._node = node
        body = self._definitions.get(node.name)
        if body is None:
            self._fail(f"template {quote(node.name)} not defined")
        if self._depth > DEEPEST_TEMPLATE:
            self._fail("exceeded maximum template depth (100000)")
        value = None if node.pipe is None else self._pipeline(node.pipe, dot)
        self._step()
        outer = self._name, self._variables
        self._name, self._variables = node.name, [("$", value)]
        self._walk(body, value)
        self._name, self._variables = outer


def _show(value: Value) -> str:
    from lazyoci.template.gofmt.format_value import printable, show  # most templates print nothing but text

    return show(printable(value))


def _field_name(pipe: ast.Pipe) -> str:
    """The name of the field, if the pipeline is only a field; else empty."""
    if len(pipe.commands) != 1 or len(pipe.commands[0].args) != 1:
        return ""
    first = pipe.commands[0].args[0]
    if (isinstance(first, ast.Field) or (isinstance(first, ast.Variable) and first.name == "$")) and first.names:
        return field_name(first.names)[0]
    return ""


def _field_names(node: ast.Node) -> list[str]:
    """The fields in an expression, in the order of the source."""
    if isinstance(node, ast.Field | ast.Variable | ast.Chain) and node.names:
        before = _field_names(node.operand) if isinstance(node, ast.Chain) else []
        name, _ = field_name(node.names)
        skipped = name.count(".") + 1
        return [*before, name, *(one.name for one in node.names[skipped:])]
    return [name for child in node.children() for name in _field_names(child)]
