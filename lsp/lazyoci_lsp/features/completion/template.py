"""Within `{{ }}`: variables with their values, functions, keywords; and whole templates where a tag is begun."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from lazyoci.diagnostic import Edit, Span
from lazyoci.template import FUNCTIONS
from lazyoci.template.variables import VAR
from lazyoci.values.variables import NAMES
from lazyoci_lsp.features.completion.request import Request
from lazyoci_lsp.text import templates
from lazyoci_lsp.text.list_members import members

_KEYWORDS = {
    "if": "if ${1:.VersionPrerelease} }}$2{{ end",
    "else": "else",
    "end": "end",
    "with": "with ${1:.Tag} }}$2{{ end",
}
# templates that make good tags, as the seed and the schema use them, and what they are for
_TAGS = {
    "{{ .VersionFull }}": "the version, with its prerelease",
    "{{ .VersionMajorMinor }}": "moves with every patch",
    "{{ .VersionMajor }}": "moves with every minor",
    "{{ .GitSHA }}": "the commit",
    "latest": "moves with every push",
    "{{ .GitBranch | tagify }}": "the branch, as a valid tag",
    "{{ .Version }}": "the version, without prerelease",
    "{{ .Tag }}": "as given by --tag",
}
_OF_CHART = {"{{ .ChartVersion }}": "the version of the chart"}
_OFTEN = ("tagify", "lower", "replace", "trunc", "default", "trimPrefix", "trimSuffix", "upper")
_OPENS = frozenset({"if", "with", "range", "block", "define"})


def complete(request: Request, inside: templates.Template) -> Iterator[types.CompletionItem]:
    """What may be written at a place within a template; one without quotes that it needs gets them, too."""
    source, offset = request.text.source, request.offset
    tokens = templates.tokens(source, inside)
    token = next((one for one in tokens if one.span.start < offset <= one.span.end), None)
    if token is not None and token.kind in ("string", "comment", "number"):
        return
    word = token.span if token is not None and token.kind in ("variable", "function", "keyword", "error") else None
    span = Span(offset, offset) if word is None else word
    written = source.text[span.start : offset]
    piped = _is_piped(request, inside, span.start)
    beside, ending = _missing_quotes(request, inside, span)
    yield from _variables(request, span, written, ending, beside, piped=piped)
    if not written.startswith((".", "$")):
        yield from _functions(request, span, ending, beside, piped=piped)
        yield from _keywords(request, span, inside, ending, beside)


def _is_piped(request: Request, inside: templates.Template, start: int) -> bool:
    """Whether the word stands behind a `|`, where only a function may."""
    return request.text.source.text[inside.span.start : start].rstrip().endswith("|")


def _missing_quotes(request: Request, inside: templates.Template, span: Span) -> tuple[tuple[Edit, ...], str]:
    """The edits that put a text which begins with a template, and has no quotes, into quotes.

    And what the word at the place is to be followed by, where the text ends right behind it.
    """
    place, text = request.place, request.text.source.text
    start, end = place.word
    if (
        not request.view.client.edits_beside
        or place.quote
        or place.kind == "key"
        or (not place.flow and not text.startswith("{{", start))
    ):
        return (), ""
    if not start <= inside.span.start or place.path[-1:] == ("<<",):
        return (), ""
    end = max(end if inside.closed else 0, inside.span.end, span.end)
    written = text[start:end]
    mark = "'" if '"' in written or "\\" in written else '"'
    if mark == "'" and "'" in written:
        return (), ""
    close = "" if inside.closed else " }}"
    if text[span.end : end].strip():
        return (Edit(Span(start, start), mark), Edit(Span(end, end), close + mark)), ""
    return (Edit(Span(start, start), mark),), close + mark


def _variables(
    request: Request, span: Span, written: str, ending: str, beside: tuple[Edit, ...], *, piped: bool
) -> Iterator[types.CompletionItem]:
    own = sorted(set(request.view.configuration.variables) | templates.own_variables(request.text.source))
    named = [f"{VAR}{name}" for name in own if f".{VAR}{name}" != written]  # which may be half of a name
    for number, name in enumerate((*NAMES, *named)):
        if name == "ChartVersion" and request.place.type not in ("", "helm"):
            continue
        yield request.item(
            f".{name}",
            types.CompletionItemKind.Variable,
            insert=f".{name}{ending}",
            span=span,
            detail=shown(request, name),
            sort=f"{5 if piped else 1}{number:02}",
            data={"doc": "variable", "name": name},
            beside=beside,
        )


def shown(request: Request, name: str) -> str:
    """The value of a variable in a few words; empty before the first check."""
    value = request.values.get(name)
    if value is None:
        return ""
    if value.shown is None:
        return f"not set: {value.source}"
    return f"{value.shown or '(empty)'}  ({value.source})" if value.source else value.shown


def _functions(
    request: Request, span: Span, ending: str, beside: tuple[Edit, ...], *, piped: bool
) -> Iterator[types.CompletionItem]:
    for function in FUNCTIONS.values():
        yield request.item(
            function.name,
            types.CompletionItemKind.Function,
            insert=function.name
            if not ending
            else f"{function.name}{ending}"
            if piped
            else f"{function.name} $1{ending}",
            span=span,
            snippet=bool(ending) and not piped,
            detail=function.signature,
            sort=f"{0 if piped else 2}{_rank(function.name)}{function.name}",
            data={"doc": "function", "name": function.name},
            beside=beside,
        )


def _rank(name: str) -> int:
    """What makes tags of other texts comes before what compares and counts."""
    return _OFTEN.index(name) if name in _OFTEN else 9


def _keywords(
    request: Request, span: Span, inside: templates.Template, ending: str, beside: tuple[Edit, ...]
) -> Iterator[types.CompletionItem]:
    open_blocks = _open_blocks(request, inside)
    for word, body in _KEYWORDS.items():
        if word in ("end", "else") and not open_blocks:
            continue
        # with the closing braces there, a whole block fits between them
        block = "$" in body
        if block and inside.closed and not beside:
            insert = body
        else:
            insert = f"{word} $1{ending}" if block and ending else f"{word}{ending}"
        first = {"end": "00", "else": "01"}.get(word, f"3{word}")
        yield request.item(
            word,
            types.CompletionItemKind.Keyword,
            insert=insert,
            span=span,
            snippet=True,
            sort=first,
            beside=beside,
        )


def _open_blocks(request: Request, inside: templates.Template) -> int:
    """How many blocks of the same text are open where a template begins."""
    source, place = request.text.source, request.place
    count = 0
    for one in templates.on_line(source, source.position(inside.span.start).line):
        if place.word.start <= one.span.start < inside.span.start:
            words = [source.text[token.span.start : token.span.end] for token in templates.tokens(source, one)]
            first = next((word for word in words if word.isalpha()), "")
            count += (first in _OPENS) - (first == "end")
    return max(0, count)


def tags(request: Request) -> Iterator[types.CompletionItem]:
    """Whole tags, without those that the list has."""
    there = members(request.text.source, request.offset)
    of_chart = request.place.type == "helm"
    known = {**_OF_CHART, **_TAGS} if of_chart else {**_TAGS, **(_OF_CHART if not request.place.type else {})}
    for number, (text, words) in enumerate(known.items()):
        if text in there:
            continue
        name = text.strip("{} .").partition(" ")[0] if "{{" in text else ""
        value = shown(request, name) if name else ""
        yield request.item(
            text,
            types.CompletionItemKind.Value,
            insert=request.quoted(text),
            detail=value or words,
            sort=f"{1 if number < 1 else 3}{number:02}",
        )
