"""Cuts half-typed templates into tokens for colours and completion. Errors are tokens, never exceptions."""

from __future__ import annotations

from typing import NamedTuple

from lazyoci.diagnostic import Span
from lazyoci.template import lexer as lx

_KINDS = {
    lx.TEXT: "text",
    lx.SPACE: "text",
    lx.LEFT: "delimiter",
    lx.RIGHT: "delimiter",
    lx.ASSIGN: "operator",
    lx.DECLARE: "operator",
    lx.PIPE: "operator",
    lx.OPEN: "operator",
    lx.CLOSE: "operator",
    lx.CHARACTER: "operator",
    lx.STRING: "string",
    lx.RAW_STRING: "string",
    lx.CHARACTER_CONSTANT: "string",
    lx.NUMBER: "number",
    lx.COMPLEX: "number",
    lx.BOOL: "keyword",
    lx.VARIABLE: "variable",
    lx.FIELD: "variable",
    lx.DOT: "variable",
    lx.IDENTIFIER: "function",
    lx.ERROR: "error",
}


class Token(NamedTuple):
    """A piece of the source, never empty. All tokens together are the whole source.

    `kind` is one of: delimiter, variable (`.Name`, `.`, `$x`), function, keyword, string, number, operator, comment,
    error, and text, which includes white space inside an action.
    """

    kind: str
    span: Span


def tokens(source: str) -> list[Token]:
    """Cut `source` into tokens; after an error, the same action continues."""
    found: list[Token] = []
    at = 0

    def add(kind: str, end: int) -> None:
        nonlocal at
        if end > at:
            found.append(Token(kind, Span(at, end)))
            at = end

    inside = False
    while at < len(source):
        for item in lx.lex(source, at, inside=inside):
            if item.kind == lx.COMMENT:
                add("text", item.start)
                body = source.index("/*", item.start)
                add("delimiter", item.start + (2 if body == item.start + 2 else 3))
                add("text", body)
                add("comment", source.rindex("*/", body, item.end) + 2)
                add("text", item.end - (3 if source[item.end - 3] == "-" else 2))
                add("delimiter", item.end)
                continue
            if item.kind == lx.ERROR and not inside and (left := source.find("{{", at, item.start)) >= 0:
                add("text", left)  # the error of an invalid comment does not include its delimiter
                add("delimiter", left + (3 if source[left + 2] == "-" else 2))
            add("text", item.start)  # trimmed white space
            if item.kind != lx.EOF:
                add(_KINDS.get(item.kind, "keyword"), item.end)
        inside = True
    return found
