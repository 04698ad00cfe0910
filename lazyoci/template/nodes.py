"""The parse tree of a template.

`span` is the whole node in code points. `pos` is the offset that Go's messages give as the node's place, and
`str(node)` is the node as Go writes it there. Nodes never change after parsing. They are plain classes with slots
instead of dataclasses, because every run of `lazyoci` imports them, and generating twenty dataclasses would take longer
than reading the file.
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.diagnostic import Span
from lazyoci.template.gofmt.strings import quote


class Node:
    """Any part of a template."""

    __slots__ = ("pos", "span")

    def __init__(self, span: Span, pos: int) -> None:
        self.span = span
        self.pos = pos

    def children(self) -> Iterator[Node]:
        """The nodes directly below, in the order of the source."""
        return iter(())


Body = tuple[Node, ...]


class Text(Node):
    """Text outside of actions, after trimming."""

    __slots__ = ("text",)

    def __init__(self, span: Span, text: str) -> None:
        super().__init__(span, span.start)
        self.text = text

    def __str__(self) -> str:
        return quote(self.text[:20])


class Name(Node):
    """A name with its place: one `.Name` of a chain of fields. `span` includes the dot; the name does not."""

    __slots__ = ("name",)

    def __init__(self, span: Span, name: str) -> None:
        super().__init__(span, span.start)
        self.name = name

    def __str__(self) -> str:
        return "." + self.name


Names = tuple[Name, ...]


class Dot(Node):
    """`.`, the current value."""

    __slots__ = ()

    def __str__(self) -> str:
        return "."


class Nil(Node):
    """`nil`."""

    __slots__ = ()

    def __str__(self) -> str:
        return "nil"


class Bool(Node):
    """`true` or `false`."""

    __slots__ = ("value",)

    def __init__(self, span: Span, value: bool) -> None:
        super().__init__(span, span.start)
        self.value = value

    def __str__(self) -> str:
        return "true" if self.value else "false"


class Number(Node):
    """A number or character constant. `value` and `integer` are None if it fits no Go type."""

    __slots__ = ("integer", "text", "value")

    def __init__(self, span: Span, text: str, value: int | float | complex | None, integer: int | None) -> None:
        super().__init__(span, span.start)
        self.text = text
        self.value = value  # its value as an argument of any type
        self.integer = integer  # its value as an argument that must be an integer; 1e3 is allowed

    def __str__(self) -> str:
        return self.text


class String(Node):
    """A string: `quoted` is as written, `text` is its value."""

    __slots__ = ("quoted", "text")

    def __init__(self, span: Span, quoted: str, text: str) -> None:
        super().__init__(span, span.start)
        self.quoted = quoted
        self.text = text

    def __str__(self) -> str:
        return self.quoted


class Identifier(Node):
    """The name of a function."""

    __slots__ = ("name",)

    def __init__(self, span: Span, name: str) -> None:
        super().__init__(span, span.start)
        self.name = name

    def __str__(self) -> str:
        return self.name


class Field(Node):
    """`.Name`, or `.Name.Other`."""

    __slots__ = ("names",)

    def __init__(self, span: Span, pos: int, names: Names) -> None:
        super().__init__(span, pos)
        self.names = names

    def children(self) -> Iterator[Node]:
        return iter(self.names)

    def __str__(self) -> str:
        return "".join(map(str, self.names))


class Variable(Node):
    """`$` or `$name`, perhaps followed by fields. `name` includes the dollar sign."""

    __slots__ = ("name", "names")

    def __init__(self, span: Span, pos: int, name: str, names: Names = ()) -> None:
        super().__init__(span, pos)
        self.name = name
        self.names = names

    def children(self) -> Iterator[Node]:
        return iter(self.names)

    def __str__(self) -> str:
        return self.name + "".join(map(str, self.names))


class Chain(Node):
    """Fields of what another operand gives: `(…).Name` or `print.Name`."""

    __slots__ = ("names", "operand")

    def __init__(self, span: Span, pos: int, operand: Node, names: Names) -> None:
        super().__init__(span, pos)
        self.operand = operand
        self.names = names

    def children(self) -> Iterator[Node]:
        yield self.operand
        yield from self.names

    def __str__(self) -> str:
        operand = f"({self.operand})" if isinstance(self.operand, Pipe) else str(self.operand)
        return operand + "".join(map(str, self.names))


class Command(Node):
    """An operand with its arguments; only a function may have arguments."""

    __slots__ = ("args",)

    def __init__(self, span: Span, pos: int, args: Body) -> None:
        super().__init__(span, pos)
        self.args = args

    def children(self) -> Iterator[Node]:
        return iter(self.args)

    def __str__(self) -> str:
        return " ".join(f"({arg})" if isinstance(arg, Pipe) else str(arg) for arg in self.args)


class Pipe(Node):
    """Commands joined by `|`, perhaps declaring (`:=`) or assigning (`=`) variables.

    The span includes parentheses around it.
    """

    __slots__ = ("assigns", "commands", "variables")

    def __init__(
        self, span: Span, pos: int, variables: tuple[Variable, ...], assigns: bool, commands: tuple[Command, ...]
    ) -> None:
        super().__init__(span, pos)
        self.variables = variables
        self.assigns = assigns
        self.commands = commands

    def children(self) -> Iterator[Node]:
        yield from self.variables
        yield from self.commands

    def __str__(self) -> str:
        text = " | ".join(map(str, self.commands))
        if self.variables:
            text = f"{', '.join(map(str, self.variables))} {'=' if self.assigns else ':='} {text}"
        return text


class Action(Node):
    """`{{ pipeline }}`: prints, unless it declares or assigns."""

    __slots__ = ("pipe",)

    def __init__(self, span: Span, pos: int, pipe: Pipe) -> None:
        super().__init__(span, pos)
        self.pipe = pipe

    def children(self) -> Iterator[Node]:
        yield self.pipe


class Branch(Node):
    """The common base of `if`, `with` and `range`. An `else if` is a single `if` in `otherwise`."""

    __slots__ = ("body", "otherwise", "pipe")

    def __init__(self, span: Span, pos: int, pipe: Pipe, body: Body, otherwise: Body) -> None:
        super().__init__(span, pos)
        self.pipe = pipe
        self.body = body
        self.otherwise = otherwise

    def children(self) -> Iterator[Node]:
        yield self.pipe
        yield from self.body
        yield from self.otherwise


class If(Branch):
    """`{{ if pipeline }}`"""

    __slots__ = ()


class With(Branch):
    """`{{ with pipeline }}`: the body's dot is the pipeline's value."""

    __slots__ = ()


class Range(Branch):
    """`{{ range pipeline }}`"""

    __slots__ = ()


class Break(Node):
    """`{{ break }}`"""

    __slots__ = ()


class Continue(Node):
    """`{{ continue }}`"""

    __slots__ = ()


class Call(Node):
    """`{{ template "name" pipeline }}`, also as part of `{{ block }}`."""

    __slots__ = ("name", "pipe")

    def __init__(self, span: Span, pos: int, name: str, pipe: Pipe | None) -> None:
        super().__init__(span, pos)
        self.name = name
        self.pipe = pipe

    def children(self) -> Iterator[Node]:
        if self.pipe is not None:
            yield self.pipe

    def __str__(self) -> str:
        return "{{template " + quote(self.name) + (f" {self.pipe}" if self.pipe is not None else "") + "}}"
