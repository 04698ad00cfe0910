"""The templates that most tags are, text and `{{ .Name }}`, parsed and executed without the engine.

The engine's modules need not be imported then, which is a tenth of the time of a small `validate`, and of a thousand
files the fifth part is saved. What comes out is the same, node for node; whatever is in doubt is left to the engine.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from lazyoci.diagnostic import Span
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


def parse(source: str) -> tuple[ast.Body, Fields] | None:
    """The nodes of a simple template, and its fields with their places; None for any other text."""
    if not source.isascii():
        return None
    nodes: list[ast.Node] = []
    fields: list[tuple[str, Span]] = []
    at, end = 0, len(source)
    while True:
        start = source.find("{{", at)
        if start < 0:
            break
        match = _ACTION.match(source, start)
        if match is None:
            return None
        if start > at:
            nodes.append(ast.Text(Span(at, start), source[at:start]))
        at = match.end()
        dot, name = match.start(1), match[2]
        span = Span(dot, match.end(1))
        fields.append((name, span))
        field = ast.Field(span, dot, (ast.Name(span, name),))
        pipe = ast.Pipe(span, dot, (), False, (ast.Command(span, dot, (field,)),))
        nodes.append(ast.Action(Span(start, at), dot, pipe))
    if at < end:
        nodes.append(ast.Text(Span(at, end), source[at:]))
    return tuple(nodes), tuple(fields)


def execute(
    source: str,
    fields: Fields,
    known: Collection[str],
    values: Mapping[str, str],
    missing: Collection[str],
) -> Rendered | None:
    """Put `values` in the place of the fields of a simple template, and ‹Name› in that of `missing` ones.

    None where a field is not a `known` variable or in neither, or a value is not ASCII: the engine has a say then.
    """
    parts: list[str] = []
    unknown: dict[str, None] = {}
    at = 0
    for name, span in fields:
        parts.append(source[at : source.rindex("{{", at, span.start)])
        value = values.get(name)
        if name not in known:
            return None
        if value is None:
            if name not in missing:
                return None
            unknown[name] = None
            parts.append(f"‹{name}›")
        elif value.isascii():
            parts.append(value)
        else:
            return None
        at = source.index("}}", span.end) + 2
    parts.append(source[at:])
    return Rendered("".join(parts), tuple(dict.fromkeys(name for name, _ in fields)), tuple(unknown))
