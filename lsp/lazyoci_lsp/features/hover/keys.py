"""Hover on a key, or on a word that is the value of one: what the format says of it."""

from __future__ import annotations

from lazyoci_lsp.features import format_schema
from lazyoci_lsp.features.hover.spot import Said, Spot


def at(spot: Spot) -> Said | None:
    """The documentation of the key at a place, or of its value."""
    here = spot.place
    word = spot.written(here.word)
    if here.kind == "key" or (here.kind == "item" and spot.source.text[here.word.end : here.word.end + 1] == ":"):
        text = documented((*here.path, word))
    else:
        text = _word(here.path, word) or documented(here.path)
    return Said(here.word, text) if text and word else None


def documented(path: tuple[str, ...]) -> str:
    """The documentation of the key or value at a path; empty where the format has none."""
    node = format_schema.at(path)
    if node is None:
        return ""
    title = node.get("title", "")
    words = format_schema.documentation(node)
    return f"**{title}**\n\n{words}\n" if title else words


def _word(path: tuple[str, ...], word: str) -> str:
    """What one of the words of a closed list means."""
    node = format_schema.at(path)
    words = node.get("enum", ()) if node is not None else ()
    if node is None or word not in words:
        return ""
    number = list(words).index(word)
    descriptions = node.get("markdownEnumDescriptions", ())
    return f"`{word}`: {descriptions[number]}\n" if number < len(descriptions) else ""
