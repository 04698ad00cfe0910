"""Hover on keys, on words of templates, and on the codes in suppressions: what they mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lazyoci.diagnostic import Source, Span
from lazyoci.rules.shared.rendered_texts import HIDDEN
from lazyoci.rules.shared.secrets import looks_secret
from lazyoci_lsp.features import format_schema
from lazyoci_lsp.features.markdown import code, escape
from lazyoci_lsp.features.template_docs import function_text, variable_text
from lazyoci_lsp.text import templates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lazyoci.values import Value

_CODE = re.compile(r"[a-z]+(?:-[a-z]+)+")


def named(path: tuple[str, ...]) -> str:
    """The documentation of the key or value at a path; empty where the format has none."""
    node = format_schema.at(path)
    if node is None:
        return ""
    title = node.get("title", "")
    words = format_schema.documentation(node)
    return f"**{title}**\n\n{words}\n" if title else words


def enumerated(path: tuple[str, ...], word: str) -> str:
    """What one of the words of a closed list means."""
    node = format_schema.at(path)
    words = node.get("enum", ()) if node is not None else ()
    if node is None or word not in words:
        return ""
    number = list(words).index(word)
    descriptions = node.get("markdownEnumDescriptions", ())
    return f"`{word}`: {descriptions[number]}\n" if number < len(descriptions) else ""


def in_template(source: Source, offset: int, values: Mapping[str, Value]) -> tuple[Span, str] | None:
    """A variable with its value, or a function, under the offset."""
    inside = templates.around(source, offset)
    if inside is None:
        return None
    for token in templates.tokens(source, inside):
        if not token.span.start <= offset <= token.span.end or token.kind not in ("variable", "function"):
            continue
        name = source.text[token.span.start : token.span.end].lstrip(".")
        if token.kind == "variable":
            words = variable_text(name)
            return (token.span, f"{_named(name, values.get(name))}\n\n{words}\n") if words else None
        words = function_text(name)
        return (token.span, words + "\n") if words else None
    return None


def _named(name: str, value: Value | None) -> str:
    if value is None:
        return f"**.{name}**"
    if value.text is None:
        return f"**.{name}** is not set: {escape(value.source)}"
    if looks_secret(name, value.text):
        return f"**.{name}** {HIDDEN}"
    shown = f"= {code(value.shown)}" if value.shown else "is empty"
    return f"**.{name}** {shown}" + (f" ({escape(value.source)})" if value.source else "")


def suppressed(source: Source, offset: int, comment: Span) -> tuple[Span, str] | None:
    """The page of the rule whose code is under the offset, in a comment."""
    from lazyoci.rules import BY_CODE
    from lazyoci.rules.page import page

    text = source.text[comment.start : comment.end]
    if "lazyoci:" not in text:
        return None
    for match in _CODE.finditer(text):
        span = Span(comment.start + match.start(), comment.start + match.end())
        if span.start <= offset <= span.end and match[0] in BY_CODE:
            return span, f"**{match[0]}**\n\n{page(BY_CODE[match[0]]).text}\n"
    return None
