"""The repositories of a registry: those that it lists, and the search of registries that list none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from lazyoci.registry import errors, redact
from lazyoci.registry.auth import scope
from lazyoci.registry.client import Client
from lazyoci.registry.errors import Task
from lazyoci.registry.pages import PAGE_SIZE, PAGES, json_object, names
from lazyoci.registry.request import Request
from lazyoci.registry.untrusted_numbers import count

_SEARCH_LIMIT = 4 << 20  # bytes of an answer


def repositories(client: Client, name: str, *, limit: int = PAGES) -> list[str]:
    """All repositories that a registry lists; raises Unsupported, with what to do instead, where it lists none."""
    session = client.session(name)
    task = Task(name, doing=f"list repositories of {name}")
    try:
        return names(
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
    request = Request("GET", url, task, headers={"Accept": "application/json"}, anonymous=True, limit=_SEARCH_LIMIT)
    document = json_object(client.session(name).send_anonymously(request).body, _SEARCH_LIMIT, task)
    items = document.get("results")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _text(value: object) -> str:
    return redact.clean(value) if isinstance(value, str) else ""


def _hub(item: dict[str, Any]) -> Hit:
    return Hit(
        _text(item.get("repo_name")),
        _text(item.get("short_description")),
        count(item.get("star_count")),
        count(item.get("pull_count")),
        item.get("is_official") is True,
    )


def _quay(item: dict[str, Any]) -> Hit:
    namespace = item.get("namespace")
    owner = _text(namespace.get("name")) if isinstance(namespace, dict) else ""
    name = _text(item.get("name"))
    return Hit(
        f"{owner}/{name}" if owner and name else name, _text(item.get("description")), count(item.get("popularity"))
    )
