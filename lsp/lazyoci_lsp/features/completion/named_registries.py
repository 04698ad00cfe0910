"""What is known of registries: the project's, those of this file, of the user, and where the user is logged in."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from lazyoci_lsp.features.completion import likely
from lazyoci_lsp.features.completion.request import Request
from lazyoci_lsp.state.user_registries import user_registries

_MOST = 200  # proposals of one kind
_UNKNOWN = "{{ .Registry }}/"


def repositories(request: Request) -> Iterator[types.CompletionItem]:
    """The repository that the artifact likely has, those of other targets, registries, and `{{ .Registry }}`."""
    seen = {request.word, ""}
    for name, detail in _likely(request):
        if name not in seen:
            seen.add(name)
            yield _item(request, name, detail, f"0{len(seen):02}")
    seen.discard(request.word)
    others = [written for _, _, written in likely.registries(request.text.source)]
    for number, name in enumerate(dict.fromkeys(others)):
        if name not in seen and name != request.word and len(seen) < _MOST and not name.startswith(("*", "&")):
            seen.add(name)
            yield _item(request, name, "used in this file", f"1{number:03}")
    for number, (host, detail) in enumerate(_hosts(request).items()):
        if f"{host}/" not in seen:
            yield request.item(
                f"{host}/",
                types.CompletionItemKind.Module,
                insert=request.quoted(f"{host}/"),
                detail=detail,
                sort=f"2{number:03}",
                retrigger=True,
            )


def sources(request: Request) -> Iterator[types.CompletionItem]:
    """What an artifact may be a copy of: the repositories of this file, at this commit or version."""
    others = dict.fromkeys(written for _, _, written in likely.registries(request.text.source))
    for number, name in enumerate(list(others)[:_MOST]):
        for tag, detail in (("{{ .GitSHALong }}", "of this commit"), ("{{ .VersionFull }}", "of this version")):
            yield _item(request, f"{name}:{tag}", detail, f"{number:03}{detail}")


def _item(request: Request, name: str, detail: str, sort: str) -> types.CompletionItem:
    return request.item(
        name,
        types.CompletionItemKind.Reference if not name.endswith("/") else types.CompletionItemKind.Value,
        insert=request.quoted(name),
        detail=detail,
        sort=sort,
    )


def _likely(request: Request) -> Iterator[tuple[str, str]]:
    from lazyoci_lsp.features.completion.template import shown

    named = likely.repository(request, dict(request.place.artifact))
    value = request.values.get("Registry")
    known = value is not None and value.shown is not None
    if known or named.startswith(_UNKNOWN) or request.word.startswith(_UNKNOWN[:-1]):
        to = named if named.startswith(_UNKNOWN) else f"{_UNKNOWN}{named.rpartition('/')[2]}"
        yield to, shown(request, "Registry") or "LAZYOCI_REGISTRY"
    if not named.startswith(_UNKNOWN):
        of_remote = bool(request.project.repository) and named.startswith(request.project.repository)
        yield named, "by the git remote" if of_remote else "beside those of this file"
    yield _UNKNOWN, shown(request, "Registry") or "LAZYOCI_REGISTRY"


def _hosts(request: Request) -> dict[str, str]:
    """Registries: of the user's settings, those that the user is logged in to, and well-known ones."""
    configuration = request.view.configuration
    own = dict(user_registries(configuration.environ(), trusted=configuration.trusted))
    return {**own, **{host: words for host, words in likely.WELL_KNOWN.items() if host not in own}}
