"""What became of every artifact of a run, and of every reference."""

from __future__ import annotations

from pathlib import Path

from lazyoci.diagnostic import Diagnostic
from lazyoci.errors import LazyociError
from lazyoci.frozen import frozen
from lazyoci.plan import NotNow
from lazyoci.transfer.outcome import Outcome


@frozen
class ReferenceResult:
    """One reference as it is shown, which while a value is missing is no `Reference`, and what became of it."""

    reference: str
    outcome: Outcome
    version_of: str = ""  # where the version is from that its tag names in whole, and which should not move


@frozen
class SetText:
    """What a build would set: `annotations`, `buildArgs` or `labels`, the key there, and what its template becomes."""

    where: str
    key: str
    text: str  # that it is not shown, if it is `hidden`
    hidden: bool


@frozen
class ArtifactResult:
    """What happened to one artifact. `errors` are all the reasons why it is not, or not wholly, published."""

    name: str
    type: str
    index: int  # its place in the file, from 0
    file: Path | None
    references: tuple[ReferenceResult, ...] = ()
    errors: tuple[LazyociError, ...] = ()
    findings: tuple[Diagnostic, ...] = ()  # the errors of the check, with their places
    not_now: tuple[NotNow, ...] = ()  # its tags that are not due
    due: bool = True  # whether any of its tags is
    digest: str = ""
    size: int = 0  # bytes of all its distinct content
    duration: float = 0.0  # seconds spent building
    platforms: tuple[str, ...] = ()
    texts: tuple[SetText, ...] = ()  # of a dry run: annotations, build arguments and labels that are templates
    new_blobs: int = 0
    all_blobs: int = 0
    sent: int = 0  # bytes uploaded in this run

    @property
    def failed(self) -> bool:
        """Whether anything of it went wrong."""
        return bool(self.errors) or any(one.outcome.error is not None for one in self.references)

    @property
    def published(self) -> bool:
        """Whether anything of it is where it should be."""
        return any(one.outcome.published for one in self.references)
