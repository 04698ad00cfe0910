"""textDocument/semanticTokens: the words of templates and conditions. YAML is coloured by the editor's own grammar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from lsprotocol import types

from lazyoci.diagnostic import Source
from lazyoci_lsp.features.legend import TOKEN_TYPES
from lazyoci_lsp.text import condition_words, templates
from lazyoci_lsp.text.convert import Converter
from lazyoci_lsp.view import View

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
_OCCASIONS = {"not": "operator", "word": "keyword", "glob": "string"}


def full(view: View, params: types.SemanticTokensParams) -> types.SemanticTokens | None:
    """All of a document."""
    text = view.text(params.text_document.uri)
    if text is None:
        return None
    return _encoded(view, text.source, range(len(text.source.line_starts)))


def within(view: View, params: types.SemanticTokensRangeParams) -> types.SemanticTokens | None:
    """Some lines of a document."""
    text = view.text(params.text_document.uri)
    if text is None:
        return None
    lines = range(params.range.start.line, min(params.range.end.line + 1, len(text.source.line_starts)))
    return _encoded(view, text.source, lines)


def _encoded(view: View, source: Source, lines: range) -> types.SemanticTokens:
    """Five numbers a token: lines and columns since the one before, length, type, modifiers (LSP 3.17)."""
    data: list[int] = []
    last = 0
    occasions = condition_words.words(source) if "when" in source.text else {}
    for number in lines if "{{" in source.text or occasions else ():
        text = source.line(number)
        if "{{" not in text and number not in occasions:
            continue
        column = 0
        found = _tokens(text, view.converter) if "{{" in text else []
        if number in occasions:
            found = sorted({*found, *_occasions(text, view.converter, occasions[number])})
        for start, length, kind in found:
            data += (number - last, start - column, length, kind, 0)
            last, column = number, start
    return types.SemanticTokens(data)


def _occasions(text: str, convert: Converter, words: Iterable[condition_words.Word]) -> Iterator[tuple[int, int, int]]:
    for start, end, kind in words:
        where = convert.units(text[:start]), convert.units(text[start:end])
        yield (*where, TOKEN_TYPES.index(_OCCASIONS[kind]))


@lru_cache(maxsize=2048)  # after an edit nearly all lines are the same
def _tokens(text: str, convert: Converter) -> list[tuple[int, int, int]]:
    """The tokens of a line: where each begins and how long it is, as the client counts, and its type's number."""
    source = Source(text)
    found: list[tuple[int, int, int]] = []
    for one in templates.on_line(source, 0):
        for token in templates.tokens(source, one):
            if token.kind in _TYPES:
                start, end = token.span
                before, written = convert.units(text[:start]), convert.units(text[start:end])
                found.append((before, written, TOKEN_TYPES.index(_TYPES[token.kind])))
    return found
