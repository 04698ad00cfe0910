"""Writes what a run built as a bundle, with the references that it would have pushed."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path

from lazyoci import errors
from lazyoci._version import __version__
from lazyoci.bundle import write as _write
from lazyoci.bundle.plan import BundledArtifact, BundledReference, BundlePlan
from lazyoci.bundle.write import Part
from lazyoci.errors import BundleError, Interrupted, LazyociError
from lazyoci.layout.image import complete
from lazyoci.progress import Progress
from lazyoci.publish import belongs
from lazyoci.publish.job import Job, Jobs
from lazyoci.publish.options import Options
from lazyoci.publish.parts import check_asked, declared, is_part
from lazyoci.publish.steps import annotations_of, metadata


def check(jobs: Jobs, place: Path, options: Options) -> None:
    """Raise BundleError, before anything is built, for what cannot become a bundle at `place`."""
    _write.check_place(place)
    counted = Counter(job.result.name for job in jobs)
    twice = next((name for name, count in counted.items() if count > 1), None)
    if twice is not None:
        raise BundleError(
            f"two artifacts are called {twice}, and a bundle tells artifacts by their names",
            hint="give each a name of its own, or build and publish each file by itself",
        )
    for job in jobs:
        if job.planned is not None:
            check_asked(job.planned.artifact, options)


def write(jobs: Jobs, options: Options, place: Path, events: Progress, cancelled: threading.Event) -> Jobs:
    """Write all that was built to `options.bundle`. If that fails, it is an error of every artifact."""
    ready = [job for job in jobs if job.built is not None and job.ready]
    if not ready:
        return jobs

    def progress(_count: int) -> None:
        if cancelled.is_set():
            raise Interrupted("stopped before the bundle was complete")

    name = str(place)
    events.started(name, "writing")
    try:
        parts = [_part(job, options) for job in ready]
        world = next(job.checked.world for job in ready if job.checked is not None)
        plan = BundlePlan(f"lazyoci {__version__}", world.now, tuple([one.artifact for one in parts]))
        _write.write(place, parts, plan, progress)
    except Exception as error:  # noqa: BLE001 - a bundle is whole or none, and every artifact is told of
        found: LazyociError = errors.of(error)
        return tuple([job.failing(found) if job in ready else job for job in jobs])
    finally:
        events.finished(name)
    return jobs


def _part(job: Job, options: Options) -> Part:
    assert job.built is not None and job.planned is not None
    whole = complete(job.built.store, job.built.root)
    resolved = job.planned.resolved
    values = resolved.values
    version = values.version
    wanted = job.wanted
    occasion = values.base.occasion
    known = metadata(resolved, options)
    used = [
        value
        for target in resolved.targets
        if target.due
        for text in (target.registry, *[tag.text for tag in target.tags if tag.due])
        for value in text.used
    ]
    artifact = BundledArtifact(
        job.result.name,
        job.result.type,
        whole.root,
        whole.size,
        whole.platforms,
        declared(resolved.artifact),
        annotations_of(resolved, known) if is_part(resolved.artifact, options) else {},
        values.base.git.sha_long,
        "" if version.semver is None else version.semver.full,
        "" if version.semver is None else version.ours.stays,
        "" if occasion is None else occasion.event.kind,
        tuple([word for word, holds in values.base.words.items() if holds]),
        tuple([BundledReference(one, wanted.moves.get(one)) for one in job.references]),
        {value.name: value.text for value in used if value.text is not None},
        belongs.file_of(job.checked, values.base.git),
        values.base.git.dirty,
    )
    return Part(artifact, job.built.store)
