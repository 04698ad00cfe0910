"""Edits of a part of a scalar, which keep its quotes. None where that cannot be done in place."""

from __future__ import annotations

from lazyoci.diagnostic import Edit, Source, Span
from lazyoci.yaml.nodes import Scalar
from lazyoci.yaml.offsets import inner_span

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
