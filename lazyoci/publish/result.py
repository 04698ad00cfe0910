"""The results of a run: for every artifact, and for every reference."""

from __future__ import annotations

from pathlib import Path

from lazyoci.diagnostic import Diagnostic
from lazyoci.errors import LazyociError
from lazyoci.frozen import frozen
from lazyoci.plan import NotNow
from lazyoci.transfer.outcome import Outcome


@frozen
class ReferenceResult:
    """The result for one reference, as text: with a missing value it cannot be a `Reference`."""

    reference: str
    outcome: Outcome
    version_of: str = ""  # the source of the full version in its tag, which should not move; else empty


@frozen
class SetText:
    """A text that a build would set: in `annotations`, `buildArgs` or `labels`, its key, and the rendered text."""

    where: str
    key: str
    text: str  # if `hidden`, a note that it is not shown
    hidden: bool


@frozen
class ArtifactResult:
    """The result for one artifact. `errors` are all the reasons why it is not, or not completely, published."""

    name: str
    type: str
    index: int  # its place in the file, from 0
    file: Path | None
    references: tuple[ReferenceResult, ...] = ()
    errors: tuple[LazyociError, ...] = ()
    findings: tuple[Diagnostic, ...] = ()  # the errors of the check, with their places
    not_now: tuple[NotNow, ...] = ()  # its tags that are not due
    due: bool = True  # whether any of its tags is due
    digest: str = ""
    size: int = 0  # bytes of all its distinct content
    duration: float = 0.0  # seconds spent building
    platforms: tuple[str, ...] = ()
    texts: tuple[SetText, ...] = ()  # in a dry run: annotations, build arguments and labels that are templates
    new_blobs: int = 0
    all_blobs: int = 0
    sent: int = 0  # bytes uploaded in this run
    referrers: int = 0  # signatures, attestations and the like that went along
    not_carried: tuple[str, ...] = ()  # what could not go along, and why

    @property
    def failed(self) -> bool:
        """Whether anything failed."""
        return bool(self.errors) or any(one.outcome.error is not None for one in self.references)

    @property
    def published(self) -> bool:
        """Whether any reference points where it should."""
        return any(one.outcome.published for one in self.references)
