"""What is due, artifact by artifact and platform by platform, for services that build each on a machine of its own."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from lazyoci.check import Checked
from lazyoci.frozen import frozen
from lazyoci.oci import platform as platforms
from lazyoci.publish.collect import collect
from lazyoci.publish.job import Job
from lazyoci.publish.options import Options
from lazyoci.publish.parts import declared
from lazyoci.publish.result import ArtifactResult

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 100  # characters of a bundle's name, which becomes that of a file


@frozen
class DueBuild:
    """One build: an artifact, or one platform of it. `bundle` is a name for its bundle that is safe in a path."""

    artifact: str
    type: str
    platform: str
    bundle: str


def due_builds(files: Sequence[Checked], options: Options) -> tuple[list[ArtifactResult], list[DueBuild]]:
    """The artifacts that cannot be published as the check found errors, and the builds that are due.

    What artifacts are made from is not looked at. A copy is no build, so it is left out.
    """
    jobs = collect(files, options, content_is_built=True)
    taken: set[str] = set()
    builds = [one for job in jobs if job.ready and job.result.type != "copy" for one in _builds(job, options, taken)]
    return [job.result for job in jobs if job.result.failed], builds


def _builds(job: Job, options: Options, taken: set[str]) -> Iterator[DueBuild]:
    assert job.planned is not None
    wanted = {platforms.parse(one) for one in options.platforms}
    known = [str(one) for one in declared(job.planned.artifact) if not wanted or one in wanted]
    for platform in known if declared(job.planned.artifact) else [""]:
        yield DueBuild(job.result.name, job.result.type, platform, _bundle(job.result.name, platform, taken))


def _bundle(artifact: str, platform: str, taken: set[str]) -> str:
    """A name that differs from all that are taken, even where upper and lower case are the same file."""
    start = _UNSAFE.sub("-", f"{artifact}-{platform}" if platform else artifact).strip(".-")[:_LONGEST] or "bundle"
    counted = (f"{start}.{number}" for number in itertools.count(2))
    name = next(one for one in itertools.chain([start], counted) if one.lower() not in taken)
    taken.add(name.lower())
    return name
