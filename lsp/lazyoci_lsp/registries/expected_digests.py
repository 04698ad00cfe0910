"""The digests that a push would give now, of artifacts that are quick to build: does a tag that exists move?"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
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

_Identity = tuple[str, str]  # what an artifact is known by while others come and go above it


@dataclass(slots=True)
class _Document:
    """The digests of one document; `snapshot` is what they were, or are being, built from.

    `begun` are the artifacts that are built from it. `digests` has what was built last, be it from an older snapshot:
    empty for an artifact that takes too long, or that cannot be built.
    """

    snapshot: Snapshot
    begun: frozenset[_Identity]
    digests: Mapping[_Identity, str]
    cancelled: threading.Event = field(default_factory=threading.Event)


class ExpectedDigests:
    """Builds artifacts whose tags exist, in the background. For the main loop; `on_change` tells of new digests."""

    def __init__(self, surroundings: Surroundings, pool: Pool, on_change: Callable[[], None]) -> None:
        self._surroundings = surroundings
        self._pool = pool
        self._on_change = on_change
        self._documents: dict[str, _Document] = {}

    def digests(self, snapshot: Snapshot) -> Mapping[int, str]:
        """The digests that are known, by the artifact's index in a snapshot; empty for one that has none."""
        found = self._documents.get(snapshot.text.key)
        if found is None:
            return {}
        known = {one.artifact.index: found.digests.get(_identity(one)) for one in snapshot.artifacts}
        return {index: digest for index, digest in known.items() if digest is not None}

    def undecided(self, snapshot: Snapshot, answers: Mapping[Question, Answer]) -> frozenset[int]:
        """The artifacts that are yet to be built: whether a push would move their tags is not known yet."""
        known = self.digests(snapshot)
        wanted = _wanted(snapshot.artifacts, answers) if snapshot.text.path is not None else []
        return frozenset(one.artifact.index for one in wanted if one.artifact.index not in known)

    def watch(self, snapshot: Snapshot, answers: Mapping[Question, Answer]) -> None:
        """Build the artifacts of which a tag exists, unless that was done for this very snapshot."""
        key = snapshot.text.key
        before = self._documents.get(key)
        wanted = _wanted(snapshot.artifacts, answers)
        begun = frozenset(map(_identity, wanted))
        if snapshot.text.path is None or not wanted:
            return
        if before is not None and before.snapshot is snapshot and begun <= before.begun:
            return
        if before is not None:
            before.cancelled.set()
        now = self._documents[key] = _Document(snapshot, begun, before.digests if before is not None else {})
        environ = self._surroundings.configuration.environ()
        work = self._pool.submit(lambda: _build(wanted, snapshot, environ, now.cancelled))
        background = self._surroundings.background
        work.add_done_callback(lambda done: background.on_main_loop(lambda: self._built(key, now, done)))

    def forget(self, key: str) -> None:
        """The document was closed."""
        found = self._documents.pop(key, None)
        if found is not None:
            found.cancelled.set()

    def _built(self, key: str, document: _Document, work: Future[dict[_Identity, str]]) -> None:
        if self._documents.get(key) is not document:
            return  # a newer snapshot is being built
        try:
            document.digests = work.result()
        except (CancelledError, Interrupted):
            return
        self._on_change()


def _identity(artifact: PlannedArtifact) -> _Identity:
    name = artifact.artifact.name
    if name is not None and name.value:
        return artifact.artifact.type, name.value
    return artifact.artifact.type, next((one.text for one in artifact.references), "")


def _wanted(artifacts: Sequence[PlannedArtifact], answers: Mapping[Question, Answer]) -> list[PlannedArtifact]:
    """The artifacts to build: quick ones, of which some tag exists."""
    return [one for one in artifacts if _exists(one, answers)][:_MOST_ARTIFACTS]


def _exists(artifact: PlannedArtifact, answers: Mapping[Question, Answer]) -> bool:
    if artifact.artifact.type not in CHEAP_TYPES:
        return False
    found = [answers.get(question) for target in artifact.targets for question in of(target)]
    return any(answer is not None and answer.state == "verified" for answer in found)


def _build(
    wanted: list[PlannedArtifact], snapshot: Snapshot, environ: Mapping[str, str], cancelled: threading.Event
) -> dict[_Identity, str]:
    from lazyoci.publish import source_date_epoch  # brings in all that builds and pushes

    try:
        epoch = source_date_epoch(environ)
    except UsageError:
        epoch = None  # the build says what is wrong with it
    directory = snapshot.checked.directory
    return {
        _identity(one): expected_digest(one, directory, epoch=epoch, most=_MOST_BYTES, cancelled=cancelled) or ""
        for one in wanted
    }
