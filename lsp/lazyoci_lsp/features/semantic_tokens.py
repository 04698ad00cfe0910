"""textDocument/semanticTokens: the words within templates. The YAML around them is the grammar's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from lazyoci.diagnostic import Source, Span
from lazyoci_lsp import braces
from lazyoci_lsp.legend import TOKEN_TYPES

if TYPE_CHECKING:
    from lazyoci_lsp.session import Session

_TYPES = {
    "delimiter": "operator",
    "operator": "operator",
    "variable": "variable",
    "function": "function",
    "keyword": "keyword",
    "string": "string",
    "number": "number",
    "comment": "comment",
}


def full(ls: Session, params: types.SemanticTokensParams) -> types.SemanticTokens | None:
    """All of a document."""
    text = ls.documents.lazy(params.text_document.uri)
    if text is None:
        return None
    return _encoded(ls, text.source, range(len(text.source.line_starts)))


def within(ls: Session, params: types.SemanticTokensRangeParams) -> types.SemanticTokens | None:
    """Some lines of a document."""
    text = ls.documents.lazy(params.text_document.uri)
    if text is None:
        return None
    lines = range(params.range.start.line, min(params.range.end.line + 1, len(text.source.line_starts)))
    return _encoded(ls, text.source, lines)


def _encoded(ls: Session, source: Source, lines: range) -> types.SemanticTokens:
    """Five numbers a token: lines and columns since the one before, length, type, modifiers (LSP 3.17)."""
    data: list[int] = []
    line = column = 0
    for kind, span in _tokens(source, lines):
        start = ls.converter.position(source, span.start)
        length = ls.converter.units(source.text[span.start : span.end])
        after = start.character - (column if start.line == line else 0)
        data += [start.line - line, after, length, TOKEN_TYPES.index(kind), 0]
        line, column = start.line, start.character
    return types.SemanticTokens(data)


def _tokens(source: Source, lines: range) -> Iterator[tuple[str, Span]]:
    if "{{" not in source.text:
        return
    for number in lines:
        for one in braces.on_line(source, number):
            for token in braces.tokens(source, one):
                if token.kind in _TYPES:
                    yield _TYPES[token.kind], token.span
