"""From checked files to verified pushes: the steps of `lazyoci build`, without any output of its own.

check → select → preflight → build → compare → push → verify. A failure before the first upload means that nothing is
pushed anywhere, and every reason is kept; with `keep_going` what can be published is.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from lazyoci.check import Checked
from lazyoci.diagnostic import Diagnostic, Severity
from lazyoci.errors import LazyociError, UsageError
from lazyoci.oci.reference import Reference
from lazyoci.plan import PlannedArtifact, select

if TYPE_CHECKING:
    from lazyoci.layout.store import Built
    from lazyoci.push import Outcome, Preflight
    from lazyoci.registry.client import Client

# types whose build needs no builder and costs little, so that a dry run can tell their digests
CHEAP_TYPES = frozenset({"artifact", "helm"})


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for; see `lazyoci build --help`."""

    artifacts: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    push: bool = True
    dry_run: bool = False
    ask: bool = False  # with dry_run: ask the registries what each reference would do
    keep_going: bool = False
    no_clobber: bool = False
    layout: Path | None = None
    jobs: int = 4
    builder: str = ""
    engine: str = "auto"
    epoch: int | None = None  # SOURCE_DATE_EPOCH, seconds


@dataclass(slots=True)
class TargetResult:
    """What happened to one reference. `state` is one of the words of `cli.md`; `pushed`: sent in this very run."""

    reference: str
    state: str
    digest: str = ""
    previous_digest: str = ""
    pushed: bool = False
    error: LazyociError | None = None


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
    new_blobs: int = 0
    all_blobs: int = 0
    sent: int = 0  # bytes uploaded in this run

    @property
    def failed(self) -> bool:
        """Whether anything of it went wrong."""
        return bool(self.errors) or any(target.error is not None for target in self.targets)


class Events(Protocol):
    """Told what goes on, from several threads: draws progress, or is silent."""

    def started(self, name: str, what: str) -> None:
        """`name` is now being built or pushed (`what`)."""
        ...

    def output(self, name: str, line: str) -> None:
        """A builder of `name` said something."""
        ...

    def total(self, name: str, size: int) -> None:
        """So many bytes of `name` may have to be sent."""
        ...

    def sent(self, name: str, count: int) -> None:
        """So many bytes of `name` were sent, or need not be; negative when an upload starts again."""
        ...

    def finished(self, name: str) -> None:
        """`name` is done, well or not."""
        ...


class _Job:
    """One artifact on its way through the steps."""

    def __init__(self, checked: Checked, planned: PlannedArtifact | None, result: ArtifactResult) -> None:
        self.checked = checked
        self.planned = planned
        self.result = result
        self.references: list[Reference] = []
        self.built: Built | None = None

    @property
    def ready(self) -> bool:
        return not self.result.errors


def publish(
    files: Sequence[Checked],
    options: Options,
    connect: Callable[[], Client],
    events: Events,
    cancelled: threading.Event,
) -> list[ArtifactResult]:
    """Do all of it, and tell what became of every artifact, in the order of the files.

    `connect` is called only when a registry is to be asked. Raises UsageError when `options.artifacts` match nothing;
    whatever goes wrong with an artifact or a registry is in the results.
    """
    jobs = _jobs(files, options)
    results = [job.result for job in jobs]
    _find_collisions(jobs)
    if _stop(jobs, options) or not jobs:
        return results
    if options.dry_run and not options.ask:
        return results
    if options.dry_run or options.push:
        with connect() as client:
            _with_registries(jobs, options, client, events, cancelled)
    else:
        with tempfile.TemporaryDirectory(prefix="lazyoci-", ignore_cleanup_errors=True) as scratch:
            _build(jobs, options, Path(scratch), events, cancelled)
            if not _stop(jobs, options):
                _write_layout(jobs, options)
            _settle_built(jobs)
    return results


def _jobs(files: Sequence[Checked], options: Options) -> list[_Job]:
    jobs: list[_Job] = []
    unmatched: UsageError | None = None
    matched = False
    for checked in files:
        if checked.config is None or checked.plan is None:
            result = ArtifactResult(checked.source.name, "", 0, checked.source.path)
            result.findings = [one for one in checked.diagnostics if one.severity is Severity.ERROR]
            result.errors = [_as_error(checked, one) for one in result.findings]
            jobs.append(_Job(checked, None, result))
            matched = True
            continue
        try:
            chosen = select(checked.config, options.artifacts)
        except UsageError as error:  # with several files, another one may have it
            unmatched = error
            continue
        matched = True
        jobs.extend(_job(checked, checked.plan.artifacts[index], options) for index in chosen)
        _blame(checked, jobs)
    if not matched and unmatched is not None:
        raise unmatched
    return jobs


def _job(checked: Checked, planned: PlannedArtifact, options: Options) -> _Job:
    artifact = planned.artifact
    state = "planned" if options.dry_run else "skipped"
    targets = [TargetResult(reference.text, state) for reference in planned.references]
    job = _Job(
        checked, planned, ArtifactResult(artifact.label, artifact.type, artifact.index, checked.source.path, targets)
    )
    seen: dict[Reference, None] = {}
    for target in planned.targets:
        seen |= dict.fromkeys(target.pushed)
    job.references = list(seen)
    return job


def _blame(checked: Checked, jobs: Iterable[_Job]) -> None:
    """Give every error of the check to the artifact in which it lies; one that lies in none stops them all."""
    mine = [job for job in jobs if job.checked is checked and job.planned is not None]
    assert checked.config is not None
    whole = {artifact.index: (artifact.node.start, artifact.node.end) for artifact in checked.config.artifacts}
    for one in checked.diagnostics:
        if one.severity is not Severity.ERROR:
            continue
        owners = {index for index, (start, end) in whole.items() if start <= one.span.start < max(end, start + 1)}
        for job in mine:
            if not owners or job.result.index in owners:
                job.result.findings.append(one)
                job.result.errors.append(_as_error(checked, one))


def _as_error(checked: Checked, one: Diagnostic) -> LazyociError:
    place = checked.source.position(one.span.start)
    return LazyociError(f"{checked.source.name}:{place.line + 1}:{place.column + 1}: {one.message} [{one.code}]")


def _find_collisions(jobs: Sequence[_Job]) -> None:
    """Between files; within one file the check has found them."""
    seen: dict[Reference, _Job] = {}
    for job in jobs:
        for reference in job.references:
            first = seen.setdefault(reference, job)
            if first.checked is not job.checked:
                job.result.errors.append(
                    LazyociError(
                        f"{reference} is also pushed by {first.result.name} of {first.checked.source.name}; "
                        "the later push would win"
                    )
                )


def _stop(jobs: Sequence[_Job], options: Options) -> bool:
    """Whether nothing more may happen. Then everything that was not at fault says why it was not attempted."""
    failed = [job.result.name for job in jobs if job.result.failed]
    if not failed or (options.keep_going and any(job.ready for job in jobs)):
        return False
    why = f"not attempted, because {failed[0]} failed" + (f" and {len(failed) - 1} more" if len(failed) > 1 else "")
    for job in jobs:
        if not job.result.failed:
            job.result.errors.append(LazyociError(why))
        for target in job.result.targets:
            if target.state in ("planned", "skipped", "built"):
                target.state = "skipped"
    return True


def _with_registries(
    jobs: list[_Job], options: Options, client: Client, events: Events, cancelled: threading.Event
) -> None:
    from lazyoci import push

    wanted = [
        push.Wanted(job.result.name, number, tuple(job.references)) for number, job in enumerate(jobs) if job.ready
    ]
    preflight = push.preflight(wanted, client, jobs=options.jobs, cancelled=cancelled)
    _spread_preflight(jobs, preflight, keep_going=options.keep_going)
    if _stop(jobs, options):
        return
    with tempfile.TemporaryDirectory(prefix="lazyoci-", ignore_cleanup_errors=True) as scratch:
        _build(jobs, options, Path(scratch), events, cancelled)
        if _stop(jobs, options):
            return
        if options.dry_run:
            for number, job in enumerate(jobs):
                if job.ready:
                    asked = push.Wanted(job.result.name, number, tuple(job.references))
                    _spread(job, push.compare(asked, job.built, preflight, no_clobber=options.no_clobber))
            return
        _write_layout(jobs, options)
        items = [
            push.Item(push.Wanted(job.result.name, number, tuple(job.references)), job.built)
            for number, job in enumerate(jobs)
            if job.ready and job.built is not None
        ]
        done = push.push(
            items,
            preflight,
            client,
            jobs=options.jobs,
            no_clobber=options.no_clobber,
            keep_going=options.keep_going,
            progress=events,
            cancelled=cancelled,
        )
    for pushed in done:
        job = jobs[pushed.wanted.index]
        job.result.new_blobs, job.result.all_blobs = pushed.new_blobs, pushed.all_blobs
        job.result.sent = pushed.bytes_sent
        _spread(job, pushed.outcomes)


def _spread_preflight(jobs: list[_Job], preflight: Preflight, *, keep_going: bool) -> None:
    """Tell each reference why it cannot be pushed; to keep going, an artifact needs one that can."""
    for job in jobs:
        known = [preflight.found[reference] for reference in job.references if reference in preflight.found]
        goes_on = keep_going and any(found.error is None for found in known)
        for reference in job.references:
            found = preflight.found.get(reference)
            if found is None or found.error is None:
                continue
            for target in job.result.targets:
                if target.reference == str(reference):
                    target.state, target.error = "failed", found.error
            if not goes_on and found.error not in job.result.errors:
                job.result.errors.append(found.error)


def _spread(job: _Job, outcomes: Iterable[Outcome]) -> None:
    by_text = {str(outcome.reference): outcome for outcome in outcomes}
    for target in job.result.targets:
        outcome = by_text.get(target.reference)
        if outcome is None:
            continue
        target.state = outcome.state
        target.digest = outcome.digest
        target.previous_digest = outcome.previous_digest
        target.pushed = outcome.pushed
        target.error = outcome.error
        if outcome.error is not None and not any(str(one) == str(outcome.error) for one in job.result.errors):
            job.result.errors.append(outcome.error)


def _build(jobs: list[_Job], options: Options, scratch: Path, events: Events, cancelled: threading.Event) -> None:
    """Build every artifact that is ready; with a dry run only those that cost little."""
    todo = [job for job in jobs if job.ready and (not options.dry_run or job.result.type in CHEAP_TYPES)]
    with ThreadPoolExecutor(max_workers=max(1, min(options.jobs, len(todo) or 1)), thread_name_prefix="build") as pool:
        running = [
            pool.submit(_build_one, job, options, scratch / str(number), events, cancelled)
            for number, job in enumerate(todo)
        ]
    for future in running:
        future.result()  # a bug in a builder is not an artifact's failure: let it surface


def _build_one(job: _Job, options: Options, scratch: Path, events: Events, cancelled: threading.Event) -> None:
    from lazyoci import build

    assert job.planned is not None
    result = job.result
    began = time.monotonic()
    events.started(result.name, "building")
    scratch.mkdir()
    context = build.Context(
        directory=job.checked.directory,
        epoch=options.epoch,
        scratch=scratch,
        on_output=lambda line: events.output(result.name, line),
        cancelled=cancelled,
        annotations={key: one.text for key, one in job.planned.resolved.annotations.items()},
        platforms=options.platforms,
        builder=options.builder,
        engine=options.engine,
    )
    try:
        job.built = build.build(job.planned.artifact, context)
    except LazyociError as error:
        result.errors.append(error)
        return
    finally:
        result.duration = time.monotonic() - began
        events.finished(result.name)
    result.digest, result.size = job.built.root.digest, job.built.size
    result.platforms = tuple(str(platform) for platform in job.built.platforms)
    for target in result.targets:
        target.digest = result.digest


def _settle_built(jobs: list[_Job]) -> None:
    for job in jobs:
        if job.built is not None and job.ready:
            for target in job.result.targets:
                target.state = "built"


def _write_layout(jobs: list[_Job], options: Options) -> None:
    if options.layout is None:
        return
    from lazyoci.layout.write import write

    for job in jobs:
        if job.built is not None and job.ready:
            write(job.built, options.layout, [str(reference) for reference in job.references])
