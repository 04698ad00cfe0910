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
_PAGES = 3  # pages of a list that are read; in longer lists the user types a letter, and is shown what begins so
_MOST = 200  # lists that are kept
_LOCAL_AGE = 30.0  # seconds for which the list of local images is good
_LOCAL_LIMIT = 5.0  # seconds that a daemon gets to answer
_IMAGES = ("image", "ls", "--format", "{{.Repository}}:{{.Tag}}")


@dataclass(slots=True)
class _List:
    names: list[str]
    good_until: float  # by the monotonic clock
    host: HostClient | None = None
    running: bool = True
    complete: bool = False  # whether there are no others


_Found = tuple[list[str], bool]  # names, and whether there are no others


class Listings:
    """For the main loop. Where a list cannot be read it is empty: completion shows no errors."""

    def __init__(self, surroundings: Surroundings, pool: Pool) -> None:
        self._surroundings = surroundings
        self._pool = pool
        self._lists: dict[tuple[object, ...], _List] = {}

    def tags(self, repository: Repository, prefix: str, connect: Connect) -> _Found:
        """The known tags of a repository that begin with a text, newest version first; and whether there may be more.

        A list that is too long to be read is asked for again from `prefix` on.
        """

        def work(last: str) -> Callable[[HostClient], _Found]:
            return lambda host: _behind(host.client().repository(repository).tags_behind(last, pages=_PAGES), last)

        whole = self._of(("tags", repository, ""), work(""), HostClient(connect))
        lists = [whole]
        if prefix and not whole.complete and not whole.running:
            lists += [one for key, one in self._lists.items() if key[:2] == ("tags", repository) and key[2]]
            shorter = [self._lists.get(("tags", repository, prefix[:length])) for length in range(1, len(prefix))]
            if not any(one is not None and (one.complete or one.running) for one in shorter):
                lists.append(self._of(("tags", repository, prefix), work(prefix), HostClient(connect)))
        complete = any(one.complete for one in lists[:1])
        if prefix:
            begins = [self._lists.get(("tags", repository, prefix[:length])) for length in range(len(prefix) + 1)]
            complete = any(one is not None and one.complete for one in begins)
        if len(lists) == 1:
            return [name for name in whole.names if name.startswith(prefix)], not complete
        found = {name for one in lists for name in one.names if name.startswith(prefix)}
        return sort_tags(list(found)), not complete

    def repositories(self, host: str, connect: Connect) -> _Found:
        """The known repositories that a registry lists, and whether there may be more."""

        def work(one: HostClient) -> _Found:
            return catalog.repositories(one.client(), host, limit=_PAGES), True

        found = self._of(("repositories", host), work, HostClient(connect))
        return found.names, found.running

    def images(self) -> _Found:
        """The images of the Docker or Podman on this machine that have a name, and whether more is to come."""
        found = self._of(("images",), lambda _: (local_images(), True), None)
        return found.names, found.running

    def stop(self) -> None:
        """End what is under way, and forget what registries listed."""
        lists, self._lists = self._lists, {}
        for key, one in lists.items():
            if one.host is None:
                self._lists[key] = one
            else:
                one.host.abort()

    def _of(self, key: tuple[object, ...], work: Callable[..., _Found], host: HostClient | None) -> _List:
        found = self._lists.get(key)
        if found is None or (not found.running and found.good_until <= time.monotonic()):
            before = found.names if found is not None else []
            while len(self._lists) >= _MOST:
                self._drop_oldest()
            found = self._lists[key] = _List(before, 0.0, host)
            self._start(found, work)
        return found

    def _drop_oldest(self) -> None:
        oldest = self._lists.pop(next(iter(self._lists)))
        if oldest.running and oldest.host is not None:
            oldest.host.abort()

    def _start(self, one: _List, work: Callable[..., _Found]) -> None:
        future = self._pool.submit(lambda: work(one.host))
        future.add_done_callback(lambda done: self._surroundings.background.on_main_loop(lambda: self._done(one, done)))

    def _done(self, one: _List, future: Future[_Found]) -> None:
        configuration = self._surroundings.configuration
        one.running = False
        age = configuration.registry_retry_after
        try:
            one.names, one.complete = future.result()
            age = configuration.registry_max_age if one.host is not None else _LOCAL_AGE
        except (CancelledError, Interrupted):
            age = 0.0
        except LazyociError as error:
            log.info("a list for completion: %s", error.message)
        if one.host is not None:
            self._pool.submit(one.host.close)
        one.good_until = time.monotonic() + age


def _behind(found: _Found, last: str) -> _Found:
    """Of the tags behind a text those that begin with it, sorted; and whether there are no others that do."""
    names, complete = found
    if last and names and names == sorted(names) and names[-1] > last and not names[-1].startswith(last):
        complete = True  # the list went past them
    return sort_tags([name for name in names if name.startswith(last)]), complete


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
