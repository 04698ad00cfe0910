"""The artifacts of `type: copy` in a run: each source is looked up once, before anything is built or sent."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from lazyoci import errors
from lazyoci.config.model import CopyArtifact
from lazyoci.errors import LazyociError
from lazyoci.frozen import replace
from lazyoci.oci import platform
from lazyoci.oci.reference import parse
from lazyoci.publish.job import Job, Jobs
from lazyoci.publish.options import Options
from lazyoci.publish.steps import with_content
from lazyoci.registry.client import Client


def find_sources(jobs: Jobs, options: Options, client: Client) -> Jobs:
    """The jobs with what each copy is made from, as its registry has it now; why it cannot be had is its error."""
    todo = [number for number, job in enumerate(jobs) if job.ready and _copy(job) is not None]
    if not todo:
        return jobs
    with ThreadPoolExecutor(min(options.jobs, len(todo)), thread_name_prefix="sources") as pool:
        found = dict(zip(todo, pool.map(lambda number: _found(jobs[number], client), todo), strict=True))
    return tuple([found.get(number, job) for number, job in enumerate(jobs)])


def _copy(job: Job) -> CopyArtifact | None:
    artifact = None if job.planned is None else job.planned.artifact
    return artifact if isinstance(artifact, CopyArtifact) else None


def _found(job: Job, client: Client) -> Job:
    from lazyoci.publish.origin import from_registry  # what reads layouts and bundles, for copies alone

    artifact = _copy(job)
    assert artifact is not None and job.planned is not None and job.planned.resolved.source is not None
    try:
        reference = parse(job.planned.resolved.source.text)
        platforms = tuple([platform.parse(one.value) for one in artifact.platforms if one.value])
        origin = from_registry(reference, client, platforms, referrers=artifact.referrers)
    except LazyociError as error:
        return job.failing(error)
    except Exception as error:  # noqa: BLE001 - a bug in one artifact must not lose the others
        return job.failing(errors.of(error))
    also = origin.companions
    notes = (*also.left_out, *([origin.note] if origin.note else []))
    result = replace(job.result, referrers=len(also.found), not_carried=notes)
    ready = replace(job, result=result, lies_in=origin.lies_in, companions=also.found, origin=origin)
    return with_content(ready, origin.built)


def refuse_moved(jobs: Jobs, client: Client) -> Jobs:
    """The jobs with an error for each copy whose source has moved since it was looked up."""
    if not any(job.ready and job.origin is not None for job in jobs):
        return jobs
    from lazyoci.publish.origin import check_unmoved

    after = []
    for job in jobs:
        moved = check_unmoved(job.origin, client) if job.ready and job.origin is not None else None
        after.append(job if moved is None else job.failing(moved))
    return tuple(after)
