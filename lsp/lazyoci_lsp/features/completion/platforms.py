"""Platforms: those that the base image is known to have, then those that builders know."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsprotocol import types

from lazyoci.oci.reference import Reference, ReferenceError, parse
from lazyoci_lsp.features import format_schema
from lazyoci_lsp.features.completion import paths
from lazyoci_lsp.features.completion.request import Request
from lazyoci_lsp.text.list_members import members

_RARE = ("linux/arm", "linux/arm/v6", "linux/loong64", "windows/amd64", "windows/arm64", "darwin/amd64", "darwin/arm64")
_VARIABLE = re.compile(r"\$\{?(\w+)(?::-([^}]*))?\}?")


def complete(request: Request) -> Iterator[types.CompletionItem]:
    """Each platform that is not in the list yet."""
    node = format_schema.at(request.place.path)
    usual = node.get("examples", ()) if node is not None else ()
    base, of_base = _of_base(request)
    there = members(request.text.source, request.offset)
    for number, text in enumerate(dict.fromkeys((*of_base, *usual, *_RARE))):
        if text not in there:
            yield request.item(
                text,
                types.CompletionItemKind.Value,
                insert=request.quoted(text),
                detail=f"in {base}" if text in of_base else "",
                sort=f"{number:03}",
            )


def _of_base(request: Request) -> tuple[str, tuple[str, ...]]:
    """The image that the last stage is built on, and its platforms as a registry told them before; none is asked."""
    dockerfile = paths.dockerfile(request) if request.place.type in ("", "image") else None
    if dockerfile is None or not dockerfile.stages:
        return "", ()
    named = {stage.name.lower(): stage for stage in dockerfile.stages if stage.name}
    defaults = {one.name: one.default or "" for one in dockerfile.arguments}
    base = dockerfile.stages[-1].base
    for _ in dockerfile.stages:
        base = _VARIABLE.sub(lambda found: defaults.get(found[1]) or found[2] or "", base)
        if base.lower() not in named:
            break
        base = named[base.lower()].base
    reference = _parsed(base)
    return base, request.view.registries.platforms(reference.repository, reference.tag) if reference is not None else ()


def _parsed(text: str) -> Reference | None:
    try:
        return parse(text)
    except ReferenceError:
        return None
