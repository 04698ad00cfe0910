"""Keys that are valid at a place, whole artifacts, targets and files, build arguments, well-known annotations."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from lazyoci_lsp.features import format_schema
from lazyoci_lsp.features.completion import paths, snippets
from lazyoci_lsp.features.completion.request import Request
from lazyoci_lsp.text.place import ARTIFACT, ITEM

# image-spec, annotations.md: pre-defined annotation keys
ANNOTATIONS = {
    "created": "When the artifact was built, as RFC 3339 date and time.",
    "authors": "Contact details of who is responsible for the artifact.",
    "url": "Where to learn more about the artifact.",
    "documentation": "Where to read its documentation.",
    "source": "Where its source code is.",
    "version": "The version of the packaged software.",
    "revision": "The revision of the source code, such as a commit.",
    "vendor": "The organisation that distributes it.",
    "licenses": "Its licenses, as an SPDX expression.",
    "ref.name": "The name of the reference in a layout; lazyoci sets it itself.",
    "title": "A title for people.",
    "description": "What it is, for people.",
    "base.digest": "The digest of the image it is built on.",
    "base.name": "The reference of the image it is built on.",
}


def complete(request: Request) -> Iterator[types.CompletionItem]:
    """Keys for the mapping at the place, and whole members where a list's member begins."""
    place = request.place
    node = format_schema.at(place.path)
    if node is None:
        return
    if format_schema.is_list(node) and place.kind == "key" and not place.flow:
        yield from _members(request, node)  # an indented line below a key whose value is a list
        if not format_schema.is_mapping(node):
            return
    if place.kind == "item" and not format_schema.is_mapping(node):
        return
    if place.kind == "item" and place.flow:
        yield from _in_brackets(request, node)  # keys alone would make a mapping of each
        return
    if _may_hold_snippet(request):
        yield from _snippets(request, node, "")
    if place.path[:2] == ARTIFACT and place.path[2:] == ("buildArgs",):
        yield from _build_arguments(request)
    elif place.path[:2] == ARTIFACT and place.path[2:] in (("annotations",), ("labels",)):
        yield from _annotations(request)
    yield from _keys(request)


def _may_hold_snippet(request: Request) -> bool:
    """Whether nothing but the word at the place is in the mapping: then all of it may be written at once."""
    place = request.place
    return not place.flow and not place.siblings and not _has_colon(request)


def _has_colon(request: Request) -> bool:
    rest = request.text.source.text[request.place.word.end :]
    return rest.lstrip("\"' \t").startswith(":")


def _indent(request: Request) -> str:
    """The indentation to add to that of the line, which the client adds itself, so that keys stand below each other."""
    place = request.place
    if place.flow:
        return ""
    line = request.text.source.line(request.text.source.position(request.offset).line)
    return " " * max(0, place.column - (len(line) - len(line.lstrip(" "))))


def _keys(request: Request) -> Iterator[types.CompletionItem]:
    place = request.place
    required = format_schema.required(place.path, place.type)
    written = _has_colon(request)
    for number, (key, node) in enumerate(format_schema.properties(place.path, place.type).items()):
        if key in place.siblings:
            continue
        items = format_schema.at((*place.path, key, ITEM))
        body = key if written else snippets.entry(key, node, items, _indent(request))
        if place.flow and not written:
            body = f"{key}: $1"
        yield request.item(
            key,
            types.CompletionItemKind.Property,
            insert=body,
            snippet=not written,
            detail=node.get("title", "") + (" (required)" if key in required else ""),
            sort=f"{0 if key in required else 1}{number:02}",
            data={"doc": "key", "path": [*place.path, key]},
        )


def _snippets(request: Request, node: format_schema.Schema, dash: str) -> Iterator[types.CompletionItem]:
    indent = _indent(request) + " " * len(dash)
    for number, one in enumerate(node.get("defaultSnippets", ())):
        body = dash + snippets.block(one["body"], indent)
        yield request.item(
            one["label"],
            types.CompletionItemKind.Snippet,
            insert=body,
            snippet=True,
            detail=one.get("description", ""),
            sort=f"2{number:02}",
            documentation=snippets.bare(body),
        )


def _in_brackets(request: Request, node: format_schema.Schema) -> Iterator[types.CompletionItem]:
    """Whole members of a list in flow style, which are mappings in braces."""
    for number, one in enumerate(node.get("defaultSnippets", ())):
        body = snippets.flow(one["body"])
        yield request.item(
            one["label"],
            types.CompletionItemKind.Snippet,
            insert=body,
            snippet=True,
            detail=one.get("description", ""),
            sort=f"2{number:02}",
            documentation=snippets.bare(body),
        )


def _members(request: Request, node: format_schema.Schema) -> Iterator[types.CompletionItem]:
    items = format_schema.at((*request.place.path, ITEM))
    whole = items is not None and items.get("defaultSnippets")
    if items is not None and whole:
        yield from _snippets(request, items, "- ")
    if items is None or not whole or "string" in format_schema.kinds(items):
        yield request.item("- ", types.CompletionItemKind.Snippet, insert="- $1", snippet=True, detail="another item")


def _build_arguments(request: Request) -> Iterator[types.CompletionItem]:
    """The ARG names of the Dockerfile that are not given yet."""
    dockerfile = paths.dockerfile(request)
    seen = set(request.place.siblings)
    for argument in dockerfile.arguments if dockerfile is not None else ():
        if argument.name in seen:
            continue
        seen.add(argument.name)
        default = "no default" if argument.default is None else f"default {argument.default}"
        yield request.item(
            argument.name,
            types.CompletionItemKind.Variable,
            insert=argument.name if _has_colon(request) else f"{argument.name}: $1",
            snippet=True,
            detail=f"ARG, line {argument.line + 1}, {default}",
        )


def _annotations(request: Request) -> Iterator[types.CompletionItem]:
    for name, words in ANNOTATIONS.items():
        key = f"org.opencontainers.image.{name}"
        if key not in request.place.siblings:
            yield request.item(
                key,
                types.CompletionItemKind.Property,
                insert=key if _has_colon(request) else f"{key}: $1",
                snippet=True,
                detail=words,
            )
