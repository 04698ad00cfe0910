"""Listing: pages of tags and repositories, and the search of registries that list none (wire.md A7, B)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from lazyoci.oci import mediatype
from lazyoci.registry import errors, redact, untrusted_numbers
from lazyoci.registry.auth import scope
from lazyoci.registry.auth.scope import Scopes
from lazyoci.registry.errors import Task
from lazyoci.registry.http.request import Reply, Request
from lazyoci.registry.session import Session

if TYPE_CHECKING:
    from lazyoci.registry.client import Client

PAGE_SIZE = 100  # what is asked for; registries answer with fewer or more, so only `Link` tells the end
PAGES = 1000  # read at most, unless told
PAGE_LIMIT = 4 << 20  # bytes of one page: as many as a manifest may have, and some 200,000 tags
LIST_LIMIT = 16 << 20  # bytes of all pages together
NAMES = 200_000  # listed at most, in some 100 MiB of memory
_SEARCH_LIMIT = 4 << 20
_ACCEPT = {"Accept": f"application/json, {mediatype.OCI_INDEX}"}

_LINK = re.compile(r"<([^<>]*)>([^<]*)")  # linear: what opens again is no target
_NEXT = re.compile(r""";\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next\b)""", re.IGNORECASE)


def next_link(values: list[str]) -> str:
    """The target of the `rel="next"` link among `Link` headers (RFC 8288), "" for none."""
    for value in values:
        for found in _LINK.finditer(value):
            if _NEXT.search(found.group(2)):
                return found.group(1)
    return ""


def replies(
    session: Session, first: str, task: Task, scopes: Scopes, limit: int, warn: Callable[[str], None]
) -> Iterator[Reply]:
    """The replies of all pages of a list; a chain of pages that loops, leaves the host or is too long ends."""
    url, seen, left = first, set[str](), LIST_LIMIT
    for _ in range(limit):
        seen.add(url)
        reply = session.send(Request("GET", url, task, scopes, headers=_ACCEPT, limit=PAGE_LIMIT))
        if len(reply.body) > PAGE_LIMIT:
            raise errors.ProtocolError(f"{task.what} failed: the reply is larger than {PAGE_LIMIT >> 20} MiB", task)
        yield reply
        link = next_link(reply.headers.get_list("link"))
        if not link:
            return
        left -= len(reply.body)
        if left < 0:
            warn(f"{session.name}: the list is longer than the {LIST_LIMIT >> 20} MiB that are read; it is incomplete")
            return
        url = session.resolve(reply.url, link, task)
        if not session.own(url):
            raise errors.ProtocolError(f"{task.what} stopped: {session.name} links to another host", task)
        if url in seen:
            warn(f"{session.name}: the pages of the list go in a circle; it may be incomplete")
            return
    warn(f"{session.name}: the list has more than {limit} pages; it is incomplete")


def pages(
    session: Session,
    first: str,
    key: str,
    task: Task,
    scopes: Scopes,
    limit: int,
    warn: Callable[[str], None],
) -> list[str]:
    """All names under `key` of all pages, each once."""
    out: dict[str, None] = {}
    for reply in replies(session, first, task, scopes, limit, warn):
        out |= dict.fromkeys(_names(reply.body, key, task))
        if len(out) > NAMES:
            warn(f"{session.name}: the list has more than {NAMES} names; it is incomplete")
            return list(out)[:NAMES]
    return list(out)


def _names(body: bytes, key: str, task: Task) -> list[str]:
    document = _json(body, PAGE_LIMIT, task)
    names = document.get(key)
    if names is None:  # "tags": null is how an empty last page looks
        return []
    if not isinstance(names, list):
        raise errors.ProtocolError(f"{task.what} failed: the reply holds no list of {key}", task)
    return [redact.clean(name, limit=512) for name in names if isinstance(name, str) and name]


def _json(body: bytes, limit: int, task: Task) -> dict[str, Any]:
    if len(body) > limit:
        raise errors.ProtocolError(f"{task.what} failed: the reply is larger than {limit >> 20} MiB", task)
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise errors.ProtocolError(f"{task.what} failed: the reply is not JSON", task) from None
    if not isinstance(document, dict):
        raise errors.ProtocolError(f"{task.what} failed: the reply is not a JSON object", task)
    return document


def repositories(client: Client, name: str, *, limit: int = PAGES) -> list[str]:
    """All repositories that a registry lists; raises Unsupported, with what to do instead, where it lists none."""
    session = client.session(name)
    task = Task(name, doing=f"list repositories of {name}")
    try:
        return pages(
            session, f"/v2/_catalog?n={PAGE_SIZE}", "repositories", task, (scope.CATALOG,), limit, client.on_warning
        )
    except errors.Failure as failure:
        if failure.status not in (401, 403, 404, 405):
            raise
        hint = f"List the tags of one you know: lazyoci browse tags {name}/REPOSITORY"
        if searchable(name):
            hint = f"Search instead: lazyoci browse search {name} QUERY\n{hint}"
        elif failure.status in (401, 403) and not isinstance(failure, errors.Unsupported):
            hint = f"Listing may need an administrator's account: lazyoci registry test {name}\n{hint}"
        raise errors.Unsupported(
            f"{name} does not list repositories", failure.task, hint=hint, said=failure.said
        ) from failure


@dataclass(frozen=True, slots=True)
class Hit:
    """A repository found by searching."""

    name: str
    description: str = ""
    stars: int | None = None
    pulls: int | None = None
    official: bool = False


def searchable(name: str) -> bool:
    """Whether a registry has a search of its own."""
    return name in ("docker.io", "quay.io")


def search(client: Client, name: str, query: str, *, limit: int = 25) -> list[Hit]:
    """Repositories that match: by the search of Docker Hub or Quay, elsewhere among those the registry lists.

    The most pulled first, then by name. Raises Unsupported where there is neither.
    """
    task = Task(name, doing=f"search of {name}")
    if name == "docker.io":
        url = f"https://hub.docker.com/v2/search/repositories/?query={quote(query)}&page_size={min(limit, 100)}"
        hits = [_hub(item) for item in _found(client, name, url, task)]
    elif name == "quay.io":
        url = f"https://quay.io/api/v1/find/repositories?query={quote(query)}"
        hits = [_quay(item) for item in _found(client, name, url, task)]
    else:
        needle = query.lower()
        hits = [Hit(found) for found in repositories(client, name) if needle in found.lower()]
    hits = [hit for hit in hits if hit.name]
    return sorted(hits, key=lambda hit: (-(hit.pulls or 0), -(hit.stars or 0), hit.name))[:limit]


def _found(client: Client, name: str, url: str, task: Task) -> list[dict[str, Any]]:
    request = Request("GET", url, task, headers={"Accept": "application/json"}, plain=True, limit=_SEARCH_LIMIT)
    document = _json(client.session(name).send_plain(request).body, _SEARCH_LIMIT, task)
    items = document.get("results")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _text(value: object) -> str:
    return redact.clean(value) if isinstance(value, str) else ""


def _number(value: object) -> int | None:
    return untrusted_numbers.count(value)


def _hub(item: dict[str, Any]) -> Hit:
    return Hit(
        _text(item.get("repo_name")),
        _text(item.get("short_description")),
        _number(item.get("star_count")),
        _number(item.get("pull_count")),
        item.get("is_official") is True,
    )


def _quay(item: dict[str, Any]) -> Hit:
    namespace = item.get("namespace")
    owner = _text(namespace.get("name")) if isinstance(namespace, dict) else ""
    name = _text(item.get("name"))
    return Hit(
        f"{owner}/{name}" if owner and name else name, _text(item.get("description")), _number(item.get("popularity"))
    )


_VERSION = re.compile(r"v?(\d{1,18})(?:\.(\d{1,18}))?(?:\.(\d{1,18}))?(?:[-+.](.+))?", re.ASCII)


def sort_tags(tags: list[str]) -> list[str]:
    """Tags as people look for them: `latest`, then versions from the newest (a release before its prereleases), then
    the rest in alphabetical order."""

    def key(tag: str) -> tuple[int, tuple[int, ...], int, tuple[tuple[int, int, str], ...], str]:
        if tag == "latest":
            return (0, (), 0, (), "")
        found = _VERSION.fullmatch(tag)
        if found is None:
            return (2, (), 0, (), tag)
        numbers = tuple(-int(part or 0) for part in found.groups()[:3])
        suffix = found.group(4) or ""
        # descending: numbers after words, larger first (semver §11, upside down)
        parts = tuple(
            (1, -int(part[:18]), "") if part.isascii() and part.isdigit() else (0, 0, _reverse(part))
            for part in suffix.split(".")
            if suffix
        )
        return (1, numbers, 1 if suffix else 0, parts, tag)

    return sorted(tags, key=key)


def _reverse(text: str) -> str:
    """A text that sorts the other way round; the end sorts after any letter."""
    return "".join(chr(0x10FFFF - ord(letter)) for letter in text) + "\U0010ffff"
