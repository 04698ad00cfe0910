"""Edits of a part of a scalar that keep its quotes. None if that is not possible in place."""

from __future__ import annotations

from lazyoci.diagnostic import Edit, Source, Span
from lazyoci.yaml.nodes import Scalar
from lazyoci.yaml.offsets import inner_span

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Safe anywhere in a plain scalar except at its beginning: cannot begin a comment or end the scalar.
_PLAIN = frozenset(_LETTERS + _LETTERS.upper() + '0123456789_./-+|"')


def edit_within(source: Source, node: Scalar, within: Span, text: str) -> Edit | None:
    """Replace a part of the decoded value of `node` by `text`; None if that is not possible in place."""
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
        return None  # the scalar might no longer be read as text
    return Edit(span, text) if _PLAIN.issuperset(text.replace(" | ", "").replace('" "', "")) else None
