"""textDocument/completion and completionItem/resolve: from the text at once, without waiting for any check."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from lsprotocol import types

from lazyoci.diagnostic import Source, Span
from lazyoci.template.documentation import function_text, variable_text
from lazyoci_lsp.features import format_schema
from lazyoci_lsp.features.completion import aliases, keys, suppressions, template, values
from lazyoci_lsp.features.completion.request import Request
from lazyoci_lsp.text import lines, templates
from lazyoci_lsp.text.documents import Text
from lazyoci_lsp.text.openings import Opening, openings
from lazyoci_lsp.text.place import ARTIFACT, place
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci.values import Value

_GLUED = re.compile(r"([\w.-]+):(\S*)")


def completion(view: View, params: types.CompletionParams) -> types.CompletionList | None:
    """Proposals at a place."""
    text = view.text(params.text_document.uri)
    if text is None:
        return None
    offset = view.converter.offset(text.source, params.position)
    if params.context is not None and _is_in_the_way(text.source, offset, params.context.trigger_character or ""):
        return None
    incomplete, items = proposals(view, text, offset)
    return types.CompletionList(is_incomplete=incomplete, items=items)


def _is_in_the_way(source: Source, offset: int, typed: str) -> bool:
    """Whether a list that comes by itself, as a character was typed, would take the Enter that likely comes next.

    So behind a key whose value mostly begins on the next line, in the indentation, and in a comment.
    """
    if typed == ":":
        here = place(source, offset)
        node = format_schema.at(here.path) if here.kind == "value" else None
        return node is not None and (format_schema.is_list(node) or format_schema.is_mapping(node))
    line, column = source.position(offset)
    before = source.line(line)[:column]
    return typed == " " and (not before.strip() or lines.comment_column(before) < len(before))


def proposals(view: View, text: Text, offset: int) -> tuple[bool, list[types.CompletionItem]]:
    """What may be written at an offset, and whether the client is to ask again with the next letter.

    It is, but within templates: once a word is complete, nothing may be left in the list that Enter or Tab would take.
    """
    snapshot = view.checker.latest(text.key)
    inside = templates.around(text.source, offset)
    found: dict[tuple[str, bool], types.CompletionItem] = {}
    for opening in openings(text.source, offset):
        opening = _unglued(text.source.text, opening, offset)
        here = opening.place
        known: Mapping[str, Value] = {} if snapshot is None else snapshot.values_of(here.artifact)
        request = Request(view, text, offset, opening, known)
        if inside is not None and here.kind != "comment":
            items = list(template.complete(request, inside)) if format_schema.is_template(here.path) else []
            return False, [item for item in items if not _is_written(request, item)]
        for item in _items(request):
            if not _is_written(request, item):
                found.setdefault((item.label, item.kind == types.CompletionItemKind.Property), item)
            elif not item.label.endswith("/"):
                return True, []  # the word is complete; anything else would only be in the way
    return True, list(found.values())


def _items(request: Request) -> Iterator[types.CompletionItem]:
    here = request.place
    if here.kind == "comment":
        yield from suppressions.complete(request)
        return
    if request.word.startswith("*"):
        yield from aliases.complete(request)
        return
    if here.kind in ("key", "item"):
        yield from keys.complete(request)
    if here.kind in ("value", "item"):
        yield from values.complete(request)


def _is_written(request: Request, item: types.CompletionItem) -> bool:
    """Whether an item is what is typed, up to the cursor and no further."""
    assert isinstance(item.text_edit, types.TextEdit)
    span = request.view.converter.span(request.text.source, item.text_edit.range)
    if span.end != request.offset or request.place.word.end > request.offset > span.start == request.place.word.start:
        return False
    before, after = request.text.source.text[span.start : span.end].strip(), item.text_edit.new_text.strip()
    return before == after or (bool(before) and after[:1] in "\"'" and after[1:-1] == before)


def _unglued(text: str, opening: Opening, offset: int) -> Opening:
    """The value that is begun right behind a colon, without the space that makes a key of what is before it."""
    here = opening.place
    written = _GLUED.fullmatch(text, here.word.start, here.word.end)
    if here.kind not in ("key", "item") or here.quote or written is None or offset < written.start(2):
        return opening
    key = written[1]
    if key not in format_schema.properties(here.path, here.type):
        return opening
    artifact = here.siblings if here.path == ARTIFACT else here.artifact
    at = replace(here, kind="value", path=(*here.path, key), word=Span(*written.span(2)), artifact=artifact)
    return Opening(at, written.start(2), " ")


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
