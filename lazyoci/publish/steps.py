"""Build, ask, push: the steps of a run that need more than the file. Imported only when there is something to do."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lazyoci import build, errors, scratch
from lazyoci.errors import LazyociError
from lazyoci.layout.write import write
from lazyoci.progress import Progress
from lazyoci.publish.collect import Job, explain, stop
from lazyoci.publish.result import Options
from lazyoci.registry.client import Client
from lazyoci.transfer.compare import compare
from lazyoci.transfer.outcome import Item, Outcome, Preflight, Wanted
from lazyoci.transfer.preflight import preflight as ask
from lazyoci.transfer.push import push


def build_only(jobs: list[Job], options: Options, events: Progress, cancelled: threading.Event) -> None:
    """Build everything, write the layout if one is wanted, and push nothing."""
    with scratch.directory() as place:
        _build(jobs, options, place, events, cancelled)
        if not stop(jobs, options):
            _write_layout(jobs, options)
            stop(jobs, options)
    for job in jobs:
        if job.built is not None and job.ready:
            for target in job.result.targets:
                target.state = "built"


def push_all(jobs: list[Job], options: Options, client: Client, events: Progress, cancelled: threading.Event) -> None:
    """Ask every registry, build, and push; or, with a dry run, only tell what a push would do."""
    wanted = [Wanted(job.result.name, number, tuple(job.references)) for number, job in enumerate(jobs) if job.ready]
    preflight = ask(wanted, client, jobs=options.jobs, cancelled=cancelled)
    _spread_preflight(jobs, preflight, keep_going=options.keep_going)
    if stop(jobs, options):
        return
    with scratch.directory() as place:
        _build(jobs, options, place, events, cancelled)
        if stop(jobs, options):
            return
        if options.dry_run:
            for number, job in enumerate(jobs):
                if job.ready:
                    asked = Wanted(job.result.name, number, tuple(job.references))
                    _spread(job, compare(asked, job.built, preflight, no_clobber=options.no_clobber))
            return
        _write_layout(jobs, options)
        if stop(jobs, options):
            return
        items = [
            Item(Wanted(job.result.name, number, tuple(job.references)), job.built)
            for number, job in enumerate(jobs)
            if job.ready and job.built is not None
        ]
        done = push(
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
        if pushed.error is not None and pushed.error not in job.result.errors:
            job.result.errors.append(pushed.error)
    explain(jobs, interrupted=cancelled.is_set())


def _spread_preflight(jobs: list[Job], preflight: Preflight, *, keep_going: bool) -> None:
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


def _spread(job: Job, outcomes: Iterable[Outcome]) -> None:
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


def _build(jobs: list[Job], options: Options, place: Path, events: Progress, cancelled: threading.Event) -> None:
    """Build every artifact that is ready; with a dry run only those that cost little."""
    todo = [job for job in jobs if job.ready and (not options.dry_run or job.result.type in build.CHEAP_TYPES)]
    with ThreadPoolExecutor(max_workers=max(1, min(options.jobs, len(todo) or 1)), thread_name_prefix="build") as pool:
        running = [
            pool.submit(_build_one, job, options, place / str(number), events, cancelled)
            for number, job in enumerate(todo)
        ]
    for job, future in zip(todo, running, strict=True):
        problem = future.exception()
        if problem is not None:  # a bug in a builder, which is reported as one, with all the rest
            job.result.errors.append(errors.of(problem))


def _build_one(job: Job, options: Options, place: Path, events: Progress, cancelled: threading.Event) -> None:
    assert job.planned is not None
    result = job.result
    began = time.monotonic()
    events.started(result.name, "building")
    place.mkdir()
    context = build.Context(
        directory=job.checked.directory,
        epoch=options.epoch,
        scratch=place,
        on_output=lambda line: events.output(result.name, line),
        cancelled=cancelled,
        annotations={key: one.text for key, one in job.planned.resolved.annotations.items()},
        platforms=options.platforms,
        builder=options.builder,
        engine=options.engine,
    )
    try:
        job.built = build.build(job.planned.resolved.rendered, context)
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


def _write_layout(jobs: list[Job], options: Options) -> None:
    if options.layout is None:
        return
    for job in jobs:
        if job.built is not None and job.ready:
            try:
                write(job.built, options.layout, [str(reference) for reference in job.references])
            except Exception as error:  # noqa: BLE001 - the others are written, and all are told of
                job.result.errors.append(errors.of(error))
