"""Aliases, `*name`: the anchors above whose values may stand at the place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsprotocol import types

from lazyoci.diagnostic import Source
from lazyoci_lsp.features import format_schema
from lazyoci_lsp.features.completion.request import Request
from lazyoci_lsp.text import lines
from lazyoci_lsp.text.place import ITEM

_ANCHOR = re.compile(r"(?<![^\s\[{,])&([^\s,\[\]{}]+)(?=[\s,\]}]|$)")


def complete(request: Request) -> Iterator[types.CompletionItem]:
    """The anchors of the text before the place, the nearest first; none of a value that the place is in."""
    source, place = request.text.source, request.place
    number = source.position(place.word.start).line
    around = {number, *(one.line for one in lines.ancestors(source, number, place.column or lines.NOWHERE, ()))}
    wanted = _wanted(request)
    found: dict[str, tuple[int, str]] = {}
    for match in _ANCHOR.finditer(source.text, 0, place.word.start):
        line, column = source.position(match.start())
        if lines.comment_column(source.line(line)) <= column:
            continue
        found.pop(match[1], None)
        kind = _kind(source, line, match.end() - source.line_starts[line])
        key = lines.line(source, line).key
        own = key is not None and (key.key,) == place.path[-1:]
        shared = key is None or key.key.startswith("x-") or kind == "text"
        if line not in around and (own or (kind in wanted and shared)):
            found[match[1]] = line, kind
    for order, (name, (line, kind)) in enumerate(reversed(found.items())):
        yield request.item(
            f"*{name}",
            types.CompletionItemKind.Reference,
            detail=f"{kind}, line {line + 1}",
            sort=f"{order:03}",
        )


def _wanted(request: Request) -> frozenset[str]:
    """The kinds of values that may stand at the place, as far as they can be told by their first line."""
    place = request.place
    if place.path[-1:] == ("<<",):
        return frozenset({"mapping"})
    node = format_schema.at(place.path)
    if node is None or place.kind == "key" or "enum" in node:
        return frozenset()
    kinds = format_schema.kinds(node)
    found = {"text"} if "string" in kinds else set()
    if "object" in kinds and "properties" not in node:
        found.add("mapping")
    if "array" in kinds:
        items = format_schema.at((*place.path, ITEM))
        texts = items is not None and "string" in format_schema.kinds(items)
        found.add("list" if texts else "list of mappings")
    return frozenset(found)


def _kind(source: Source, number: int, column: int) -> str:
    """What an anchor is of."""
    rest = source.line(number)[column:].strip()
    if rest and not rest.startswith("#"):
        if rest[0] == "[":
            return "list of mappings" if rest[1:].lstrip().startswith("{") else "list"
        return "mapping" if rest[0] == "{" and not rest.startswith("{{") else "text"
    begins = lines.indents(source)
    below = next((one for one in range(number + 1, len(begins)) if begins[one] != lines.NOWHERE), None)
    line = lines.line(source, below) if below is not None else None
    if line is None or not line.entries:
        return "text"
    if line.entries[0].kind == "key":
        return "mapping"
    return "list of mappings" if line.key is not None or line.value.startswith("{") else "list"
