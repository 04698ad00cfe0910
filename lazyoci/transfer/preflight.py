"""Before any build, asks whether we may push, and what the tags point to. Opens no upload session."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from lazyoci.errors import LazyociError
from lazyoci.oci.reference import Reference, Repository
from lazyoci.registry.client import Client
from lazyoci.registry.repository import Access
from lazyoci.registry.workers import gather
from lazyoci.transfer.outcome import QUESTIONS_PER_JOB, Asked, Preflight, Wanted

_TOGETHER = 2  # requests that follow at once even after a single tag: for a config and a layer


def preflight(
    wanted: Sequence[Wanted], client: Client, *, jobs: int = 4, cancelled: threading.Event | None = None
) -> Preflight:
    """Ask for the right to push to every repository, and HEAD every tag, in parallel.

    If the granted access can be read and does not include `push`, the reason is a Denied. All reasons are kept, not
    only the first. A reason for a whole repository is the same object for each of its references. Setting `cancelled`
    ends this soon; the reason is then Interrupted for each reference without an answer.
    """
    references = list(dict.fromkeys(reference for one in wanted for reference in one.references))
    doors = {repository: _Door(client, repository) for one in wanted for repository in one.repositories}
    if not references:
        return Preflight({})
    for one in doors.values():
        one.remote.expect_push()
    for reference in references:
        doors[reference.repository].remote.expect_tag(reference.tag)
    workers = min(len(references), jobs * QUESTIONS_PER_JOB)
    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="preflight") as pool:
        asked = [pool.submit(_ask, doors[reference.repository], reference) for reference in references]
        found = gather(asked, client, cancelled or threading.Event())
    return Preflight({one.reference: one for one in found})


class _Door:
    """The access to one repository: the first caller asks for it, the others wait for the answer."""

    def __init__(self, client: Client, repository: Repository) -> None:
        self._lock = threading.Lock()
        self._access: Future[Access] | None = None
        self.remote = client.repository(repository)

    def access(self) -> Access:
        """The access to push. Raises Failure: the same one for every caller."""
        with self._lock:
            mine = self._access is None
            future = self._access = self._access or Future()
        if mine:
            try:
                access = self.remote.authorize(push=True)
                self.remote.check_push(access)
            except BaseException as error:
                future.set_exception(error)
                raise
            future.set_result(access)
        return future.result()


def _ask(door: _Door, reference: Reference) -> Asked:
    try:
        door.access()
        return Asked(reference, door.remote.head_manifest(reference.tag, push=True))
    except LazyociError as error:
        return Asked(reference, error=error)
