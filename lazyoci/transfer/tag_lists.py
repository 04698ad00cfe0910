"""Lists the tags of repositories where that is needed to decide whether a tag moves forward, each repository once."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from lazyoci.errors import LazyociError, RegistryError
from lazyoci.frozen import replace
from lazyoci.layout.store import Built
from lazyoci.moves import MOST_TAGS, decide
from lazyoci.oci.reference import Reference, Repository
from lazyoci.registry.client import Client
from lazyoci.registry.repository import RemoteRepository
from lazyoci.registry.workers import gather
from lazyoci.transfer.compare import needs_list
from lazyoci.transfer.outcome import QUESTIONS_PER_JOB, Preflight, TagList, Wanted

_Need = tuple[Wanted, Reference]


def with_tag_lists(
    items: Sequence[tuple[Wanted, Built | None]],
    preflight: Preflight,
    client: Client,
    *,
    jobs: int = 4,
    most: int = MOST_TAGS,
    cancelled: threading.Event | None = None,
) -> Preflight:
    """The preflight with the tags of each repository where they decide whether a tag moves forward.

    A list that cannot be read, or has more than `most` tags, becomes an error with a remedy.
    """
    needs: dict[Repository, list[_Need]] = {}
    for wanted, built in items:
        for reference in wanted.references:
            if needs_list(wanted, built, preflight, reference):
                needs.setdefault(reference.repository, []).append((wanted, reference))
    if not needs:
        return replace(preflight, most_tags=most)
    there = {one.repository for one, found in preflight.found.items() if found.descriptor is not None}
    with ThreadPoolExecutor(min(len(needs), jobs * QUESTIONS_PER_JOB), thread_name_prefix="tags") as pool:
        asked = [
            pool.submit(_list, client.repository(repository), parts, repository in there, most)
            for repository, parts in needs.items()
        ]
        lists = gather(asked, client, cancelled or threading.Event())
    return replace(preflight, lists=dict(zip(needs, lists, strict=True)), most_tags=most)


def _list(remote: RemoteRepository, needs: Sequence[_Need], has_tags: bool, most: int) -> TagList:
    try:
        tags = every_tag(remote, most, has_tags=has_tags)
        decisions = [decide(reference.tag, wanted.ours, tags, wanted.beside(reference)) for wanted, reference in needs]
        holders = {}
        for name in {decision.holder for decision in decisions if decision.holder}:
            found = remote.head_manifest(name)
            holders[name] = "" if found is None else found.digest
    except LazyociError as error:
        return TagList(error=error)
    return TagList(tuple(tags), None, holders)


def every_tag(remote: RemoteRepository, most: int, *, has_tags: bool) -> list[str]:
    """All tags of a repository. `has_tags`: it is known that there are some. Raises RegistryError."""
    try:
        return remote.every_tag(most, has_tags=has_tags)
    except RegistryError as error:
        raise RegistryError(
            f"{error.message}; so it is not known whether {remote.name} holds a newer version, for moves: forward",
            hint=f"Write moves: always, or allow more with --max-tags.\n{error.hint}".rstrip(),
        ) from error
