"""The templates that most tags are, text and `{{ .Name }}`, parsed and executed without the engine.

The engine's modules need not be imported then, which is a tenth of the time of a small `validate`, and of a thousand
files the fifth part is saved. What comes out is the same, node for node; whatever is in doubt is left to the engine.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple

from lazyoci.diagnostic import Span

if TYPE_CHECKING:
    from lazyoci.template import nodes as ast

_ACTION = re.compile(r"\{\{ ?(\.([A-Za-z][A-Za-z0-9]*)) ?\}\}")


class Rendered(NamedTuple):
    """What a template gives. `text` has ‹Name› in the place of each missing value, so it is certain without `unknown`.

    `used` are the variables looked at, in order of first use; `unknown` those of them whose missing value matters.
    """

    text: str
    used: tuple[str, ...]
    unknown: tuple[str, ...]


Fields = tuple[tuple[str, Span], ...]


class Simple(NamedTuple):
    """A simple template: its fields, and the `texts` around them, of which there is one more."""

    fields: Fields
    texts: tuple[str, ...]


def parse(source: str) -> Simple | None:
    """The parts of a simple template; None for any other text."""
    if not source.isascii():
        return None
    fields: list[tuple[str, Span]] = []
    texts: list[str] = []
    at = 0
    while True:
        start = source.find("{{", at)
        if start < 0:
            return Simple(tuple(fields), (*texts, source[at:]))
        match = _ACTION.match(source, start)
        if match is None:
            return None
        fields.append((match[2], Span(*match.span(1))))
        texts.append(source[at:start])
        at = match.end()


def nodes(source: str) -> ast.Body:
    """The nodes of a simple template, as the engine's parser would make them."""
    from lazyoci.template import nodes as ast  # few ask for nodes

    made: list[ast.Node] = []
    at = 0
    for match in _ACTION.finditer(source):
        if match.start() > at:
            made.append(ast.Text(Span(at, match.start()), source[at : match.start()]))
        at = match.end()
        dot, span = match.start(1), Span(*match.span(1))
        field = ast.Field(span, dot, (ast.Name(span, match[2]),))
        pipe = ast.Pipe(span, dot, (), False, (ast.Command(span, dot, (field,)),))
        made.append(ast.Action(Span(*match.span()), dot, pipe))
    if at < len(source):
        made.append(ast.Text(Span(at, len(source)), source[at:]))
    return tuple(made)


def execute(
    simple: Simple, known: Collection[str], values: Mapping[str, str], missing: Collection[str]
) -> Rendered | None:
    """Put `values` in the place of the fields of a simple template, and ‹Name› in that of `missing` ones.

    None where a field is not a `known` variable or in neither, or a value is not ASCII: the engine has a say then.
    """
    parts = [simple.texts[0]]
    used: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for (name, _), text in zip(simple.fields, simple.texts[1:], strict=True):
        value = values.get(name)
        if name not in known:
            return None
        if value is None:
            if name not in missing:
                return None
            unknown[name] = None
            value = f"‹{name}›"
        elif not value.isascii():
            return None
        used[name] = None
        parts += value, text
    return Rendered("".join(parts), tuple(used), tuple(unknown))
