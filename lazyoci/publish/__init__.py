"""From checked files to verified pushes: the steps of `lazyoci build`, without any output of its own.

check → select → preflight → build → compare → push → verify. A failure before the first upload means that nothing is
pushed anywhere, and every reason is kept; with `keep_going` what can be published is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lazyoci import errors
from lazyoci.check import Checked
from lazyoci.progress import Progress
from lazyoci.publish.collect import Job, about, collect, give_up, look, stop
from lazyoci.publish.result import ArtifactResult, Options, TargetResult, source_date_epoch

if TYPE_CHECKING:
    from lazyoci.registry.client import Client

__all__ = ["ArtifactResult", "Options", "TargetResult", "about", "publish", "refused", "source_date_epoch"]


def publish(
    files: Sequence[Checked],
    options: Options,
    connect: Callable[[], Client],
    events: Progress,
    cancelled: threading.Event,
) -> list[ArtifactResult]:
    """Do all of it, and tell what became of every artifact, in the order of the files.

    `connect` is called only when a registry is to be asked. Raises UsageError when `options.artifacts` match nothing;
    whatever goes wrong with an artifact or a registry is in the results.
    """
    jobs = collect(files, options)
    results = [job.result for job in jobs]
    look(jobs, options)
    if stop(jobs, options) or not jobs:
        return results
    if options.dry_run and not options.ask:
        return results
    from lazyoci.publish import steps

    if options.dry_run or options.push:
        client = connect()
        with _guarded(jobs), client:
            steps.push_all(jobs, options, client, events, cancelled)
    else:
        with _guarded(jobs):
            steps.build_only(jobs, options, events, cancelled)
    return results


def refused(checked: Checked, options: Options) -> list[ArtifactResult]:
    """The artifacts of a file that a build would refuse before it builds or asks anything, each with the reasons."""
    jobs = collect([checked], options)
    look(jobs, options)
    return [job.result for job in jobs if job.result.failed]


@contextmanager
def _guarded(jobs: Sequence[Job]) -> Iterator[None]:
    """Whatever ends the work early, a bug too, becomes a result: what was published before it is told all the same."""
    try:
        yield
    except Exception as error:  # noqa: BLE001  # a bug too becomes a result
        give_up(jobs, errors.of(error))
