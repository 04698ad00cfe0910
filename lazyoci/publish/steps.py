"""The steps of a run that need more than the file: ask, build, write, compare, push. Imported only if one is needed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from lazyoci import build, errors
from lazyoci.config.model import Artifact, ImageArtifact, Text
from lazyoci.errors import LazyociError
from lazyoci.frozen import replace
from lazyoci.layout.store import Built
from lazyoci.layout.write import write
from lazyoci.progress import Progress
from lazyoci.publish.job import Job, Jobs
from lazyoci.publish.options import Options
from lazyoci.publish.parts import is_part
from lazyoci.registry.client import Client
from lazyoci.resolve import ResolvedArtifact
from lazyoci.transfer import tag_lists as lists
from lazyoci.transfer.compare import compare
from lazyoci.transfer.outcome import Delivery, Outcome, Preflight
from lazyoci.transfer.preflight import preflight
from lazyoci.transfer.push import push


def ask(jobs: Jobs, options: Options, client: Client, cancelled: threading.Event) -> Preflight:
    """The answers of the registries about every reference that is to be pushed."""
    return preflight([job.wanted for job in jobs if job.ready], client, jobs=options.jobs, cancelled=cancelled)


def refuse(jobs: Jobs, answers: Preflight, *, keep_going: bool) -> Jobs:
    """Add to each reference why it cannot be pushed. With `keep_going`, an artifact needs one that can be."""
    return tuple([_with_refusals(job, answers, keep_going) for job in jobs])


def _with_refusals(job: Job, answers: Preflight, keep_going: bool) -> Job:
    known = [answers.found[reference] for reference in job.references if reference in answers.found]
    failed = {str(one.reference): Outcome("failed", error=one.error) for one in known if one.error is not None}
    goes_on = keep_going and len(failed) < len(known)
    reasons = [one.error for one in known if one.error is not None and not goes_on]
    told = [error for error in dict.fromkeys(reasons) if error not in job.result.errors]
    return _with_outcomes(job, failed).failing(*told)


def with_tag_lists(
    jobs: Jobs, answers: Preflight, options: Options, client: Client, cancelled: threading.Event
) -> Preflight:
    """The registries' answers, with the tags of repositories where a tag may only move forward."""
    items = [(job.wanted, job.built) for job in jobs if job.ready]
    return lists.with_tag_lists(items, answers, client, jobs=options.jobs, most=options.max_tags, cancelled=cancelled)


def compare_all(jobs: Jobs, answers: Preflight, options: Options) -> Jobs:
    """The jobs with what a push would do to each reference."""
    return tuple([_compared(job, answers, options) if job.ready else job for job in jobs])


def _compared(job: Job, answers: Preflight, options: Options) -> Job:
    return _with_results(job, compare(job.wanted, job.built, answers, no_clobber=options.no_clobber))


def push_all(
    jobs: Jobs, answers: Preflight, options: Options, client: Client, events: Progress, cancelled: threading.Event
) -> Jobs:
    """Push every artifact that is ready and was built."""
    ready = [(number, job) for number, job in enumerate(jobs) if job.ready]
    items = {
        number: Delivery(job.wanted, job.built, job.lies_in, job.companions)
        for number, job in ready
        if job.built is not None
    }
    done = push(
        list(items.values()),
        answers,
        client,
        jobs=options.jobs,
        no_clobber=options.no_clobber,
        keep_going=options.keep_going,
        progress=events,
        cancelled=cancelled,
    )
    after = dict(enumerate(jobs))
    for number, pushed in zip(items, done, strict=True):
        job = _with_results(after[number], pushed.outcomes)
        counted = replace(
            job.result,
            new_blobs=pushed.new_blobs,
            all_blobs=pushed.all_blobs,
            sent=pushed.bytes_sent,
            not_carried=(*job.result.not_carried, *pushed.not_carried),
        )
        also = [pushed.error] if pushed.error is not None and pushed.error not in counted.errors else []
        after[number] = replace(job, result=counted).failing(*also)
    return tuple(after.values())


def _with_results(job: Job, outcomes: Iterable[Outcome]) -> Job:
    """The job with the outcomes of `job.references`; each reason is in its errors once."""
    spread = _with_outcomes(job, dict(zip(map(str, job.references), outcomes, strict=True)))
    told = {error.message for error in job.result.errors}
    reasons: dict[str, LazyociError] = {}
    for one in spread.result.references:
        error = one.outcome.error
        if error is not None and error.message not in told:
            reasons.setdefault(error.message, error)
    return spread.failing(*reasons.values())


def _with_outcomes(job: Job, outcomes: Mapping[str, Outcome]) -> Job:
    """The same with other outcomes for some references."""
    references = [replace(one, outcome=outcomes.get(one.reference, one.outcome)) for one in job.result.references]
    return replace(job, result=replace(job.result, references=tuple(references)))


def build_all(jobs: Jobs, options: Options, place: Path, events: Progress, cancelled: threading.Event) -> Jobs:
    """Build every artifact that is ready, below `place`; in a dry run only those that are quick to build."""
    todo = [
        number
        for number, job in enumerate(jobs)
        if job.ready and job.built is None and (not options.dry_run or job.result.type in build.CHEAP_TYPES)
    ]
    with ThreadPoolExecutor(max_workers=max(1, min(options.jobs, len(todo))), thread_name_prefix="build") as pool:
        running = {
            number: pool.submit(_build_one, jobs[number], options, place / str(number), events, cancelled)
            for number in todo
        }
    return tuple([_done(job, running[number]) if number in running else job for number, job in enumerate(jobs)])


def _done(job: Job, future: Future[Job]) -> Job:
    """The job after its build; a bug in the build becomes an error in the results."""
    problem = future.exception()
    return future.result() if problem is None else job.failing(errors.of(problem))


def _build_one(job: Job, options: Options, place: Path, events: Progress, cancelled: threading.Event) -> Job:
    assert job.planned is not None and job.checked is not None
    name = job.result.name
    began = time.monotonic()
    events.started(name, "building")
    place.mkdir()
    resolved = job.planned.resolved
    known = metadata(resolved, options)
    context = build.Context(
        directory=job.checked.directory,
        epoch=options.epoch,
        scratch=place,
        on_output=lambda line: events.output(name, line),
        cancelled=cancelled,
        annotations={} if is_part(resolved.artifact, options) else annotations_of(resolved, known),
        platforms=options.platforms,
        builder=options.builder,
        engine=options.engine,
        layout=options.bundle or options.layout,
    )
    try:
        built: Built | LazyociError = build.build(_labelled(resolved.rendered, known), context)
    except LazyociError as error:
        built = error
    finally:
        events.finished(name)
    timed = replace(job, result=replace(job.result, duration=time.monotonic() - began))
    return timed.failing(built) if isinstance(built, LazyociError) else with_content(timed, built)


def annotations_of(resolved: ResolvedArtifact, known: Mapping[str, str]) -> dict[str, str]:
    """The annotations of the artifact's root: `known` ones, and those of the file, which win."""
    return {**known, **{key: one.text for key, one in resolved.annotations.items()}}


def metadata(resolved: ResolvedArtifact, options: Options) -> Mapping[str, str]:
    """The annotations of `metadata: auto`."""
    if resolved.artifact.metadata is None:
        return {}
    from lazyoci.values.metadata import automatic  # few files ask for it

    return automatic(resolved.artifact, resolved.values.base, options.epoch)


def _labelled(artifact: Artifact, known: Mapping[str, str]) -> Artifact:
    """The image with these annotations also as labels, except for labels that it has."""
    if not known or not isinstance(artifact, ImageArtifact) or artifact.metadata is None:
        return artifact
    node = artifact.metadata.node
    return replace(artifact, labels={**{key: Text(text, node) for key, text in known.items()}, **artifact.labels})


def with_content(job: Job, built: Built) -> Job:
    """The job with what was built, which all its references are to point to."""
    digest = built.root.digest
    result = replace(
        job.result,
        digest=digest,
        size=built.size,
        platforms=tuple(map(str, built.platforms)),
        references=tuple(replace(one, outcome=replace(one.outcome, digest=digest)) for one in job.result.references),
    )
    return replace(job, result=result, built=built)


def write_layout(jobs: Jobs, options: Options) -> Jobs:
    """Write what was built to `options.layout`, if that is wanted."""
    if options.layout is None:
        return jobs
    return tuple([_written(job, options.layout) if job.built is not None and job.ready else job for job in jobs])


def _written(job: Job, layout: Path) -> Job:
    assert job.built is not None
    try:
        write(job.built, layout, [str(reference) for reference in job.references])
    except Exception as error:  # noqa: BLE001 - the other artifacts are still written, and all are reported
        return job.failing(errors.of(error))
    return job
