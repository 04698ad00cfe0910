"""Text edits that add or remove entries of nodes. None if the surrounding text makes that uncertain."""

from __future__ import annotations

import re

from lazyoci.diagnostic import Edit, Fix, Source, Span
from lazyoci.yaml.nodes import Document, Mapping, Node, Scalar, Sequence

_NULL_ALONE = r"[ \t]*-[ \t]*(?:~|null|Null|NULL)?[ \t]*(?:#.*)?"


def add_entry(source: Source, mapping: Mapping, entry: str, below: str = "") -> Fix | None:
    """Add `entry`, one line, as the first of a mapping or after one of its keys; None if that is uncertain."""
    place = next((i for i, one in enumerate(mapping.items) if getattr(one[0], "value", "") == below), -1)
    if not mapping.items or (below and place < 0):
        return None
    if any(is_explicit(source, key) for key, _ in mapping.items):
        return None
    title = f"write {entry}"
    if place < 0:
        at = mapping.items[0][0].start
        column = source.position(at).column
        after = ", " if mapping.flow else "\n" + " " * column
        return Fix(title, (Edit(Span(at, at), entry + after),))
    key, value = mapping.items[place]
    if value.start < key.end or not isinstance(value, Scalar) or value.style in ("|", ">"):
        return None
    before = ", " if mapping.flow else "\n" + " " * source.position(key.start).column
    end = value.end
    if not mapping.flow:
        line = source.position(end).line
        end = source.line_starts[line] + len(source.line(line))  # after a comment on the line
    return Fix(title, (Edit(Span(end, end), before + entry),))


def add_item(source: Source, sequence: Sequence, text: str) -> Edit | None:
    """Add `text`, one line, as the last item of a list, in the list's own style; None if that is uncertain."""
    last = sequence.items[-1] if sequence.items else None
    if last is None or not sequence.start <= last.start < sequence.end:
        return None  # empty, or its last item is an alias, whose place is not known here
    if sequence.flow:
        return Edit(Span(last.end, last.end), f", {text}")
    written = source.line(source.position(last.start).line)
    column = len(written) - len(written.lstrip())
    if written[column : column + 1] != "-":
        return None
    line = source.position(last.start + len(source.text[last.start : last.end].rstrip())).line
    end = source.line_starts[line] + len(source.line(line))
    return Edit(Span(end, end), f"\n{written[:column]}- {text}")


def is_explicit(source: Source, key: Node) -> bool:
    """Whether a key is written after a question mark."""
    return source.text[: key.start].rstrip(" \t").endswith("?")


def written_end(document: Document, key: Node, value: Node) -> int:
    """Where the value of `key` ends in the text; for an alias, where the alias ends."""
    if value.start >= key.end:
        return value.end
    return next((alias.span.end for alias in document.aliases if alias.span.start >= key.end), key.end)


def remove_entry(document: Document, mapping: Mapping, key: Scalar) -> Edit | None:
    """Remove a key and its value from `mapping`; None if they are merged in, or share their lines with other text."""
    place = next((i for i, entry in enumerate(mapping.items) if entry[0] is key), None)
    if place is None or key.tag or key.anchor:
        return None
    end = written_end(document, key, mapping.items[place][1])
    if mapping.flow:
        return _from_flow(document.source.text, key.start, end)
    return _lines(document.source, key.start, end)


def remove_null_item(document: Document, sequence: Sequence, item: Scalar) -> Edit | None:
    """Remove a null from a list; None if other text shares its line."""
    source = document.source
    if item.tag or item.anchor:
        return None
    if sequence.flow:
        return _from_flow(source.text, item.start, item.end)
    line = source.position(item.start).line
    return Edit(_line_span(source, line, line), "") if re.fullmatch(_NULL_ALONE, source.line(line)) else None


def _from_flow(text: str, start: int, end: int) -> Edit:
    """Remove `start` to `end` from a flow collection, with the comma after it, or else the one before it."""
    lead = text[:start].rstrip(" \t")
    if lead.endswith("?") and len(lead) < start:
        start = len(lead) - 1  # an explicit key
    behind = re.compile(r"[ \t\r\n]*,[ \t]*").match(text, end)
    if behind is not None:
        return Edit(Span(start, behind.end()), "")
    lead = text[:start].rstrip()
    return Edit(Span(len(lead) - 1 if lead.endswith(",") else start, end), "")


def _lines(source: Source, start: int, end: int) -> Edit | None:
    """Remove a block entry: its lines, or after a dash, everything up to the next entry's text."""
    text = source.text
    first, last = source.position(start).line, source.position(end).line
    tail = text[end : source.line_starts[last] + len(source.line(last))].strip()
    if tail and not tail.startswith("#"):
        return None
    lead = text[source.line_starts[first] : start]
    if not lead.strip():
        return Edit(_line_span(source, first, last), "")
    if tail or last + 1 >= len(source.line_starts) or not re.fullmatch(r"[ \t]*(?:-[ \t]+)+", lead):
        return None
    below = source.line(last + 1)
    indent = len(below) - len(below.lstrip(" "))
    if indent != len(lead) or below.lstrip(" ")[:1] in ("", "#"):
        return None  # not the next key of the same mapping
    return Edit(Span(start, source.line_starts[last + 1] + indent), "")


def _line_span(source: Source, first: int, last: int) -> Span:
    starts = source.line_starts
    return Span(starts[first], starts[last + 1] if last + 1 < len(starts) else len(source.text))


def remove_item(source: Source, sequence: Node | None, item: Scalar) -> Edit | None:
    """Remove `item` from a list: its line from a block list, or the item and a comma from a flow list.

    None if it has an anchor, a tag, a comment, or several lines.
    """
    if not isinstance(sequence, Sequence) or item.anchor or item.tag or item.style in ("|", ">"):
        return None
    if not sequence.start <= item.start < sequence.end or len(sequence.items) < 2:
        return None
    span = _in_flow(source.text, item) if sequence.flow else _whole_line(source, item)
    return None if span is None else Edit(span, "")


def _whole_line(source: Source, item: Node) -> Span | None:
    number = source.position(item.start).line
    starts = source.line_starts
    start = starts[number]
    end = starts[number + 1] if number + 1 < len(starts) else len(source.text)
    if source.text[start : item.start].strip() != "-" or item.end > end or source.text[item.end : end].strip():
        return None
    return Span(start, end)


def _in_flow(text: str, item: Node) -> Span | None:
    """The edit for a flow list: removes the comma and blanks before the item, or after it if it is the first."""
    start, end = item.start, item.end
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    if text[start - 1] == ",":
        return Span(start - 1, end)
    if text[start - 1] != "[":
        return None
    while end < len(text) and text[end] in " \t":
        end += 1
    if text[end : end + 1] != ",":
        return None
    end += 1
    while end < len(text) and text[end] in " \t":
        end += 1
    return Span(item.start, end)
