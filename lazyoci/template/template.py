"""A parsed template, and `parse`, which remembers what it parsed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from lazyoci.template.error import NAME
from lazyoci.template.simple import Fields, Rendered, Simple, nodes
from lazyoci.template.simple import execute as execute_simple
from lazyoci.template.simple import parse as parse_simple
from lazyoci.template.variables import EXTRA_VARIABLES, VARIABLES

if TYPE_CHECKING:
    from lazyoci.diagnostic import Span
    from lazyoci.template import nodes as ast

_PORTABLE_VARIABLES = frozenset(VARIABLES)
_ALL_VARIABLES = frozenset(VARIABLES + EXTRA_VARIABLES)
_REMEMBERED = 4096


class Template:
    """A template that parses; it never changes. `simple` is None for more than text and `{{ .Name }}`."""

    __slots__ = ("_definitions", "_fields", "_root", "portable", "simple", "source")

    def __init__(
        self,
        source: str,
        root: ast.Body | None,
        definitions: Mapping[str, ast.Body],
        portable: bool,
        simple: Simple | None = None,
    ) -> None:
        """A simple one needs neither `root` nor `definitions`: its nodes are made when something asks for them."""
        self.source = source
        self.portable = portable
        self.simple = simple
        self._root = root
        self._definitions = definitions
        self._fields = None if simple is None else simple.fields

    @property
    def root(self) -> ast.Body:
        """Its nodes, those of its definitions excluded."""
        if self._root is None:
            self._root = nodes(self.source)
        return self._root

    @property
    def definitions(self) -> Mapping[str, ast.Body]:
        """The bodies of `define` and `block` by name, and under Go's name for the whole what is executed."""
        return self._definitions if self.simple is None else {NAME: self.root}

    @property
    def variables(self) -> frozenset[str]:
        """The names of the variables it may use."""
        return _PORTABLE_VARIABLES if self.portable else _ALL_VARIABLES

    @property
    def bodies(self) -> tuple[ast.Body, ...]:
        """The root and then the bodies of the definitions."""
        root = self.root
        return (root, *(body for body in self._definitions.values() if body is not root))

    def walk(self) -> Iterator[ast.Node]:
        """Every node, each before those below it, in the order of the source; definitions follow the rest."""
        pending = [node for body in self.bodies for node in body]
        pending.reverse()
        while pending:
            node = pending.pop()
            yield node
            pending.extend(reversed(tuple(node.children())))

    def fields(self) -> Fields:
        """Each `.Name` of the data that the template may look at, with the span of `.Name`, its dot included.

        Where the data is used as a whole, as in `{{ . }}`, that stands for every variable of the original.
        """
        if self._fields is None:
            from lazyoci.template.fields import fields

            self._fields = fields(self.bodies)
        return self._fields

    def calls(self) -> tuple[tuple[str, Span], ...]:
        """Each function the template calls, with the span of its name."""
        from lazyoci.template import nodes as ast

        return tuple((node.name, node.span) for node in self.walk() if isinstance(node, ast.Identifier))


def parse(source: str, *, portable: bool = False) -> Template:
    """Parse a template; with `portable`, one that knows only what Go and the original know.

    Raises TemplateError of kind "parse". What parses is remembered, so asking again costs nothing.
    """
    return _parse(source, portable)


@lru_cache(maxsize=_REMEMBERED)
def _parse(source: str, portable: bool) -> Template:
    simple = parse_simple(source)
    if simple is not None:
        return Template(source, None, {}, portable, simple)
    from lazyoci.template.functions import FUNCTIONS, PORTABLE_FUNCTIONS
    from lazyoci.template.gostring import clean
    from lazyoci.template.parser import Parser

    parser = Parser(clean(source), PORTABLE_FUNCTIONS if portable else FUNCTIONS)
    root = parser.parse()
    return Template(source, root, parser.definitions, portable)


def execute(
    template: Template, values: Mapping[str, str], unknown: Collection[str] = (), unset: Collection[str] = ()
) -> Rendered:
    """Execute as far as the values go. Raises TemplateError for what is wrong whatever the missing values are.

    `unknown` are variables whose value is not known now: an action that touches one prints ‹Name›, or ‹its source›
    where it is more than a field; an `if`, `with` or `range` on one prints ‹its fields› and skips its bodies. `unset`
    are variables that certainly have no value: they count as empty where that decides something, as in
    `or .Tag "latest"`, and as unknown where they would be shown.
    """
    if template.simple is not None:
        rendered = execute_simple(template.simple, template.variables, values, (*unknown, *unset))
        if rendered is not None:
            return rendered
    from lazyoci.template.evaluate import run

    return run(template, values, unknown, unset)


def render(source: str, values: Mapping[str, str], *, portable: bool = False) -> str:
    """Parse and execute. A known variable that `values` lacks is empty, as in Go. Raises TemplateError."""
    return execute(parse(source, portable=portable), values).text
