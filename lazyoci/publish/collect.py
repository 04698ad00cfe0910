"""The artifacts of a run on their way through its steps; the errors of the check given to those at fault."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lazyoci.check import Checked
from lazyoci.config.load import load
from lazyoci.diagnostic import Diagnostic, Severity
from lazyoci.errors import LazyociError, UsageError
from lazyoci.frozen import replace
from lazyoci.oci.reference import Reference
from lazyoci.plan import PlannedArtifact, select
from lazyoci.publish.result import ArtifactResult, Options, TargetResult
from lazyoci.resolve import Resolution
from lazyoci.rules.shared.rendered_texts import templated

if TYPE_CHECKING:
    from lazyoci.layout.store import Built


class Job:
    """One artifact on its way through the steps."""

    def __init__(self, checked: Checked, planned: PlannedArtifact | None, result: ArtifactResult) -> None:
        self.checked = checked
        self.planned = planned
        self.result = result
        self.references: list[Reference] = []
        self.built: Built | None = None

    @property
    def ready(self) -> bool:
        """Whether nothing is wrong with it so far."""
        return not self.result.errors


def collect(files: Sequence[Checked], options: Options) -> list[Job]:
    """A job for every artifact that is wanted, in the order of the files. Raises UsageError when none matches."""
    jobs: list[Job] = []
    unmatched: UsageError | None = None
    matched = False
    for checked in files:
        if checked.config is None or checked.plan is None:
            result = ArtifactResult(checked.source.name, "", 0, checked.source.path)
            result.findings = [one for one in checked.diagnostics if checked.fails(one)]
            result.errors = [_as_error(checked, one) for one in result.findings or _unread(checked)]
            jobs.append(Job(checked, None, result))
            matched = True
            continue
        try:
            chosen = select(checked.config, options.artifacts)
        except UsageError as error:  # with several files, another one may have it
            unmatched = error
            continue
        matched = True
        mine = [_job(checked, checked.plan.artifacts[index], options) for index in chosen]
        _blame(checked, mine)
        for job in mine:
            if job.ready:  # else it has been told why
                job.result.errors += _unpublishable(job, options)
        jobs += mine
    if not matched and unmatched is not None:
        raise unmatched
    return jobs


def _unread(checked: Checked) -> Iterator[Diagnostic]:
    """Why a file does not decode, where a comment or the project's settings silence that: it is no less empty."""
    yield from (one for one in load(checked.source).diagnostics if one.severity is Severity.ERROR)


def _job(checked: Checked, planned: PlannedArtifact, options: Options) -> Job:
    artifact = planned.artifact
    state = "planned" if options.dry_run else "skipped"
    targets = [TargetResult(reference.text, state) for reference in planned.references]
    job = Job(
        checked, planned, ArtifactResult(artifact.label, artifact.type, artifact.index, checked.source.path, targets)
    )
    if options.dry_run:
        shown = templated(planned.resolved)
        job.result.texts = tuple([f"{one.where} {one.key}={one.text}" for one in shown if one.resolution.error is None])
    seen: dict[Reference, None] = {}
    for target in planned.targets:
        seen |= dict.fromkeys(target.pushed)
    job.references = list(seen)
    return job


def _unpublishable(job: Job, options: Options) -> Iterator[LazyociError]:
    """What cannot be published whatever the project's settings or a comment silence: there is nothing to push it to."""
    assert job.planned is not None
    told: set[str] = set()
    for code, resolution, message in _flaws(job.planned, options):
        if message not in told:
            told.add(message)
            span = resolution.source.node.span
            yield _as_error(job.checked, Diagnostic(code, Severity.ERROR, message, span))


def _flaws(planned: PlannedArtifact, options: Options) -> Iterator[tuple[str, Resolution, str]]:
    for resolution in planned.resolved.resolutions:
        if resolution.error is not None:
            yield "template-syntax", resolution, resolution.error.message
        elif not options.allow_unresolved:
            for value in resolution.unknown:
                yield "unresolved-variable", resolution, f".{value.name} has no value: {value.source}"
    for target in planned.targets:
        if target.problem is not None:
            yield "invalid-registry", target.resolved.registry, target.problem.message
        for reference in target.references:
            if reference.problem is not None:
                yield "invalid-tag", reference.tag, reference.problem.message


def look(jobs: Sequence[Job], options: Options) -> None:
    """Find what a build would refuse, before anything is built or asked: in a dry run as in every other."""
    from lazyoci import build

    for job in jobs:
        if job.ready and job.planned is not None:
            context = build.Context(job.checked.directory, Path(), platforms=options.platforms)
            try:
                build.look(job.planned.artifact, context)
            except LazyociError as error:
                job.result.errors.append(error)


def about(checked: Checked, wanted: tuple[str, ...]) -> Checked:
    """The same with the findings of what is built alone: `wanted` artifacts, as `--artifact` names them."""
    if checked.config is None or not wanted:
        return checked
    try:
        chosen = select(checked.config, wanted)
    except UsageError:
        return checked  # the run itself says so
    others = [(one.node.start, one.node.end) for one in checked.config.artifacts if one.index not in chosen]
    kept = [one for one in checked.diagnostics if not any(start <= one.span.start < end for start, end in others)]
    return replace(checked, diagnostics=tuple(kept))


def _blame(checked: Checked, mine: Sequence[Job]) -> None:
    """Give every error of the check to the artifact in which it lies; one that lies in none stops them all."""
    assert checked.config is not None
    whole = {artifact.index: (artifact.node.start, artifact.node.end) for artifact in checked.config.artifacts}
    for one in checked.diagnostics:
        if not checked.fails(one):
            continue
        owners = {index for index, (start, end) in whole.items() if start <= one.span.start < max(end, start + 1)}
        for job in mine:
            if not owners or job.result.index in owners:
                job.result.findings.append(one)
                job.result.errors.append(_as_error(checked, one))


def _as_error(checked: Checked, one: Diagnostic) -> LazyociError:
    place = checked.source.position(one.span.start)
    return LazyociError(f"{checked.source.name}:{place.line + 1}:{place.column + 1}: {one.message} [{one.code}]")


def stop(jobs: Sequence[Job], options: Options) -> bool:
    """Whether nothing more may happen. Then everything that was not at fault says why it was not attempted."""
    failed = [job.result.name for job in jobs if job.result.failed]
    if not failed or (options.keep_going and any(job.ready for job in jobs)):
        return False
    why = f"not attempted, because {_others(failed)}"
    for job in jobs:
        if not job.result.failed:
            job.result.errors.append(LazyociError(why))
        for target in job.result.targets:
            if target.state in ("planned", "skipped", "built"):
                target.state = "skipped"
    return True


def explain(jobs: Sequence[Job], *, interrupted: bool) -> None:
    """Say why nothing more was attempted of an artifact that is itself without fault: another one was, or the user."""
    failed = [job.result.name for job in jobs if job.result.failed]
    why = "the run was interrupted" if interrupted or not failed else _others(failed)
    for job in jobs:
        result = job.result
        if not result.failed and any(target.state == "skipped" for target in result.targets):
            result.errors.append(LazyociError(f"not {'wholly ' * result.published}attempted, because {why}"))


def _others(failed: Sequence[str]) -> str:
    return f"{failed[0]} failed" + (f" and {len(failed) - 1} more" if len(failed) > 1 else "")


def give_up(jobs: Sequence[Job], error: LazyociError) -> None:
    """What ended the run stands with the first artifact that was not published before, and the others refer to it."""
    waiting = [job for job in jobs if not job.result.failed and not job.result.published]
    for job in waiting:
        for target in job.result.targets:
            target.state = "skipped"
    (waiting or jobs)[0].result.errors.append(error)
    explain(jobs, interrupted=False)
