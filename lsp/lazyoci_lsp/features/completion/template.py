"""Within `{{ }}`: variables with their values, functions, keywords; and whole templates where a tag is begun."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from lazyoci.diagnostic import Span
from lazyoci.template import FUNCTIONS
from lazyoci.template.variables import VAR
from lazyoci.values.variables import NAMES
from lazyoci_lsp.features.completion.request import Request
from lazyoci_lsp.text import templates

_KEYWORDS = {
    "if": "if ${1:.VersionPrerelease} }}$2{{ end",
    "else": "else",
    "end": "end",
    "with": "with ${1:.Tag} }}$2{{ end",
}
# templates that make good tags, as the seed and the schema use them, and what they are for
_TAGS = {
    "latest": "moves with every push",
    "{{ .VersionFull }}": "the version, with its prerelease",
    "{{ .VersionMajorMinor }}": "moves with every patch",
    "{{ .VersionMajor }}": "moves with every minor",
    "{{ .Version }}": "the version, without prerelease",
    "{{ .Tag }}": "as given by --tag",
    "{{ .GitSHA }}": "the commit",
    "{{ .GitBranch | tagify }}": "the branch, as a valid tag",
    "{{ .ChartVersion }}": "the version of the chart",
}


def complete(request: Request, inside: templates.Template) -> Iterator[types.CompletionItem]:
    """What may be written at a place within a template."""
    source, offset = request.text.source, request.offset
    tokens = templates.tokens(source, inside)
    token = next((one for one in tokens if one.span.start < offset <= one.span.end), None)
    if token is not None and token.kind in ("string", "comment", "number"):
        return
    word = token.span if token is not None and token.kind in ("variable", "function", "keyword", "error") else None
    span = Span(offset, offset) if word is None else word
    written = source.text[span.start : offset]
    yield from _variables(request, span, written)
    if not written.startswith((".", "$")):
        yield from _functions(request, span)
        yield from _keywords(request, span, inside)


def _variables(request: Request, span: Span, written: str) -> Iterator[types.CompletionItem]:
    own = sorted(set(request.view.configuration.variables) | templates.own_variables(request.text.source))
    named = [f"{VAR}{name}" for name in own if f".{VAR}{name}" != written]  # which may be half of a name
    for number, name in enumerate((*NAMES, *named)):
        if name == "ChartVersion" and request.place.type not in ("", "helm"):
            continue
        yield request.item(
            f".{name}",
            types.CompletionItemKind.Variable,
            span=span,
            detail=shown(request, name),
            sort=f"0{number:02}",
            data={"doc": "variable", "name": name},
        )


def shown(request: Request, name: str) -> str:
    """The value of a variable in a few words; empty before the first check."""
    value = request.values.get(name)
    if value is None:
        return ""
    if value.shown is None:
        return f"not set: {value.source}"
    return f"{value.shown or '(empty)'}  ({value.source})" if value.source else value.shown


def _functions(request: Request, span: Span) -> Iterator[types.CompletionItem]:
    for function in FUNCTIONS.values():
        yield request.item(
            function.name,
            types.CompletionItemKind.Function,
            span=span,
            detail=function.signature,
            sort=f"{1 if function.extra else 2}{function.name}",
            data={"doc": "function", "name": function.name},
        )


def _keywords(request: Request, span: Span, inside: templates.Template) -> Iterator[types.CompletionItem]:
    for word, body in _KEYWORDS.items():
        # with the closing braces there, a whole block fits between them
        snippet = "$" in body and inside.closed
        yield request.item(
            word,
            types.CompletionItemKind.Keyword,
            insert=body if snippet else word,
            span=span,
            snippet=snippet,
            sort=f"3{word}",
        )


def tags(request: Request) -> Iterator[types.CompletionItem]:
    """Whole tags."""
    for number, (text, words) in enumerate(_TAGS.items()):
        if "ChartVersion" in text and request.place.type not in ("", "helm"):
            continue
        name = text.strip("{} .").partition(" ")[0] if "{{" in text else ""
        value = shown(request, name) if name else ""
        yield request.item(
            text,
            types.CompletionItemKind.Value,
            insert=request.quoted(text),
            filter_text=text if request.place.quote else f"{text} {name}".strip(),
            detail=value or words,
            sort=f"{number:02}",
        )
