"""A parsed template: its nodes, and the variables and functions it uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lazyoci.diagnostic import Span
from lazyoci.template import nodes as ast
from lazyoci.template.fields import Fields, fields
from lazyoci.template.variables import EXTRA_VARIABLES, VAR, VARIABLES

_PORTABLE_VARIABLES = frozenset(VARIABLES)
_ALL_VARIABLES = frozenset(VARIABLES + EXTRA_VARIABLES)


class Template:
    """A parsed template, which never changes.

    `root` holds its nodes without those of its definitions. `definitions` holds the bodies of `define` and `block` by
    name, and under Go's name for the whole template the nodes that are executed.
    """

    __slots__ = ("_fields", "definitions", "portable", "root", "source")

    def __init__(self, source: str, root: ast.Body, definitions: Mapping[str, ast.Body], portable: bool) -> None:
        self.source = source
        self.portable = portable
        self.root = root
        self.definitions = definitions
        self._fields: Fields | None = None

    def knows(self, name: str) -> bool:
        """Whether the template may use a variable."""
        if self.portable:
            return name in _PORTABLE_VARIABLES
        return name in _ALL_VARIABLES or name.startswith(VAR)

    @property
    def bodies(self) -> tuple[ast.Body, ...]:
        """The root and then the bodies of the definitions."""
        return (self.root, *(body for body in self.definitions.values() if body is not self.root))

    def walk(self) -> Iterator[ast.Node]:
        """Every node, each before those below it, in the order of the source; definitions follow the rest."""
        pending = [node for body in self.bodies for node in body]
        pending.reverse()
        while pending:
            node = pending.pop()
            yield node
            pending.extend(reversed(tuple(node.children())))

    def fields(self) -> Fields:
        """Each `.Name` that is a variable the template may use, with the span of `.Name`, including the dot.

        `{{ . }}` uses all data at once, so it counts as every variable of the Go tool.
        """
        if self._fields is None:
            self._fields = fields(self.bodies)
        return self._fields

    def calls(self) -> tuple[tuple[str, Span], ...]:
        """Each function the template calls, with the span of its name."""
        return tuple((node.name, node.span) for node in self.walk() if isinstance(node, ast.Identifier))
