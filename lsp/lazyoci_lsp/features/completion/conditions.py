"""Conditions, the values of `when`: words, globs of the repository's own branches and tags, `not`, lists of several."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from lazyoci.diagnostic import Span
from lazyoci.when.misspelt import misspelt
from lazyoci.when.terms import GLOBS, NOT
from lazyoci_lsp.features import format_schema, occasions
from lazyoci_lsp.features.completion import git_names
from lazyoci_lsp.features.completion.request import Request
from lazyoci_lsp.text.place import Place


def is_begun_glob(place: Place) -> bool:
    """Whether the place is behind `branch:` or `tag:` at the end of a line, which reads as a key of a mapping."""
    *above, last = place.path or ("",)
    return place.kind == "value" and last in GLOBS and format_schema.is_condition(tuple(above))


def complete(request: Request) -> Iterator[types.CompletionItem]:
    """What may stand as a condition, or as a part of one."""
    source = request.text.source
    start = request.place.word.start
    if is_begun_glob(request.place):
        start = source.line_starts[source.position(request.offset).line] + request.place.column
    written = source.text[start : request.offset]
    if written.startswith(f"{NOT} "):
        start += len(written) - len(written[len(NOT) :].lstrip())
        yield from _words(request, Span(start, request.place.word.end), negated=True)
        return
    if written.partition(":")[2][:1].isspace():
        return  # a mapping, which no glob is
    span = Span(start, request.place.word.end)
    yield from _words(request, span, negated=False)
    if not written and not request.place.quote:
        yield from _several(request)


def _words(request: Request, span: Span, *, negated: bool) -> Iterator[types.CompletionItem]:
    for number, (word, meaning) in enumerate(occasions.WORDS.items()):
        yield request.item(word, types.CompletionItemKind.EnumMember, span=span, detail=meaning, sort=f"0{number:02}")
    for number, (glob, detail) in enumerate(git_names.globs(request)):
        if negated and not request.place.quote and not git_names.is_plain(glob):
            continue  # the quotes it needs would have to begin before `not`
        if misspelt(glob) is not None:
            continue  # a name that looks like several, as `a|b` does
        yield request.item(
            glob,
            types.CompletionItemKind.Value,
            insert=_quoted(request, glob),
            span=span,
            detail=detail,
            sort=f"1{number:02}",
        )
    for word, meaning in occasions.GLOBS.items():
        yield request.item(
            f"{word}:",
            types.CompletionItemKind.Keyword,
            insert=f"{word}:${{1:*}}",
            span=span,
            detail=meaning,
            snippet=True,
            sort=f"2{word}",
        )
    if not negated:
        yield request.item(
            NOT,
            types.CompletionItemKind.Keyword,
            insert=f"{NOT} ${{1:release}}",
            span=span,
            detail=occasions.NOT,
            snippet=True,
            sort="3",
        )


def _quoted(request: Request, glob: str) -> str:
    return glob if not request.place.quote and git_names.is_plain(glob) else request.quoted(glob)


def _several(request: Request) -> Iterator[types.CompletionItem]:
    """A list, of which one must hold, and the mapping of which all must."""
    if request.place.kind == "value":
        yield request.item(
            "[ ]",
            types.CompletionItemKind.Snippet,
            insert="[${1:release}, ${2:default-branch}]",
            detail="one of several must hold",
            snippet=True,
            sort="4",
        )
    if request.place.kind == "value" or request.place.flow:
        yield request.item(
            "{all: [ ]}",
            types.CompletionItemKind.Snippet,
            insert="{all: [${1:branch}, ${2:not schedule}]}",
            detail=occasions.ALL,
            snippet=True,
            sort="5",
        )
