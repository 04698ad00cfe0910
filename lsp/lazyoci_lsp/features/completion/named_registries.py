"""What is known of registries: those of the user and of this file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lsprotocol import types

from lazyoci.errors import SettingsError
from lazyoci_lsp.features.completion.request import Request
from lazyoci_lsp.text.place import plain

_REGISTRY = re.compile(r"^[ \t]*(?:-[ \t]+)*registry:[ \t]+(\S.*?)[ \t]*$", re.MULTILINE)
_MOST = 200  # proposals of one kind


def repositories(request: Request) -> Iterator[types.CompletionItem]:
    """Repositories of other targets, the user's registries, and `{{ .Registry }}`."""
    from lazyoci_lsp.features.completion.template import shown

    value = shown(request, "Registry")
    yield request.item(
        "{{ .Registry }}/",
        types.CompletionItemKind.Value,
        insert=request.quoted("{{ .Registry }}/"),
        detail=value or "LAZYOCI_REGISTRY",
        sort="0",
    )
    here = request.text.source.text[request.place.word.start : request.place.word.end]
    seen = {here, ""}
    for match in _REGISTRY.finditer(request.text.source.text):
        name = plain(match[1])
        if name not in seen and len(seen) < _MOST:
            seen.add(name)
            yield request.item(
                name,
                types.CompletionItemKind.Reference,
                insert=request.quoted(name),
                detail="used in this file",
                sort=f"1{name}",
            )
    for host, words in _of_user(request.view.configuration.environ()):
        if f"{host}/" not in seen:
            yield request.item(f"{host}/", types.CompletionItemKind.Module, detail=words, sort=f"2{host}")


def _of_user(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The registries of the user's settings, then well-known ones."""
    from lazyoci import settings

    try:
        loaded = settings.load(environ)
    except SettingsError:
        loaded = None  # `lazyoci config` tells what is wrong with the file
    found = {str(entry.server): entry.name or "your registry" for entry in (loaded.registries if loaded else ())}
    for host, words in (
        ("ghcr.io", "GitHub Packages"),
        ("docker.io", "Docker Hub"),
        ("quay.io", "Quay"),
        ("registry.gitlab.com", "GitLab"),
    ):
        found.setdefault(host, words)
    yield from found.items()
