"""Values: types, platforms, media types, repositories, tags, local images; quoted where the YAML needs it."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from lazyoci.config.media_types import ANY, media_type
from lazyoci_lsp.features import format_schema
from lazyoci_lsp.features.completion import (
    conditions,
    likely,
    listed_names,
    members,
    named_registries,
    paths,
    platforms,
    snippets,
    template,
    version_sources,
)
from lazyoci_lsp.features.completion.request import Request
from lazyoci_lsp.text.list_members import members as written_members
from lazyoci_lsp.text.place import ARTIFACT, ITEM, plain

_PATHS = frozenset({"dockerfile", "context", "chartPath"})
_MEDIA_TYPES = (
    "application/vnd.oci.image.layer.v1.tar",
    "application/gzip",
    "application/zip",
    "application/toml",
    "application/spdx+json",
    "application/vnd.cyclonedx+json",
    "application/vnd.in-toto+json",
    "text/markdown",
)


def complete(request: Request) -> Iterator[types.CompletionItem]:
    """What may stand at a value, or as a member of a list."""
    place = request.place
    path = place.path
    if format_schema.is_condition(path) or conditions.is_begun_glob(place):
        yield from conditions.complete(request)
        return
    node = format_schema.at(path)
    if node is None:
        return
    inner = path[2:] if path[:2] == ARTIFACT else ()
    if inner == ("targets", ITEM, "registry"):
        yield from named_registries.repositories(request)
        yield from listed_names.repositories(request)
    elif inner == ("name",) and (name := likely.name(request)):
        yield request.item(name, types.CompletionItemKind.Value, insert=request.quoted(name))
    elif inner == ("from",):
        yield from named_registries.sources(request)
    elif inner[-2:] == ("targets", ITEM) or inner[-2:] == ("files", ITEM):
        return  # members, not values
    elif format_schema.is_tag(path):
        yield from template.tags(request)
        yield from listed_names.tags(request)
    elif inner == ("image",):
        yield from listed_names.images(request)
        yield from _plain(request, node, path)
    elif inner[:1] and inner[0] in _PATHS and len(inner) == 1:
        yield from paths.paths(request, inner[0])
    elif inner == ("files", ITEM, "path"):
        yield from paths.paths(request, "path")
    elif inner == ("platforms", ITEM):
        yield from platforms.complete(request)
    elif inner == ("versionFrom", "file"):
        yield from version_sources.files(request)
    elif inner == ("versionFrom", "tag"):
        yield from version_sources.lines(request)
    elif inner == ("target",):
        yield from paths.stages(request)
    elif (format_schema.is_list(node) or format_schema.is_mapping(node)) and place.kind == "value":
        yield from members.behind_key(request, node)
        yield from _list(request, path)
    else:
        yield from _plain(request, node, path)


def _plain(request: Request, node: format_schema.Schema, path: tuple[str, ...]) -> Iterator[types.CompletionItem]:
    """The values that the schema knows."""
    kinds = format_schema.kinds(node)
    words = node.get("enum") or node.get("examples") or ()
    more = _media_types(request) if path[-1:] == ("mediaType",) else ()
    descriptions = node.get("markdownEnumDescriptions", ())
    kind = types.CompletionItemKind.EnumMember if "enum" in node else types.CompletionItemKind.Value
    bare = kinds in ({"boolean"}, {"integer"})  # numbers and truths, which quotes would make texts
    if bare and request.place.quote:
        return
    plain_ = [str(word) for word in words if not isinstance(word, dict | list)]
    plain_ = ["true", "false"] if kinds == {"boolean"} else plain_
    there = written_members(request.text.source, request.offset) if path[-1:] == (ITEM,) else frozenset()
    by_name = _by_name(request, path)
    for number, text in enumerate(dict.fromkeys((*by_name, *plain_, *more))):
        if text in there:
            continue
        described = number - len(by_name)
        yield request.item(
            text,
            kind,
            insert=text if bare else request.quoted(text),
            detail="by the file's name" if text in by_name else "",
            sort=f"{number:03}",
            documentation=descriptions[described] if 0 <= described < len(descriptions) else "",
        )


def _by_name(request: Request, path: tuple[str, ...]) -> list[str]:
    """The media type that a file has by its name."""
    if path[-3:] != ("files", ITEM, "mediaType"):
        return []
    name = plain(request.place.siblings.get("path", ""))
    return [media_type(name)] if name and (media_type(name) != ANY or "." not in name) else []


def _media_types(request: Request) -> tuple[str, ...]:
    return (*_MEDIA_TYPES, ANY)


def _list(request: Request, path: tuple[str, ...]) -> Iterator[types.CompletionItem]:
    """A list where none is yet: its members in brackets."""
    node, items = format_schema.at(path), format_schema.at((*path, ITEM))
    if node is None or items is None or "string" not in format_schema.kinds(items):
        return
    if request.place.quote or request.word:
        return
    if format_schema.is_tag((*path, ITEM)):
        several = [likely.tags(request.place.type)]
    else:
        several = [one for one in node.get("examples", ()) if len(one) > 1]
    for number, made in enumerate((*several, *([str(word)] for word in items.get("examples", ())))):
        text = snippets.bare(snippets.flow(made))
        yield request.item(text, types.CompletionItemKind.Value, filter_text=str(made[0]), sort=f"{number:03}")
