"""A parsed template, and `parse`, which remembers what it parsed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from lazyoci.diagnostic import Span
from lazyoci.template import nodes as ast
from lazyoci.template import simple
from lazyoci.template.error import NAME
from lazyoci.template.simple import Fields, Rendered
from lazyoci.template.variables import EXTRA_VARIABLES, VARIABLES

_PORTABLE_VARIABLES = frozenset(VARIABLES)
_ALL_VARIABLES = frozenset(VARIABLES + EXTRA_VARIABLES)
_REMEMBERED = 4096


class Template:
    """A template that parses. `root` are its nodes, those of its definitions excluded; it never changes.

    `definitions` holds the bodies of `define` and `block` by name, and under Go's name for the whole what is executed.
    A `simple` one is nothing but text and `{{ .Name }}`.
    """

    __slots__ = ("_fields", "definitions", "portable", "root", "simple", "source")

    def __init__(
        self,
        source: str,
        root: ast.Body,
        definitions: Mapping[str, ast.Body],
        portable: bool,
        fields: Fields | None = None,
    ) -> None:
        """`fields` are given of simple ones."""
        self.source = source
        self.root = root
        self.definitions = definitions
        self.portable = portable
        self.simple = fields is not None
        self._fields = fields

    @property
    def variables(self) -> frozenset[str]:
        """The names of the variables it may use."""
        return _PORTABLE_VARIABLES if self.portable else _ALL_VARIABLES

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
        """Each `.Name` of the data that the template may look at, with the span of `.Name`, its dot included.

        Where the data is used as a whole, as in `{{ . }}`, that stands for every variable of the original.
        """
        if self._fields is None:
            found: list[tuple[str, Span]] = []
            for body in self.bodies:
                for node in body:
                    _fields(node, True, found)
            self._fields = tuple(found)
        return self._fields

    def calls(self) -> tuple[tuple[str, Span], ...]:
        """Each function the template calls, with the span of its name."""
        return tuple((node.name, node.span) for node in self.walk() if isinstance(node, ast.Identifier))


def _fields(node: ast.Node, dot_is_data: bool, found: list[tuple[str, Span]]) -> None:
    """Collect the fields below a node; only the data has fields, so every chain of names begins at the data."""
    if isinstance(node, ast.Field | ast.Variable | ast.Chain):
        if isinstance(node, ast.Chain):
            _fields(node.operand, False, found)
        if node.names:
            found.append((node.names[0].name, node.names[0].span))
            return
    whole = dot_is_data if isinstance(node, ast.Dot) else isinstance(node, ast.Variable) and node.name == "$"
    if whole:
        found.extend((name, node.span) for name in VARIABLES)
    body = set(node.body) if isinstance(node, ast.With | ast.Range) else ()
    inside = dot_is_data and isinstance(node, ast.With) and str(node.pipe).endswith((".", "$"))
    for child in node.children():
        passes_on = isinstance(child, ast.Pipe) and isinstance(node, ast.Branch | ast.Call)
        _fields(child, inside if child in body else dot_is_data and not passes_on, found)


def parse(source: str, *, portable: bool = False) -> Template:
    """Parse a template; with `portable`, one that knows only what Go and the original know.

    Raises TemplateError of kind "parse". What parses is remembered, so asking again costs nothing.
    """
    return _parse(source, portable)


@lru_cache(maxsize=_REMEMBERED)
def _parse(source: str, portable: bool) -> Template:
    found = simple.parse(source)
    if found is not None:
        body, fields = found
        return Template(source, body, {NAME: body}, portable, fields)
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
    if template.simple:
        missing = (*unknown, *unset)
        rendered = simple.execute(template.source, template.fields(), template.variables, values, missing)
        if rendered is not None:
            return rendered
    from lazyoci.template.evaluate import run

    return run(template, values, unknown, unset)


def render(source: str, values: Mapping[str, str], *, portable: bool = False) -> str:
    """Parse and execute. A known variable that `values` lacks is empty, as in Go. Raises TemplateError."""
    return execute(parse(source, portable=portable), values).text
