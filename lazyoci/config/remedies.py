"""Edits to the source that fixes are made of: removing, quoting. None where the text around makes it uncertain."""

from __future__ import annotations

import re

from lazyoci.config.nodes import Document, Mapping, Node, Scalar, Sequence
from lazyoci.diagnostic import Edit, Source, Span

_NULL_ALONE = r"[ \t]*-[ \t]*(?:~|null|Null|NULL)?[ \t]*(?:#.*)?"


def quoted(value: str) -> str:
    """`value`, one line without control characters, as a quoted YAML scalar: in double quotes where that is plain."""
    if '"' in value or "\\" in value:
        return "'" + value.replace("'", "''") + "'"
    return f'"{value}"'


def as_list(source: Source, node: Node, *, split: bool) -> Edit | None:
    """Make a list of one value, in place; with `split`, of its parts between commas. None where that is uncertain."""
    written = source.text[node.start : node.end]
    if "\n" in written or "\r" in written or node.anchor:
        return None
    if not isinstance(node, Scalar):
        return Edit(node.span, f"[{written}]") if isinstance(node, Mapping) and node.flow else None
    if node.tag or node.value.startswith("["):
        return None
    if split and "," in node.value:
        parts = [part.strip() for part in node.value.split(",")]
        items = ", ".join(part if re.fullmatch(r"[A-Za-z][\w./-]*", part) else quoted(part) for part in parts if part)
    elif node.style or not re.search(r"[,\[\]{}]|:$", written):
        items = written
    else:
        items = quoted(node.value)
    return Edit(node.span, f"[{items}]")


def written_end(document: Document, key: Node, value: Node) -> int:
    """Where the value of `key` ends in the text: the alias, where the value is written elsewhere."""
    if value.start >= key.end:
        return value.end
    return next((alias.span.end for alias in document.aliases if alias.span.start >= key.end), key.end)


def remove_entry(document: Document, mapping: Mapping, key: Scalar) -> Edit | None:
    """Remove a key and its value from `mapping`; None if it only merges them, or other text shares their lines."""
    place = next((i for i, entry in enumerate(mapping.items) if entry[0] is key), None)
    if place is None:
        return None
    end = written_end(document, key, mapping.items[place][1])
    after = mapping.items[place + 1][0].start if place + 1 < len(mapping.items) else None
    if mapping.flow:
        before = written_end(document, *mapping.items[place - 1]) if place else None
        return _from_flow(document.source, key.start, end, before, after)
    return _lines(document.source, key.start, end, after)


def remove_null_item(document: Document, sequence: Sequence, item: Scalar) -> Edit | None:
    """Remove a null from a list; None where it does not stand alone."""
    source = document.source
    if not sequence.flow:
        line = source.position(item.start).line
        return Edit(_line_span(source, line, line), "") if re.fullmatch(_NULL_ALONE, source.line(line)) else None
    place = next(i for i, one in enumerate(sequence.items) if one is item)
    before = sequence.items[place - 1].end if place else None
    after = sequence.items[place + 1].start if place + 1 < len(sequence.items) else None
    if not (before or 0) <= item.start <= item.end <= (after or len(source.text)):
        return None  # a neighbour is an alias of something elsewhere
    return _from_flow(source, item.start, item.end, before, after)


def _from_flow(source: Source, start: int, end: int, before: int | None, after: int | None) -> Edit | None:
    """Remove what is from `start` to `end` between brackets, with one comma; neighbours end and begin where told."""
    if after is not None:
        span = Span(start, after)
    elif before is not None:
        span = Span(before, end)
    else:
        span = Span(start, end)
    return None if "#" in source.text[span.start : start] + source.text[end : span.end] else Edit(span, "")


def _lines(source: Source, start: int, end: int, after: int | None) -> Edit | None:
    """Remove a block entry: its lines, or, behind a dash, the text up to the next key."""
    first, last = source.position(start).line, source.position(end).line
    text = source.text
    tail = text[end : source.line_starts[last] + len(source.line(last))].strip()
    if tail and not tail.startswith("#"):
        return None
    if not text[source.line_starts[first] : start].strip():
        return Edit(_line_span(source, first, last), "")
    if after is None or "#" in text[end:after]:
        return None
    return Edit(Span(start, after), "")


def _line_span(source: Source, first: int, last: int) -> Span:
    starts = source.line_starts
    return Span(starts[first], starts[last + 1] if last + 1 < len(starts) else len(source.text))
