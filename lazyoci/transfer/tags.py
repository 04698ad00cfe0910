"""Writes the tags of one artifact in one repository, and asks where they point then."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from lazyoci import errors
from lazyoci.errors import Interrupted, LazyociError, RegistryError
from lazyoci.frozen import replace
from lazyoci.oci.descriptor import Descriptor
from lazyoci.oci.digest import short
from lazyoci.oci.reference import Reference, Repository
from lazyoci.registry.errors import TagImmutable
from lazyoci.registry.repository import RemoteRepository
from lazyoci.transfer import order
from lazyoci.transfer.compare import is_pending, skip_pending
from lazyoci.transfer.outcome import QUESTIONS_PER_JOB, Outcome, Wanted
from lazyoci.transfer.side_by_side import side_by_side
from lazyoci.transfer.uploads import How

# seconds to wait before each new look at a tag: GHCR shows a tag some time after accepting it (pithead#429)
_LAG = (0.2, 0.4, 0.8, 1.6, 3.2)


@dataclass(slots=True)
class Target:
    """The state of one artifact's push to one repository. Only its own thread writes it."""

    repository: Repository
    references: tuple[Reference, ...]
    outcomes: list[Outcome]  # one for each reference
    wanted: Wanted
    most_tags: int  # to read from the repository, to see if a newer version has come
    blobs: dict[str, How] = field(default_factory=dict)
    not_carried: list[str] = field(default_factory=list)  # what is about the artifact, but could not go along

    @property
    def pending(self) -> bool:
        """Whether a tag is still to be written."""
        return any(is_pending(outcome) for outcome in self.outcomes)

    @property
    def holds_it(self) -> bool:
        """Whether a tag there points to the artifact already, and nothing stands in the way."""
        return all(one.state == "unchanged" for one in self.outcomes)

    def stop(self, error: LazyociError | None) -> None:
        """Push no further tag; the outcome of the first one has the reason, if there is one."""
        at = next((i for i, outcome in enumerate(self.outcomes) if is_pending(outcome)), None)
        if at is not None and error is not None:
            self.outcomes[at] = replace(self.outcomes[at], state="failed", error=error)
        self.outcomes = skip_pending(self.outcomes)


class Tags:
    """The tags of a target. Errors are in its outcomes; only Interrupted is raised, before a step begins."""

    def __init__(
        self,
        target: Target,
        remote: RemoteRepository,
        put: Callable[[str, bool], None],
        cancelled: threading.Event,
        sleep: Callable[[float], object],
    ) -> None:
        """`put` writes the root under a tag, and is told whether that exists."""
        self._target = target
        self._remote = remote
        self._put = put
        self._cancelled = cancelled
        self._sleep = sleep

    def write(self) -> None:
        """Write all that are pending, step by step; after a step in which one failed, the rest is left."""
        pending = [at for at, outcome in enumerate(self._target.outcomes) if is_pending(outcome)]
        for step in order.tags([self._target.references[at].tag for at in pending]):
            positions = [pending[place] for place in step]
            self._stop_if_cancelled()
            for at, outcome in zip(positions, side_by_side(self._write, positions, QUESTIONS_PER_JOB), strict=True):
                self._target.outcomes[at] = outcome
            if any(self._target.outcomes[at].error is not None for at in positions):
                self._target.stop(None)
                return

    def verify(self) -> None:
        """Ask for all that were written; what points elsewhere has failed."""
        written = [at for at, one in enumerate(self._target.outcomes) if one.pushed and one.error is None]
        for at, problem in zip(written, side_by_side(self._problem, written, QUESTIONS_PER_JOB), strict=True):
            if problem is not None:
                self._target.outcomes[at] = replace(self._target.outcomes[at], state="failed", error=problem)

    def _write(self, at: int) -> Outcome:
        """PUT one tag: its outcome after that."""
        reference, outcome = self._target.references[at], self._target.outcomes[at]
        try:
            self._put(reference.tag, bool(outcome.previous_digest))
        except TagImmutable as error:
            return self._refused(reference, outcome, error)
        except Interrupted:
            doubt = f"{reference} was being written when the push was stopped: look where it points"
            return replace(outcome, state="failed", error=Interrupted(doubt))
        except Exception as error:  # noqa: BLE001 - a bug too: what became of the others is reported
            return replace(outcome, state="failed", error=errors.of(error))
        return replace(outcome, pushed=True)

    def _refused(self, reference: Reference, outcome: Outcome, error: TagImmutable) -> Outcome:
        """A tag was refused. It may be right: some registries refuse immutable tags even with the same digest."""
        try:
            now = self._remote.head_manifest(reference.tag, push=True)
        except RegistryError:
            now = None  # report the refusal, not this failure
        if now is not None and now.digest == outcome.digest:
            return replace(outcome, state="unchanged", previous_digest=now.digest)
        previous = now.digest if now is not None else outcome.previous_digest
        return replace(outcome, state="refused", error=error, previous_digest=previous)

    def _problem(self, at: int) -> LazyociError | None:
        """What is wrong with a tag that was written; after an interruption nobody knows, and it counts as written."""
        try:
            return self._look(self._target.references[at], self._target.outcomes[at].digest)
        except Interrupted:
            return None
        except Exception as error:  # noqa: BLE001 - after any error, even a bug, the result says that the tag was sent
            return errors.of(error)

    def _look(self, reference: Reference, digest: str) -> RegistryError | None:
        """Where a tag points now, if not to `digest`. Registries may show it late, so they are asked several times."""
        now: Descriptor | None = None
        for pause in (*_LAG, 0.0):
            now = self._remote.head_manifest(reference.tag, push=True)
            if now is not None and now.digest == digest:
                return None
            self._stop_if_cancelled()
            if pause:
                self._sleep(pause)
        fact = f"points to {short(now.digest)}" if now is not None else "does not exist"
        return RegistryError(
            f"{reference} was pushed as {short(digest)}, but {fact}",
            hint="Another push may have moved it: look at the tag, and push again if it is wrong.",
        )

    def _stop_if_cancelled(self) -> None:
        """Stop before the next step once the user has asked to."""
        if self._cancelled.is_set():
            raise Interrupted("stopped by the user")
