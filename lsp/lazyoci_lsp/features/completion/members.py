"""Whole members of lists: those of the schema, filled in from the project, and what the project could publish."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lsprotocol import types

from lazyoci_lsp.features import format_schema
from lazyoci_lsp.features.completion import drafts, likely, snippets
from lazyoci_lsp.features.completion.request import Request
from lazyoci_lsp.text.place import ARTIFACT, ITEM


def whole(request: Request, node: format_schema.Schema, dash: str) -> Iterator[types.CompletionItem]:
    """All of a mapping at once, where nothing of it is written yet."""
    indent = request.indent + " " * len(dash)
    if request.place.path == (() if not dash else ARTIFACT[:1]) or request.place.path == ARTIFACT:
        for number, (label, detail, made) in enumerate(drafts.proposed(request)):
            text = dash + snippets.block(made, indent)
            yield _item(request, label, text, detail, f" {number:03}")
    for number, one in enumerate(node.get("defaultSnippets", ())):
        made = likely.filled(request, snippets.body(one["body"]))
        one_line = "tag" in made  # as its neighbours, which are texts
        text = dash + (snippets.flow(made) if one_line else snippets.block(made, indent))
        yield _item(request, one["label"], text, one["description"], f"2{number:02}")


def on_a_new_line(request: Request, node: format_schema.Schema) -> Iterator[types.CompletionItem]:
    """Members of the list at the place, each with its dash."""
    items = format_schema.at((*request.place.path, ITEM))
    if items is None:
        return
    yield from whole(request, items, "- ")
    if not items.get("defaultSnippets") or "string" in format_schema.kinds(items):
        yield request.item(
            "- ",
            types.CompletionItemKind.Snippet,
            insert="- $1",
            snippet=True,
            detail="another item",
            sort="0",
            retrigger=True,
        )


def behind_key(request: Request, node: format_schema.Schema) -> Iterator[types.CompletionItem]:
    """What a key's value may be, below it, where it is a mapping or a list of such; known ones in brackets."""
    place = request.place
    if place.quote or request.word or place.flow or format_schema.is_tag((*place.path, ITEM)):
        return
    source = request.text.source
    line = source.line(source.position(request.offset).line)
    below = " " * (place.column - (len(line) - len(line.lstrip(" "))) + 2)
    items = format_schema.at((*place.path, ITEM)) if format_schema.is_list(node) else None
    dash = "- " if items is not None else ""
    made = list(drafts.proposed(request)) if place.path == ARTIFACT[:1] else []
    for one in (items or node).get("defaultSnippets", ()):
        made.append((one["label"], one["description"], likely.filled(request, snippets.body(one["body"]))))
    begun = replace(request, opening=replace(request.opening, start=_behind_colon(request), gap=""))
    for number, (label, detail, one) in enumerate(made):
        text = f"\n{below}{dash}" + snippets.block(one, below + " " * len(dash))
        yield _item(begun, label, text, detail, f"{number:02}")
    if "properties" in node and items is None:
        for number, one in enumerate(node.get("examples", ())):
            text = snippets.flow(one)
            yield _item(request, snippets.bare(text), text, node.get("title"), f"{number:02}")


def _behind_colon(request: Request) -> int:
    return len(request.text.source.text[: request.place.word.start].rstrip(" \t"))


def in_brackets(request: Request, node: format_schema.Schema) -> Iterator[types.CompletionItem]:
    """Members of a list in flow style, which are mappings in braces."""
    if request.place.quote:
        return
    if request.place.path == ARTIFACT:
        for number, (label, detail, made) in enumerate(drafts.proposed(request)):
            yield _item(request, label, snippets.flow(made), detail, f" {number:03}")
    for number, one in enumerate(node.get("defaultSnippets", ())):
        made = likely.filled(request, snippets.body(one["body"]))
        yield _item(request, one["label"], snippets.flow(made), one["description"], f"2{number:02}")


def _item(request: Request, label: str, text: str, detail: Any, sort: str) -> types.CompletionItem:
    return request.item(
        label,
        types.CompletionItemKind.Snippet,
        insert=text,
        snippet=True,
        detail=detail,
        sort=sort,
        documentation=snippets.bare(text),
    )
