"""What is asked of a run of `lazyoci build`, what is told while it runs, and what became of every reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lazyoci.diagnostic import Diagnostic
from lazyoci.errors import LazyociError, UsageError
from lazyoci.frozen import frozen


@frozen
class Options:
    """What the user asked for; see `lazyoci build --help`."""

    artifacts: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    push: bool = True
    dry_run: bool = False
    allow_unresolved: bool = False  # with dry_run: what has no value yet stops nothing
    ask: bool = False  # with dry_run: ask the registries what each reference would do
    keep_going: bool = False
    no_clobber: bool = False
    layout: Path | None = None
    jobs: int = 4
    builder: str = ""
    engine: str = "auto"
    epoch: int | None = None  # SOURCE_DATE_EPOCH, seconds


def source_date_epoch(environ: Mapping[str, str]) -> int | None:
    """SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/), in seconds; raises UsageError."""
    given = environ.get("SOURCE_DATE_EPOCH", "")
    if not given:
        return None
    if not given.isascii() or not given.isdigit() or int(given) > 253402300799:  # 9999-12-31, as far as dates go
        raise UsageError(f"SOURCE_DATE_EPOCH is {given!r}; expected whole seconds since 1970")
    return int(given)


@dataclass(slots=True)
class TargetResult:
    """What happened to one reference. `state` is one of the words of `cli.md`; `pushed`: sent in this very run."""

    reference: str
    state: str
    digest: str = ""
    previous_digest: str = ""
    pushed: bool = False
    error: LazyociError | None = None

    @property
    def published(self) -> bool:
        """Whether it points where it should, by this run or one before."""
        return self.state == "unchanged" or (self.pushed and self.error is None)


@dataclass(slots=True)
class ArtifactResult:
    """What happened to one artifact. `errors` are all the reasons why it is not, or not wholly, published."""

    name: str
    type: str
    index: int
    file: Path | None
    targets: list[TargetResult] = field(default_factory=list)
    errors: list[LazyociError] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)  # the errors of the check, with their places
    digest: str = ""
    size: int = 0  # bytes of all its distinct content
    duration: float = 0.0  # seconds spent building
    platforms: tuple[str, ...] = ()
    engine: str = ""  # what built it, or would
    texts: tuple[str, ...] = ()  # of a dry run: annotations, build arguments and labels that are templates
    new_blobs: int = 0
    all_blobs: int = 0
    sent: int = 0  # bytes uploaded in this run

    @property
    def failed(self) -> bool:
        """Whether anything of it went wrong."""
        return bool(self.errors) or any(target.error is not None for target in self.targets)

    @property
    def published(self) -> bool:
        """Whether anything of it is where it should be."""
        return any(target.published for target in self.targets)
