"""Evaluates the content of an action: pipelines, commands, arguments. Errors have Go's messages."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, NoReturn

from lazyoci.diagnostic import Span
from lazyoci.template import nodes as ast
from lazyoci.template.error import NAME, TemplateError, What, column_of, line_of
from lazyoci.template.fields import field_name
from lazyoci.template.gofmt.strings import clean, quote
from lazyoci.template.gofmt.values import Refusal, Unknown, Value, Vars, names_of, truth, type_name
from lazyoci.template.template import Template
from lazyoci.template.variables import VARIABLES

MOST_STEPS = 500_000  # limit of commands evaluated in one execution
MOST_WORK = 1 << 26  # limit of characters that functions read and write in one execution

_ABSENT: Final = Unknown((), is_text=False)  # the first command of a pipeline gets no value through a pipe
_ANY, _STRING = "any", "string"
_LAZY = frozenset(("and", "or"))  # functions that do not evaluate all their arguments
_SHOWING = frozenset(("html", "js", "print", "printf", "println", "urlquery"))  # show the data as a whole


class Evaluator:
    """The state of one execution, and how it evaluates expressions. Errors name the last evaluated node, as Go does."""

    def __init__(
        self, template: Template, values: Mapping[str, str], unknown: Collection[str], unset: Collection[str]
    ) -> None:
        self._source = clean(template.source)
        self._knows = template.knows
        self._values = values
        self._unknown = frozenset(unknown)
        self._unset = frozenset(unset)
        self._used: dict[str, None] = {}
        self._missing: dict[str, None] = {}  # names of variables whose missing value matters
        self._node: ast.Node = ast.Text(Span(0, 0), "")
        self._name = NAME  # name of the template being executed
        self._variables: list[tuple[str, Value]] = []
        self._steps = MOST_STEPS
        self._work = MOST_WORK

    def _fail(self, message: str, what: What = "other", name: str = "", span: Span | None = None) -> NoReturn:
        node = self._node
        place = f"{NAME}:{line_of(self._source, node.pos)}:{column_of(self._source, node.pos)}"
        message = f"template: {place}: executing {quote(self._name)} at <{node}>: {message}"
        raise TemplateError(message, kind="exec", span=span or node.span, what=what, name=name)

    def _touch(self, unknown: Unknown) -> None:
        """Record that the missing values in `unknown` matter."""
        self._missing.update(dict.fromkeys(unknown.names))

    # Variables

    def _lookup(self, name: str) -> Value:
        value = next((value for known, value in reversed(self._variables) if known == name), _ABSENT)
        if value is _ABSENT:
            self._fail(f"undefined variable: {name}")
        return value

    def _assign(self, name: str, value: Value) -> bool:
        """Give an existing variable another value; returns whether the variable exists."""
        for i in range(len(self._variables) - 1, -1, -1):
            if self._variables[i][0] == name:
                self._variables[i] = (name, value)
                return True
        return False

    def _value_of(self, name: str) -> Value:
        """The value of a template variable that exists."""
        self._used[name] = None
        if name in self._unknown:
            self._missing[name] = None
            return Unknown((name,), is_text=True)
        value = self._values.get(name)
        if value is None:
            return Unknown((name,), is_text=True, missing=True) if name in self._unset else ""
        return clean(value)

    def _whole(self, data: Vars) -> Vars | Unknown:
        """All data as one value, as `{{ . }}` shows it."""
        self._used.update(dict.fromkeys(VARIABLES))
        names = tuple(name for name in VARIABLES if name in self._unknown or name in self._unset)
        return Unknown(names, is_text=False) if names else data

    # Pipelines and commands

    def _pipeline(self, pipe: ast.Pipe, dot: Value) -> Value:
        self._node = pipe
        value: Value = _ABSENT
        for command in pipe.commands:
            value = self._command(command, dot, value)
        for variable in pipe.variables:
            if not pipe.assigns:
                self._variables.append((variable.name, value))
            elif not self._assign(variable.name, value):
                self._fail(f"undefined variable: {variable.name}")
        return value

    def _step(self) -> None:
        self._steps -= 1
        if self._steps < 0:
            self._fail(f"more than {MOST_STEPS} steps")

    def _command(self, command: ast.Command, dot: Value, final: Value) -> Value:
        self._step()
        args = command.args
        first = args[0]
        has_args = len(args) > 1 or final is not _ABSENT
        if isinstance(first, ast.Field):
            self._node = first
            return self._fields(dot, first.names, has_args)
        if isinstance(first, ast.Identifier):
            return self._function(first, command, args[1:], dot, final)
        if isinstance(first, ast.Pipe):
            if has_args:
                self._not_a_function(first)
            return self._pipeline(first, dot)
        self._node = first
        if isinstance(first, ast.Chain):
            return self._fields(self._argument(first.operand, _ANY, dot), first.names, has_args)
        if isinstance(first, ast.Variable):
            value = self._lookup(first.name)
            if first.names:
                return self._fields(value, first.names, has_args)
            if has_args:
                self._not_a_function(first)
            return value
        if has_args:
            self._not_a_function(first)
        if isinstance(first, ast.Nil):
            self._fail("nil is not a command")
        return dot if isinstance(first, ast.Dot) else self._constant(first)

    def _not_a_function(self, node: ast.Node) -> NoReturn:
        self._fail(f"can't give argument to non-function {node}")

    def _constant(self, node: ast.Node) -> Value:
        if isinstance(node, ast.String):
            return node.text
        if isinstance(node, ast.Bool):
            return node.value
        if not isinstance(node, ast.Number):
            raise TypeError(f"{type(node)} is no operand")
        if node.value is None:
            self._fail(f"{node} overflows int")
        return node.value

    def _fields(self, value: Value, names: ast.Names, has_args: bool = False) -> Value:
        """The fields `names` of `value`. Only the data has fields, and its fields have none."""
        at = 0
        while at < len(names):
            node = names[at]
            name = node.name
            at += 1
            if value is None:
                self._fail(f"nil data; no entry for key {quote(name)}")
            if isinstance(value, Vars):
                name, _ = field_name(names[at - 1 :])
                at += name.count(".")
                if not self._knows(name):
                    message = f"can't evaluate field {node.name} in type {type_name(value)}"
                    self._fail(message, "unknown-variable", node.name, node.span)
                if has_args and at == len(names):
                    self._fail(f"{name} has arguments but cannot be invoked as function")
                value = self._value_of(name)
            elif not isinstance(value, Unknown) or value.is_text:
                self._fail(f"can't evaluate field {name} in type {type_name(value)}")
        return value

    # Arguments

    def _argument(self, node: ast.Node, kind: str, dot: Value) -> Value:
        """An argument for a parameter of a Go type: any, string or int."""
        self._node = node
        if isinstance(node, ast.Field):
            value = self._fields(dot, node.names)
        elif isinstance(node, ast.Pipe):
            value = self._pipeline(node, dot)
        elif isinstance(node, ast.Dot):
            value = dot
        elif isinstance(node, ast.Variable):
            value = self._fields(self._lookup(node.name), node.names)
        elif isinstance(node, ast.Identifier):
            value = self._function(node, node, (), dot, _ABSENT)
        elif isinstance(node, ast.Chain):
            value = self._fields(self._argument(node.operand, _ANY, dot), node.names)
        elif isinstance(node, ast.Nil):
            if kind != _ANY:
                self._fail(f"cannot assign nil to {kind}")
            return None
        else:
            return self._constant_of(node, kind)
        return self._checked(value, kind)

    def _constant_of(self, node: ast.Node, kind: str) -> Value:
        if kind == _ANY:
            return self._constant(node)
        if kind == _STRING and isinstance(node, ast.String):
            return node.text
        if kind == _STRING or not isinstance(node, ast.Number) or node.integer is None:
            self._fail(f"expected {'string' if kind == _STRING else 'integer'}; found {node}")
        return node.integer

    def _checked(self, value: Value, kind: str) -> Value:
        """A computed value, after checking that it has the Go type."""
        if kind == _ANY or (isinstance(value, Unknown) and (kind == _STRING or not value.is_text)):
            return value
        if value is None:
            self._fail(f"invalid value; expected {kind}")
        if type(value) is not (str if kind == _STRING else int):
            self._fail(f"wrong type for value; expected {kind}; found {type_name(value)}")
        return value

    # Functions

    def _function(self, node: ast.Identifier, command: ast.Node, args: ast.Body, dot: Value, final: Value) -> Value:
        from lazyoci.template.builtins import BUILTINS  # imported here, as most templates call no function
        from lazyoci.template.calls import call

        self._node = node
        name = node.name
        count = len(args) + (final is not _ABSENT)
        if name in _LAZY:
            if count < 1:
                self._fail(f"wrong number of args for {name}: want at least 1 got 0")
            return self._short_circuit(name == "or", args, dot, final)
        builtin = BUILTINS[name]
        fixed = builtin.fixed
        if builtin.variadic:
            if count < len(fixed):
                self._fail(f"wrong number of args for {name}: want at least {len(fixed)} got {len(args)}")
        elif count != len(fixed):
            self._fail(f"wrong number of args for {name}: want {len(fixed)} got {count}")
        kinds = fixed + (builtin.variadic,) * (count - len(fixed))
        values = [self._argument(arg, kind, dot) for arg, kind in zip(args, kinds, strict=False)]
        if final is not _ABSENT:
            values.append(self._checked(final, kinds[-1]))
        if name in _SHOWING:
            values = [self._whole(value) if isinstance(value, Vars) else value for value in values]
        elif name == "call":
            piped = final if isinstance(final, str) else f"<{type_name(final)} Value>"
            values.insert(0, str(args[0]) if args else piped)
        try:
            result = call(name, builtin, values)
        except Refusal as refusal:
            self._node = command
            self._fail(f"error calling {name}: {refusal}")
        self._work -= sum(len(value) for value in (*values, result) if isinstance(value, str))
        if self._work < 0:
            self._fail(f"more than {MOST_WORK} characters of text worked on")
        return result

    def _short_circuit(self, stop: bool, args: ast.Body, dot: Value, final: Value) -> Value:
        """`and`, or with `stop` true `or`: the first argument whose truth is `stop`, else the last one."""
        passed: list[Unknown] = []  # unset variables count as empty
        value: Value = None
        for arg in args:
            value = self._argument(arg, _ANY, dot)
            if isinstance(value, Unknown):
                passed.append(value)
                if not value.missing:
                    return Unknown(names_of(passed), is_text=False)
            if truth(value) is stop:
                break
        else:
            if final is not _ABSENT:
                value = final
        if isinstance(value, Unknown):
            return Unknown(names_of([*passed, value]), is_text=False, missing=value.missing)
        return value
