"""Applies text edits: the fixes of findings, except those that conflict with each other."""

from __future__ import annotations

from collections.abc import Iterable

from lazyoci.diagnostic import Edit, Fix, Span
from lazyoci.errors import FormatError


def apply(text: str, edits: Iterable[Edit]) -> str:
    """`text` with all `edits` made; raises FormatError for edits that overlap or lie outside the text.

    Insertions at one place are made in the order given.
    """
    parts: list[str] = []
    at = 0
    for span, new in sorted(edits, key=lambda edit: edit.span):
        if span.start < at or span.end < span.start or span.end > len(text):
            raise FormatError(f"two edits overlap at offset {span.start}")
        parts += (text[at : span.start], new)
        at = span.end
    return "".join((*parts, text[at:]))


def compatible(fixes: Iterable[Fix]) -> list[Fix]:
    """The fixes that can be applied together because no edit touches the text of another; earlier ones take precedence.

    A fix is applied completely or not at all. Those left out are found again when the result is checked again.
    """
    taken: list[Fix] = []
    spans: list[Span] = []
    for fix in fixes:
        own = [edit.span for edit in fix.edits]
        if any(_touches(one, other) for one in own for other in spans):
            continue
        taken.append(fix)
        spans += own
    return taken


def with_newlines_of(text: str, edit: Edit) -> Edit:
    """`edit` with its line breaks replaced by the kind that `text` uses."""
    if "\n" not in edit.text or "\r\n" in edit.text:
        return edit
    first = text.find("\n")
    if first > 0 and text[first - 1] == "\r":
        return Edit(edit.span, edit.text.replace("\n", "\r\n"))
    return edit


def _touches(one: Span, other: Span) -> bool:
    """Whether two ranges overlap. Two insertions at one place do too, because their order would be a guess."""
    if one.start == one.end or other.start == other.end:
        return one.start <= other.end and other.start <= one.end
    return one.start < other.end and other.start < one.end
