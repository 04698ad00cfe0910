"""Edits that rules propose: of a part of a scalar, keeping its quotes, and of a list, keeping its layout."""

from __future__ import annotations

from lazyoci.diagnostic import Edit, Fix, Source, Span
from lazyoci.yaml.nodes import Node, Scalar, Sequence
from lazyoci.yaml.offsets import inner_span
from lazyoci.yaml.quotes import quoted

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# what a plain scalar may hold anywhere but at its beginning: nothing here begins a comment or ends the scalar
_PLAIN = frozenset(_LETTERS + _LETTERS.upper() + '0123456789_./-+|"')


def edit_within(source: Source, node: Scalar, within: Span, text: str) -> Edit | None:
    """Write `text` instead of a part of the decoded value of `node`; None where that cannot be done in place."""
    whole = within == Span(0, len(node.value))
    span = inner_span(source, node, within.start, within.end)
    if (span == node.span and not whole) or not text.isprintable():
        return None  # the place is unknown, or the text cannot be written as it is
    if node.style == '"':
        return Edit(span, text.replace("\\", "\\\\").replace('"', '\\"'))
    if node.style == "'":
        return Edit(span, text.replace("'", "''"))
    if node.style:
        return Edit(span, text)
    first = text[:1] or node.value[within.end : within.end + 1]
    if within.start == 0 and not (first.isascii() and first.isalpha()):
        return None  # might begin as something else than text
    return Edit(span, text) if _PLAIN.issuperset(text.replace(" | ", "").replace('" "', "")) else None


def rewrite(source: Source, node: Scalar, within: Span, text: str, title: str) -> Fix | None:
    """As `replace`, with any text: a scalar without quotes gets them."""
    if node.style or node.tag:
        return replace(source, node, within, text, title)
    if source.text[node.start : node.end] != node.value:
        return None
    return Fix(title, (Edit(node.span, quoted(node.value[: within.start] + text + node.value[within.end :])),))


def replace(source: Source, node: Scalar, within: Span, text: str, title: str) -> Fix | None:
    """The fix that makes this one edit, if it can be made."""
    edit = edit_within(source, node, within, text)
    return None if edit is None else Fix(title, (edit,))


def remove_item(source: Source, sequence: Node | None, item: Scalar, title: str) -> Fix | None:
    """Take `item` out of a list: its line from a block list, or it and a comma from a flow list.

    None where more hangs on it: an anchor, a tag, a comment, several lines.
    """
    if not isinstance(sequence, Sequence) or item.anchor or item.tag or item.style in ("|", ">"):
        return None
    if not sequence.start <= item.start < sequence.end or len(sequence.items) < 2:
        return None
    span = _in_flow(source.text, item) if sequence.flow else _whole_line(source, item)
    return None if span is None else Fix(title, (Edit(span, ""),))


def _whole_line(source: Source, item: Node) -> Span | None:
    number = source.position(item.start).line
    starts = source.line_starts
    start = starts[number]
    end = starts[number + 1] if number + 1 < len(starts) else len(source.text)
    if source.text[start : item.start].strip() != "-" or item.end > end or source.text[item.end : end].strip():
        return None
    return Span(start, end)


def _in_flow(text: str, item: Node) -> Span | None:
    """With the comma and blanks before it; a first item goes with what follows it."""
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
