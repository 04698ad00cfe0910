"""What registries and this machine list: repositories, tags, local images; as far as is known when one asks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsprotocol import types

from lazyoci.diagnostic import Source
from lazyoci.oci.reference import ReferenceError, Repository, parse_repository
from lazyoci_lsp.features.completion.request import Request
from lazyoci_lsp.text import flow_collections, lines
from lazyoci_lsp.text.list_members import members
from lazyoci_lsp.text.place import plain

_TAG_BEGINS = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_MOST = 300  # proposals of one kind: more nobody reads, and a letter narrows them


def repositories(request: Request) -> Iterator[types.CompletionItem]:
    """The repositories of the registries that open documents name; of the one that is written, if one is."""
    registries = request.view.registries
    host = request.prefix.partition("/")[0]
    hosts = registries.hosts()
    for one in [host] if host in hosts else hosts:
        names, coming = registries.repositories(one)
        request.told(coming)
        for name in [each for each in names if f"{one}/{each}".startswith(request.prefix)][:_MOST]:
            yield request.item(
                f"{one}/{name}",
                types.CompletionItemKind.Reference,
                insert=request.quoted(f"{one}/{name}"),
                detail="exists",
                sort=f"3{one}/{name}",
            )


def tags(request: Request) -> Iterator[types.CompletionItem]:
    """The tags of the target's repository that begin as what is written, the newest version that is known first."""
    repository = _repository(request)
    if repository is None:
        return
    prefix = request.prefix if tag_begins(request.prefix) else ""
    names, coming = request.view.registries.tags(repository, prefix)
    request.told(coming)
    there = members(request.text.source, request.offset)
    found = [name for name in names if name != "latest" and name.startswith(request.prefix) and name not in there]
    for number, name in enumerate(found[:_MOST]):
        yield request.item(
            name,
            types.CompletionItemKind.Constant,
            insert=f'"{name}"' if not request.place.quote and name[:1].isdigit() else request.quoted(name),
            detail=f"in {repository}{', which has more' if coming else ''}",
            sort=f"5{number:03}",
        )


def tag_begins(text: str) -> bool:
    """Whether a tag may begin so."""
    return _TAG_BEGINS.fullmatch(text) is not None


def images(request: Request) -> Iterator[types.CompletionItem]:
    """The images of this machine's Docker or Podman."""
    names, coming = request.view.registries.images()
    request.told(coming)
    for name in [each for each in names if each.startswith(request.prefix)][:_MOST]:
        yield request.item(
            name,
            types.CompletionItemKind.Reference,
            insert=request.quoted(name),
            detail="on this machine",
            sort=f" {name}",
        )


def _repository(request: Request) -> Repository | None:
    """The repository of the target around the place: as it was resolved last, else as it is written."""
    written = registry_around(request.text.source, request.offset)
    good = request.view.checker.good(request.text.key)
    for artifact in good.artifacts if good is not None else ():
        for target in artifact.targets:
            if target.resolved.registry.source.value == written and target.repository is not None:
                return target.repository
    try:
        return parse_repository(written) if written and "{{" not in written else None
    except ReferenceError:
        return None


def registry_around(source: Source, offset: int) -> str:
    """The registry of the target whose tags `offset` is among; empty where none is written."""
    number, cursor = source.position(offset)
    inside = flow_collections.around(source, number, offset)
    if inside is not None:
        for frame in reversed(inside.frames):
            if "registry" in frame.keys:
                return plain(frame.keys["registry"])
        number = inside.line
    here = lines.line(source, number)
    tags = here.key if here.key is not None and here.key.key == "tags" else None
    if tags is None:
        above = lines.ancestors(source, number, max(cursor, here.content), here.entries)
        tags = next((entry for entry in above if entry.key == "tags"), None)
    if tags is None:
        return ""
    beside = lines.siblings(source, tags.line, tags.column)
    return next((plain(value) for entry, value in beside if entry.key == "registry"), "")
