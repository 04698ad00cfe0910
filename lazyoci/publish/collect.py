"""Collects the artifacts of a run, each with the check's errors about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lazyoci.check import Checked
from lazyoci.check.deciding import decides, deciding
from lazyoci.config.load import load
from lazyoci.config.model import ImageArtifact
from lazyoci.diagnostic import Diagnostic, Severity, Span, in_order
from lazyoci.errors import LazyociError, UsageError
from lazyoci.frozen import replace
from lazyoci.mask import masked
from lazyoci.plan import PlannedArtifact, PlannedReference, dormant, select
from lazyoci.publish.job import Job, Jobs
from lazyoci.publish.options import Options
from lazyoci.publish.result import ArtifactResult, ReferenceResult, SetText
from lazyoci.resolve import Resolution
from lazyoci.rules import BY_CODE
from lazyoci.rules.shared.rendered_texts import templated
from lazyoci.rules.shared.versions import version_source
from lazyoci.transfer.outcome import Outcome


def collect(files: Sequence[Checked], options: Options, *, content_is_built: bool = False) -> Jobs:
    """A job for every artifact that is wanted, in the order of the files. Raises UsageError when none matches.

    With `content_is_built`, only what references are made from must have a value.
    """
    jobs: list[Job] = []
    unmatched: UsageError | None = None
    for checked in files:
        if checked.config is None or checked.plan is None:
            jobs.append(_undecoded(checked))
            continue
        try:
            chosen = select(checked.config, options.artifacts)
        except UsageError as error:  # with several files, another file may have the artifact
            unmatched = error
            continue
        faults = _faults(about(checked, options.artifacts, building_all=not options.push))
        jobs += [
            _job(checked, checked.plan.artifacts[index], faults[index], options, content_is_built) for index in chosen
        ]
    if not jobs and unmatched is not None:
        raise unmatched
    return tuple(jobs)


def _undecoded(checked: Checked) -> Job:
    """The job for a file that does not decode, instead of its artifacts."""
    findings = tuple([one for one in checked.diagnostics if checked.fails(one)])
    errors = tuple([_as_error(checked, one) for one in findings or _unread(checked)])
    result = ArtifactResult(checked.source.name, "", 0, checked.source.path, errors=errors, findings=findings)
    return Job(checked, None, (), result)


def _unread(checked: Checked) -> Iterator[Diagnostic]:
    """Why a file does not decode, if a comment or the settings silence that: there is still nothing to build."""
    yield from (one for one in load(checked.source).diagnostics if one.severity is Severity.ERROR)


def _job(
    checked: Checked, planned: PlannedArtifact, faults: Sequence[Diagnostic], options: Options, is_built: bool
) -> Job:
    artifact = planned.artifact
    is_built = is_built and artifact.type != "copy"  # which has no content yet
    nothing = Outcome("planned" if options.dry_run else "skipped")
    errors = tuple([_as_error(checked, one) for one in faults])
    waits = options.push and not planned.resolved.due
    shown = _texts(planned, options) if options.dry_run and not waits and not is_built else ()
    result = ArtifactResult(
        artifact.label,
        artifact.type,
        artifact.index,
        checked.source.path,
        tuple([ReferenceResult(one.text, _before(one, nothing), _stays(one)) for one in planned.references]),
        errors or tuple(_unpublishable(checked, planned, options, is_built)),  # nothing is reported twice
        tuple(faults),
        planned.not_now,
        planned.resolved.due,
        texts=tuple(shown),
    )
    references = dict.fromkeys(reference for target in planned.targets for reference in target.pushed)
    return Job(checked, planned, tuple(references), result, waits=waits)


def _texts(planned: PlannedArtifact, options: Options) -> Iterator[SetText]:
    """The texts that a build would set: those that are templates, and what `metadata: auto` adds."""
    for one in templated(planned.resolved):
        if one.resolution.error is None:
            yield SetText(one.where, one.key, one.text, one.hidden)
    if planned.artifact.metadata is not None:
        from lazyoci.values.metadata import automatic  # few files ask for it

        for key, text in automatic(planned.artifact, planned.resolved.values.base, options.epoch).items():
            if key not in planned.artifact.annotations:
                yield SetText("annotations", key, masked(text), False)
            if isinstance(planned.artifact, ImageArtifact) and key not in planned.artifact.labels:
                yield SetText("labels", key, masked(text), False)


def _before(one: PlannedReference, nothing: Outcome) -> Outcome:
    """The outcome before any registry is asked; a tag that stays where it is needs no answer."""
    return Outcome("kept", reason=one.stays) if one.stays and nothing.state == "planned" else nothing


def _stays(one: PlannedReference) -> str:
    """The source of the full version in a tag, which is then not expected to move; empty for other tags."""
    return "" if one.moves == "always" else version_source(one.tag)


def _unpublishable(
    checked: Checked, planned: PlannedArtifact, options: Options, is_built: bool
) -> Iterator[LazyociError]:
    """Errors that stop publishing even if settings or a comment silence them, as there is no valid reference."""
    told: set[str] = set()
    for code, resolution, message in _flaws(planned, options, is_built):
        if message not in told:
            told.add(message)
            span = resolution.source.node.span
            yield _as_error(checked, Diagnostic(code, Severity.ERROR, message, span))


def _flaws(planned: PlannedArtifact, options: Options, is_built: bool) -> Iterator[tuple[str, Resolution, str]]:
    for tag in [tag for one in planned.resolved.targets for tag in one.tags if tag.undecided]:
        if options.push and not options.allow_unresolved:
            yield "unresolved-occasion", tag.text, tag.reason or "when it is due is not known"
    made_from = planned.resolved.resolutions if planned.resolved.due else planned.resolved.content
    if is_built:
        content = {id(one) for one in planned.resolved.content}
        made_from = [one for one in made_from if id(one) not in content]
    for resolution in made_from if planned.resolved.due or not options.push else ():
        if resolution.error is not None:
            yield "template-syntax", resolution, resolution.error.message
        elif not options.allow_unresolved:
            for value in resolution.unknown:
                yield "unresolved-variable", resolution, f".{value.name} has no value: {value.source}"
    for target in planned.targets:
        if target.problem is not None and target.references:
            yield "invalid-registry", target.resolved.registry, target.problem.message
        for reference in target.references:
            if reference.problem is not None:
                yield "invalid-tag", reference.tag, reference.problem.message


def look(jobs: Jobs, options: Options) -> Jobs:
    """Find what a build would refuse, before building and before asking registries; also in a dry run."""
    return tuple([_looked_at(job, options) for job in jobs])


def _looked_at(job: Job, options: Options) -> Job:
    from lazyoci import build

    if not job.ready or job.planned is None or job.checked is None:
        return job
    try:
        written = options.bundle or options.layout
        context = build.Context(job.checked.directory, Path(), platforms=options.platforms, layout=written)
        build.look(job.planned.artifact, context)
    except LazyociError as error:
        return job.failing(error)
    return job


def about(checked: Checked, wanted: tuple[str, ...], *, building_all: bool = False) -> Checked:
    """`checked` with only the findings about what is built: the artifacts `wanted`, as for `--artifact`, that are due.

    With `building_all` they are built even if they are not due.
    """
    if checked.config is None or checked.plan is None:
        return checked
    try:
        chosen = select(checked.config, wanted)
    except UsageError:
        return checked  # the run reports that itself
    diagnostics = checked.diagnostics
    if wanted and checked.world.tag:
        diagnostics = in_order([*diagnostics, *_of_tag(checked, chosen)])
    others = [one.node.span for one in checked.config.artifacts if one.index not in chosen]
    asleep = dormant(checked.plan, building_all=building_all)
    if not others and not asleep:
        return replace(checked, diagnostics=diagnostics)
    parts = list(deciding(checked))
    kept = [
        one for one in diagnostics if not _within(one, others) and (decides(one, parts) or not _within(one, asleep))
    ]
    return replace(checked, diagnostics=tuple(kept))


def _of_tag(checked: Checked, chosen: Sequence[int]) -> Iterator[Diagnostic]:
    """What is wrong with `--tag` for the chosen artifacts alone, unless the check has found it."""
    if checked.resolved is None:
        return
    from lazyoci.rules.checks.tag_makes_no_release import no_release
    from lazyoci.rules.checks.unused_tag import unused

    artifacts = [checked.resolved.artifacts[index] for index in chosen]
    for code, find in (("unused-tag", unused), ("tag-makes-no-release", no_release)):
        rule = BY_CODE[code]
        found = find(checked.world.tag, artifacts) if checked.selection.wants(rule) else None
        told = {one.span.start for one in checked.diagnostics if one.code == code}
        if found is not None and found.node.start not in told:
            severity = checked.selection.severity(rule, checked.world.face)
            yield Diagnostic(code, severity, found.message, found.node.span)


def _within(one: Diagnostic, spans: Sequence[Span]) -> bool:
    return any(start <= one.span.start < end for start, end in spans)


def _faults(checked: Checked) -> Mapping[int, Sequence[Diagnostic]]:
    """The check's errors by artifact; an error outside of all artifacts counts for each of them."""
    assert checked.config is not None
    whole = {artifact.index: (artifact.node.start, artifact.node.end) for artifact in checked.config.artifacts}
    found: dict[int, list[Diagnostic]] = {index: [] for index in whole}
    for one in checked.diagnostics:
        if checked.fails(one):
            owners = [index for index, (start, end) in whole.items() if start <= one.span.start < max(end, start + 1)]
            for index in owners or whole:
                found[index].append(one)
    return found


def _as_error(checked: Checked, one: Diagnostic) -> LazyociError:
    place = checked.source.position(one.span.start)
    return LazyociError(f"{checked.source.name}:{place.line + 1}:{place.column + 1}: {one.message} [{one.code}]")
