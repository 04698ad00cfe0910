"""Within comments: `lazyoci: ignore[…]`, and the codes in its brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lsprotocol import types

from lazyoci.diagnostic import Span
from lazyoci.rules import RULES
from lazyoci_lsp.features.completion.request import Request

_IN_BRACKETS = re.compile(r"#.*\blazyoci:[ \t]*ignore\[([^\]]*)$")
_BEGUN = re.compile(r"#[ \t]*((?:l(?:a(?:z(?:y(?:o(?:c(?:i:?)?)?)?)?)?)?)?[ \t]*(?:i(?:g(?:n(?:o(?:r(?:e)?)?)?)?)?)?)$")


def complete(request: Request) -> Iterator[types.CompletionItem]:
    """What may be written in a comment: those that the check found here come first."""
    source, offset = request.text.source, request.offset
    number = source.position(offset).line
    before = source.text[source.line_starts[number] : offset]
    inside = _IN_BRACKETS.search(before)
    found = _found(request, number)
    if inside is not None:
        yield from _codes(request, inside[1], found)
        return
    begun = _BEGUN.search(before)
    if begun is None:
        return
    span = Span(offset - len(begun[1]), offset)
    code = next(iter(found), "")
    yield _at(request, span).item(
        "lazyoci: ignore[ ]",
        types.CompletionItemKind.Snippet,
        insert=f"lazyoci: ignore[${{1:{code}}}]" if code else "lazyoci: ignore[$1]",
        snippet=True,
        detail=found.get(code, "silence a rule here"),
        retrigger=not code,
    )


def _codes(request: Request, written: str, found: dict[str, str]) -> Iterator[types.CompletionItem]:
    *others, word = (one.strip() for one in written.split(","))
    text, offset = request.text.source.text, request.offset
    end = re.compile(r"[\w-]*").match(text, offset)
    span = Span(offset - len(word), offset if end is None else end.end())
    at = _at(request, span)
    for rule in RULES:
        if rule.code not in others:
            here = rule.code in found
            yield at.item(
                rule.code,
                types.CompletionItemKind.EnumMember,
                detail=found[rule.code] if here else rule.summary,
                sort=f"{0 if here else 1}{rule.code}",
            )


def _at(request: Request, span: Span) -> Request:
    opening = request.opening
    return replace(request, opening=replace(opening, place=replace(opening.place, word=span), start=span.start))


def _found(request: Request, number: int) -> dict[str, str]:
    """The codes of what the last check found on this line and the next, each with its message."""
    snapshot = request.view.checker.latest(request.text.key)
    if snapshot is None:
        return {}
    here = snapshot.text.source
    lines = {number, number + 1}
    return {
        one.code: one.message for one in snapshot.checked.diagnostics if here.position(one.span.start).line in lines
    }
