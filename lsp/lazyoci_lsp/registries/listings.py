"""Lists for completion: a registry's repositories, a repository's tags, the images of this machine's Docker or Podman.

Asked for when somebody would like to see one, in the background; whoever asks gets what is known at that moment.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass

from lazyoci.build.process import ask, installed
from lazyoci.errors import Interrupted, LazyociError
from lazyoci.oci.reference import Repository
from lazyoci.registry import catalog
from lazyoci.registry.tag_order import sort_tags
from lazyoci_lsp.registries.host_questions import Connect, HostClient
from lazyoci_lsp.registries.surroundings import Surroundings
from lazyoci_lsp.workers import Pool

log = logging.getLogger(__name__)
_PAGES = 3  # pages of a list that are read; in longer lists the user types a letter
_LOCAL_AGE = 30.0  # seconds for which the list of local images is good
_LOCAL_LIMIT = 5.0  # seconds that a daemon gets to answer
_IMAGES = ("image", "ls", "--format", "{{.Repository}}:{{.Tag}}")


@dataclass(slots=True)
class _List:
    names: list[str]
    good_until: float  # by the monotonic clock
    host: HostClient | None = None
    running: bool = True


class Listings:
    """For the main loop. Where a list cannot be read it is empty: completion shows no errors."""

    def __init__(self, surroundings: Surroundings, pool: Pool) -> None:
        self._surroundings = surroundings
        self._pool = pool
        self._lists: dict[tuple[object, ...], _List] = {}

    def tags(self, repository: Repository, connect: Connect) -> tuple[list[str], bool]:
        """The tags of a repository, newest version first, and whether more is to come."""

        def work(host: HostClient) -> list[str]:
            return sort_tags(host.client().repository(repository).tags(pages=_PAGES))

        return self._of(("tags", repository), work, HostClient(connect))

    def repositories(self, host: str, connect: Connect) -> tuple[list[str], bool]:
        """The repositories that a registry lists, and whether more is to come."""

        def work(one: HostClient) -> list[str]:
            return catalog.repositories(one.client(), host, limit=_PAGES)

        return self._of(("repositories", host), work, HostClient(connect))

    def images(self) -> tuple[list[str], bool]:
        """The images of the Docker or Podman on this machine that have a name, and whether more is to come."""
        return self._of(("images",), lambda _: local_images(), None)

    def stop(self) -> None:
        """End what is under way, and forget what registries listed."""
        lists, self._lists = self._lists, {}
        for key, one in lists.items():
            if one.host is None:
                self._lists[key] = one
            else:
                one.host.abort()

    def _of(
        self, key: tuple[object, ...], work: Callable[..., list[str]], host: HostClient | None
    ) -> tuple[list[str], bool]:
        found = self._lists.get(key)
        if found is None or (not found.running and found.good_until <= time.monotonic()):
            before = found.names if found is not None else []
            found = self._lists[key] = _List(before, 0.0, host)
            self._start(found, work)
        return found.names, found.running

    def _start(self, one: _List, work: Callable[..., list[str]]) -> None:
        future = self._pool.submit(lambda: work(one.host))
        future.add_done_callback(lambda done: self._surroundings.background.on_main_loop(lambda: self._done(one, done)))

    def _done(self, one: _List, future: Future[list[str]]) -> None:
        configuration = self._surroundings.configuration
        one.running = False
        age = configuration.registry_retry_after
        try:
            one.names = future.result()
            age = configuration.registry_max_age if one.host is not None else _LOCAL_AGE
        except (CancelledError, Interrupted):
            age = 0.0
        except LazyociError as error:
            log.info("a list for completion: %s", error.message)
        if one.host is not None:
            self._pool.submit(one.host.close)
        one.good_until = time.monotonic() + age


def local_images() -> list[str]:
    """The names of local images, of Docker if its daemon answers, and of Podman."""
    found: dict[str, None] = {}
    for program in ("docker", "podman"):
        if not installed(program):
            continue
        answer = ask([program, *_IMAGES], timeout=_LOCAL_LIMIT)
        for name in answer.out.split() if answer.code == 0 else ():
            if "<none>" not in name:
                found[name.removeprefix("localhost/") if program == "podman" else name] = None
    return sorted(found)
