"""Keys that are valid at a place, each with the value that is likeliest; build arguments, well-known annotations."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsprotocol import types

from lazyoci_lsp.features import format_schema
from lazyoci_lsp.features.completion import likely, members, paths, snippets
from lazyoci_lsp.features.completion.request import Request
from lazyoci_lsp.text.place import ARTIFACT, ITEM

# image-spec, annotations.md: pre-defined annotation keys
ANNOTATIONS = {
    "source": "Where its source code is.",
    "revision": "The revision of the source code, such as a commit.",
    "version": "The version of the packaged software.",
    "licenses": "Its licenses, as an SPDX expression.",
    "description": "What it is, for people.",
    "title": "A title for people.",
    "created": "When the artifact was built, as RFC 3339 date and time.",
    "authors": "Contact details of who is responsible for the artifact.",
    "url": "Where to learn more about the artifact.",
    "documentation": "Where to read its documentation.",
    "vendor": "The organisation that distributes it.",
    "ref.name": "The name of the reference in a layout; lazyoci sets it itself.",
    "base.digest": "The digest of the image it is built on.",
    "base.name": "The reference of the image it is built on.",
}
# a document that is one `{…}` or `[…]`: a key beside that would be no YAML
_IN_BRACKETS = re.compile(r"\ufeff?(?:[ \t]*(?:#[^\n]*)?\r?\n|---[ \t]*\r?\n|%[^\n]*\n)*(?:---)?[ \t]*[{\[]")
# what most people write next in an artifact, beside what it must have
_SOON = ("type", "name", "chartPath", "files", "image", "targets", "platforms", "dockerfile")


def complete(request: Request) -> Iterator[types.CompletionItem]:
    """Keys for the mapping at the place, and whole members where a list's member begins."""
    place = request.place
    node = format_schema.at(place.path)
    if node is None or (not place.path and not place.flow and _IN_BRACKETS.match(request.text.source.text)):
        return
    begun = place.kind == "key" and not place.flow and not place.siblings and not _has_colon(request)
    listed = format_schema.is_list(node) and begun
    if request.opening.member or listed:
        yield from members.on_a_new_line(request, node)
        if request.opening.member or not format_schema.is_mapping(node):
            return
    if not format_schema.is_mapping(node):
        return
    if place.kind == "item" and place.flow:
        yield from members.in_brackets(request, node)  # keys alone would make a mapping of each
        return
    if not place.flow and not place.siblings and not place.quote and not _has_colon(request):
        yield from members.whole(request, node, "")
    if place.path[:2] == ARTIFACT and place.path[2:] == ("buildArgs",):
        yield from _build_arguments(request)
    elif place.path[:2] == ARTIFACT and place.path[2:] in (("annotations",), ("labels",)):
        yield from _annotations(request)
    yield from _keys(request)


def _has_colon(request: Request) -> bool:
    rest = request.text.source.text[request.place.word.end :]
    return rest.lstrip("\"' \t").startswith(":")


def _keys(request: Request) -> Iterator[types.CompletionItem]:
    place = request.place
    required = format_schema.required(place.path, place.type)
    written = _has_colon(request)
    known = format_schema.properties(place.path, place.type)
    now = known.get(request.word) if written else None
    for number, (key, node) in enumerate(known.items()):
        if key in place.siblings or (place.quote and not written):
            continue
        if place.kind == "item" and format_schema.is_tag(place.path) and key != "tag":
            continue  # nothing says more of a tag before it is there
        if now is not None and key != request.word and (request.word in required or not _alike(now, node)):
            continue  # what is written behind the colon would be wrong there
        value = None if written else likely.value(request, key, node, format_schema.at((*place.path, key, ITEM)))
        yield request.item(
            key,
            types.CompletionItemKind.Property,
            insert=key if written else _entry(request, key, value),
            snippet=not written,
            detail=node.get("title", "") + (" (required)" if key in required else ""),
            sort=_sort(place.path, key, number, required=key in required),
            data={"doc": "key", "path": [*place.path, key]},
            retrigger=_is_open(value),
        )


def _entry(request: Request, key: str, value: object) -> str:
    if request.place.flow:
        return f"{key}: {snippets.flow(value)}"
    return snippets.entry(key, value, request.indent)


def _is_open(value: object) -> bool:
    """Whether the value is still to be written, so that the list of what it may be comes at once."""
    empty = snippets.Slot(1)
    return value == empty or value == [empty] or isinstance(value, snippets.Below)


def _alike(one: format_schema.Schema, other: format_schema.Schema) -> bool:
    """Whether a value that is right for one key is likely right for the other."""
    parts = ("type", "enum", "properties", "additionalProperties", "items", "minItems", "minLength")
    return "enum" not in one and all(one.get(part) == other.get(part) for part in parts)


def _sort(path: tuple[str, ...], key: str, number: int, *, required: bool) -> str:
    """The rank of a key: what must be there, in the order in which people write it; then what is often there."""
    if path == ARTIFACT:
        soon = _SOON.index(key) if key in _SOON else len(_SOON)
        return f"{0 if required or key == 'name' else 3}{soon:02}{number:02}"
    return f"{0 if required and not format_schema.is_tag(path) else 3}{number:02}"


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
    for number, (name, words) in enumerate(ANNOTATIONS.items()):
        key = f"org.opencontainers.image.{name}"
        if key not in request.place.siblings:
            yield request.item(
                key,
                types.CompletionItemKind.Property,
                insert=key if _has_colon(request) else _entry(request, key, likely.annotation(request, name)),
                snippet=True,
                detail=words,
                sort=f"1{number:02}",
            )
