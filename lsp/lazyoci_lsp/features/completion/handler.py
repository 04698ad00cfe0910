"""textDocument/completion and completionItem/resolve: from the text at once, without waiting for any check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from lsprotocol import types

from lazyoci.rules import RULES
from lazyoci.template.documentation import function_text, variable_text
from lazyoci_lsp.features import format_schema
from lazyoci_lsp.features.completion import keys, template, values
from lazyoci_lsp.features.completion.request import Request
from lazyoci_lsp.text import templates
from lazyoci_lsp.text.place import Place, place
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci.values import Value

_SUPPRESSION = "ignore["


def completion(view: View, params: types.CompletionParams) -> types.CompletionList | None:
    """Proposals at a place."""
    text = view.text(params.text_document.uri)
    if text is None:
        return None
    offset = view.converter.offset(text.source, params.position)
    here = place(text.source, offset)
    snapshot = view.checker.latest(text.key)
    known: Mapping[str, Value] = {} if snapshot is None else snapshot.values_of(here.artifact)
    request = Request(view, text, offset, here, known)
    items = list(_items(request))
    return types.CompletionList(is_incomplete=any(request.coming), items=items)


def _items(request: Request) -> Iterator[types.CompletionItem]:
    here, offset = request.place, request.offset
    if here.kind == "comment":
        yield from _codes(request)
        return
    inside = templates.around(request.text.source, offset)
    if inside is not None:
        if format_schema.is_template(here.path):
            yield from template.complete(request, inside)
        return
    if here.kind in ("key", "item"):
        yield from keys.complete(request)
    if here.kind in ("value", "item"):
        yield from values.complete(request)


def _codes(request: Request) -> Iterator[types.CompletionItem]:
    """The codes that a suppression may name."""
    source, place_ = request.text.source, request.place
    before = source.text[place_.word.start : request.offset]
    if "lazyoci:" not in before or _SUPPRESSION not in before or "]" in before:
        return
    start = max(before.rfind("["), before.rfind(","), before.rfind(" ")) + 1
    word = Place("comment", (), type(place_.word)(place_.word.start + start, request.offset))
    at = Request(request.view, request.text, request.offset, word, request.values)
    for rule in RULES:
        yield at.item(rule.code, types.CompletionItemKind.EnumMember, detail=rule.summary)


def resolve(view: View, item: types.CompletionItem) -> types.CompletionItem:
    """The documentation of a proposal, read when the user looks at it."""
    data = item.data if isinstance(item.data, dict) else {}
    markdown = view.client.markdown_completion
    words = ""
    name = str(data.get("name", ""))
    if data.get("doc") == "key":
        node = format_schema.at(tuple(map(str, data.get("path", ()))))
        words = format_schema.documentation(node, markdown=markdown) if node is not None else ""
    elif data.get("doc") == "variable":
        words = variable_text(name)
    elif data.get("doc") == "function":
        words = function_text(name)
    if words:
        kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
        item.documentation = types.MarkupContent(kind, words)
    return item
