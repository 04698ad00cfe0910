"""The clock of a run that publishes bundles: that of the first bundle, as far as it can be true.

A tag such as `{{ .Date }}` is then the one that the build has told, and the same for all parts of an image. The build
may only choose a moment between its commit and now, and what is made from it is said.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lazyoci.bundle.plan import CLOCK
from lazyoci.bundle.read import Bundle
from lazyoci.errors import BundleError
from lazyoci.frozen import frozen
from lazyoci.publish.job import Job, Jobs
from lazyoci.world.commit_time import commit_time

_OF_CLOCK = ("Date", "Timestamp")
_APART = timedelta(minutes=5)  # by which clocks of two machines that are set right may differ


@frozen
class Clock:
    """The `moment` of the build as a bundle tells it, and `now`, that of this run."""

    place: str
    moment: datetime
    now: datetime


def clock_of(bundle: Bundle, now: datetime) -> Clock:
    """The clock of a bundle."""
    return Clock(str(bundle.place), bundle.plan.clock, now)


def uses(job: Job) -> tuple[str, ...]:
    """The variables of the clock that decide where an artifact goes, when, or what the index of its parts says."""
    if job.planned is None or not job.ready:
        return ()
    resolved = job.planned.resolved
    texts = [*resolved.conditions, *resolved.annotations.values()]
    texts += [resolved.source] if resolved.source is not None else []
    for target in resolved.targets:
        tags = [tag.text for tag in target.tags if tag.due]
        texts += [target.registry, *tags] if tags else []
    names = {value.name for text in texts for value in text.used}
    return tuple([name for name in _OF_CLOCK if name in names])


def check(jobs: Jobs, clock: Clock) -> Jobs:
    """The jobs, failing where they use a clock that cannot be true: later than now, or before the commit."""
    return tuple([_checked(job, clock) if uses(job) else job for job in jobs])


def _checked(job: Job, clock: Clock) -> Job:
    assert job.checked is not None
    told = f"{clock.place} says that it was built at {_shown(clock.moment)}"
    hint = "set the clocks of both machines right, and build the bundle again"
    if clock.moment > clock.now + _APART:
        return job.failing(BundleError(f"{told}, and here it is only {_shown(clock.now)}", hint=hint))
    committed, _ = commit_time(job.checked.directory)
    if committed is not None and clock.moment + _APART < datetime.fromtimestamp(committed, UTC):
        made = _shown(datetime.fromtimestamp(committed, UTC))
        return job.failing(BundleError(f"{told}, and the commit that is checked out is of {made}", hint=hint))
    return job


def _shown(moment: datetime) -> str:
    return moment.strftime(CLOCK)


def told(jobs: Jobs, clock: Clock) -> str:
    """What to say of a clock that counts; empty if nothing depends on it."""
    names = [name for name in _OF_CLOCK if any(name in uses(job) for job in jobs)]
    if not names:
        return ""
    verb = "are of" if len(names) > 1 else "is of"
    variables = " and ".join([f".{name}" for name in names])
    return f"{variables} {verb} the build's clock, {_shown(clock.moment)}, as {clock.place} tells it"
