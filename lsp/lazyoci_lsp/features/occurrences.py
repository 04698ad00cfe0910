"""Finds all places of an anchor with its aliases, or of a variable or function of templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from lazyoci.diagnostic import Source, Span
from lazyoci.yaml.nodes import Document
from lazyoci_lsp.text import templates
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci_lsp.text.documents import Text


def anchors(document: Document, offset: int) -> list[Span]:
    """The anchor at the offset, or that of the alias there, and all its aliases. The spans include `&` and `*`."""
    node = next((one.node for one in document.anchors if _on(one.span, offset)), None)
    if node is None:
        node = next((one.node for one in document.aliases if _on(one.span, offset)), None)
    if node is None:
        return []
    found = [one.span for one in document.anchors if one.node is node]
    return found + [one.span for one in document.aliases if one.node is node]


def _on(span: Span, offset: int) -> bool:
    return span.start <= offset <= span.end


async def anchor(view: View, text: Text, offset: int) -> types.Location | None:
    """Where the alias at the offset is defined."""
    document = await view.nodes_of(text)
    found = anchors(document, offset) if document is not None else []
    return types.Location(text.uri, view.converter.range(text.source, found[0])) if found else None


def words(source: Source, offset: int) -> list[Span]:
    """Every use of the template variable or function at the offset; empty where there is none."""
    here = templates.word_at(source, offset)
    if here is None:
        return []
    word = source.text[here.span.start : here.span.end]
    found: list[Span] = []
    for number in range(len(source.line_starts)):
        for one in templates.on_line(source, number):
            found += [
                token.span
                for token in templates.tokens(source, one)
                if token.kind == here.kind and source.text[token.span.start : token.span.end] == word
            ]
    return found


async def everywhere(view: View, text: Text, offset: int) -> list[Span]:
    """All places of what is at the offset, the definition first if it is in the document."""
    found = words(text.source, offset)
    if found:
        return found
    document = await view.nodes_of(text)
    return anchors(document, offset) if document is not None else []
