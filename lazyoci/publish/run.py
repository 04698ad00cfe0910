"""Runs `lazyoci build`, without printing anything.

collect → preflight → build → compare, or push and verify. Each step takes jobs and returns new ones. After a failure
before the first upload nothing is pushed anywhere, and all errors are kept; with `keep_going`, all that has no errors
is published.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING

from lazyoci import errors, scratch
from lazyoci.check import Checked
from lazyoci.progress import Progress
from lazyoci.publish.collect import collect, look
from lazyoci.publish.job import Jobs, explain, give_up, halt
from lazyoci.publish.options import Options
from lazyoci.publish.result import ArtifactResult

if TYPE_CHECKING:
    from lazyoci.registry.client import Client


def publish(
    files: Sequence[Checked],
    options: Options,
    connect: Callable[[], Client],
    events: Progress,
    cancelled: threading.Event,
) -> list[ArtifactResult]:
    """Do the whole run; returns the results of all artifacts, in the order of the files.

    `connect` is only called if a registry must be asked. Raises UsageError when `options.artifacts` match nothing;
    errors of an artifact or a registry are in the results.
    """
    jobs = halt(look(collect(files, options), options), options)
    if not any(job.ready for job in jobs) or (options.dry_run and not options.ask):
        return _results(jobs)
    if not options.dry_run and not options.push:
        return _results(_last(jobs, _build_only(jobs, options, events, cancelled)))
    return _results(_last(jobs, _push(jobs, options, _connected(jobs, connect), events, cancelled)))


def publish_content(
    jobs: Jobs,
    options: Options,
    connect: Callable[[], Client],
    events: Progress,
    cancelled: threading.Event,
    *,
    keep_open: bool = False,
) -> list[ArtifactResult]:
    """As `publish`, for jobs that have their content already; with `keep_open`, the client is not closed."""
    jobs = halt(jobs, options)
    if not any(job.ready for job in jobs) or (options.dry_run and not options.ask):
        return _results(jobs)
    client = _connected(jobs, connect)
    return _results(_last(jobs, _push(jobs, options, client, events, cancelled, is_built=True, keep_open=keep_open)))


def _connected(jobs: Jobs, connect: Callable[[], Client]) -> Client:
    """The client, whose import takes a while: so what its first request needs is prepared beside it."""
    from lazyoci.registry.http import tls

    tls.prepare(one.repository.host for job in jobs if job.ready for one in job.references)
    return connect()


def refused(checked: Checked, options: Options) -> list[ArtifactResult]:
    """The artifacts of a file that a build would not publish, as it refuses them, or another, before it builds."""
    return [one for one in _results(halt(look(collect([checked], options), options), options)) if one.failed]


def _results(jobs: Jobs) -> list[ArtifactResult]:
    return [job.result for job in jobs]


def _last(jobs: Jobs, steps: Iterator[Jobs]) -> Jobs:
    """The jobs of the last step. An error that ends the work early, even a bug, becomes part of the results so far."""
    try:
        for after in steps:
            jobs = after
    except Exception as error:  # noqa: BLE001  # what was published is told whatever happens after it
        return give_up(jobs, errors.of(error))
    return jobs


def _build_only(jobs: Jobs, options: Options, events: Progress, cancelled: threading.Event) -> Iterator[Jobs]:
    """Build everything, and write the layout or bundle if one is wanted; yields the jobs after each step."""
    from lazyoci.publish import bundling, steps

    if options.bundle is not None:
        bundling.check(jobs, options.bundle, options)
    with scratch.directory() as place:
        yield (jobs := halt(steps.build_all(jobs, options, place, events, cancelled), options))
        yield (jobs := halt(steps.write_layout(jobs, options), options))
        if options.bundle is not None:
            yield (jobs := bundling.write(jobs, options, options.bundle, events, cancelled))
    yield tuple([job.in_state("built") if job.built is not None and job.ready else job for job in jobs])


def _push(
    jobs: Jobs,
    options: Options,
    client: Client,
    events: Progress,
    cancelled: threading.Event,
    *,
    is_built: bool = False,
    keep_open: bool = False,
) -> Iterator[Jobs]:
    """Ask every registry, build, and push, or in a dry run compare; yields the jobs after each step."""
    from lazyoci.publish import copies, steps

    with nullcontext() if keep_open else client:
        answers = steps.ask(jobs, options, client, cancelled)
        jobs = steps.refuse(jobs, answers, keep_going=options.keep_going)
        yield (jobs := halt(copies.find_sources(jobs, options, client), options))
        with scratch.directory() as place:
            if not is_built:
                yield (jobs := halt(steps.build_all(jobs, options, place, events, cancelled), options))
            answers = steps.with_tag_lists(jobs, answers, options, client, cancelled)
            if options.dry_run:
                yield steps.compare_all(jobs, answers, options)
                return
            yield (jobs := halt(steps.write_layout(jobs, options), options))
            yield (jobs := halt(copies.refuse_moved(jobs, client), options))
            yield (jobs := steps.push_all(jobs, answers, options, client, events, cancelled))
        yield explain(jobs, interrupted=cancelled.is_set())
