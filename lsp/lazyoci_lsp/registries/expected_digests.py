"""The digests that a push would give now, of artifacts that are quick to build: does a tag that exists move?"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lazyoci.build import CHEAP_TYPES
from lazyoci.errors import Interrupted, UsageError
from lazyoci.online import Answer, Question, expected_digest
from lazyoci.online.answers import of
from lazyoci.plan import PlannedArtifact
from lazyoci_lsp.registries.surroundings import Surroundings
from lazyoci_lsp.workers import Pool

if TYPE_CHECKING:
    from lazyoci_lsp.state.snapshot import Snapshot

_MOST_ARTIFACTS = 20  # of a file that are built for it
_MOST_BYTES = 4 << 20  # of one: compressing more would be felt in the editor


@dataclass(slots=True)
class _Document:
    """The digests of one document, by the artifact's index; `snapshot` is what they were, or are being, built from."""

    snapshot: Snapshot
    cancelled: threading.Event = field(default_factory=threading.Event)
    digests: dict[int, str] | None = None


class ExpectedDigests:
    """Builds artifacts whose tags exist, in the background. For the main loop; `on_change` tells of new digests."""

    def __init__(self, surroundings: Surroundings, pool: Pool, on_change: Callable[[], None]) -> None:
        self._surroundings = surroundings
        self._pool = pool
        self._on_change = on_change
        self._documents: dict[str, _Document] = {}

    def digests(self, key: str) -> Mapping[int, str] | None:
        """The digests that are known; None while they are being built for the first time."""
        found = self._documents.get(key)
        return found.digests if found is not None else {}

    def watch(self, snapshot: Snapshot, answers: Mapping[Question, Answer]) -> None:
        """Build the artifacts of which a tag exists, unless that was done for this very snapshot."""
        plan, key = snapshot.checked.plan, snapshot.text.key
        before = self._documents.get(key)
        if plan is None or snapshot.text.path is None or (before is not None and before.snapshot is snapshot):
            return
        wanted = [one for one in plan.artifacts if _exists(one, answers)][:_MOST_ARTIFACTS]
        if not wanted:
            return
        if before is not None:
            before.cancelled.set()
        now = self._documents[key] = _Document(snapshot, digests=before.digests if before is not None else None)
        environ = self._surroundings.configuration.environ()
        work = self._pool.submit(lambda: _build(wanted, snapshot, environ, now.cancelled))
        background = self._surroundings.background
        work.add_done_callback(lambda done: background.on_main_loop(lambda: self._built(key, now, done)))

    def forget(self, key: str) -> None:
        """The document was closed."""
        found = self._documents.pop(key, None)
        if found is not None:
            found.cancelled.set()

    def _built(self, key: str, document: _Document, work: Future[dict[int, str]]) -> None:
        if self._documents.get(key) is not document:
            return  # a newer snapshot is being built
        try:
            document.digests = work.result()
        except (CancelledError, Interrupted):
            return
        self._on_change()


def _exists(artifact: PlannedArtifact, answers: Mapping[Question, Answer]) -> bool:
    if artifact.artifact.type not in CHEAP_TYPES:
        return False
    found = [answers.get(question) for target in artifact.targets for question in of(target)]
    return any(answer is not None and answer.state == "verified" for answer in found)


def _build(
    wanted: list[PlannedArtifact], snapshot: Snapshot, environ: Mapping[str, str], cancelled: threading.Event
) -> dict[int, str]:
    from lazyoci.publish import source_date_epoch  # brings in all that builds and pushes

    try:
        epoch = source_date_epoch(environ)
    except UsageError:
        epoch = None  # the build says what is wrong with it
    found: dict[int, str] = {}
    for one in wanted:
        directory = snapshot.checked.directory
        digest = expected_digest(one, directory, epoch=epoch, most=_MOST_BYTES, cancelled=cancelled)
        if digest is not None:
            found[one.artifact.index] = digest
    return found
