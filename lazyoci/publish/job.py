"""An artifact during a run: its references, what was built, and the errors that stop it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lazyoci.check import Checked
from lazyoci.errors import LazyociError
from lazyoci.frozen import frozen, replace
from lazyoci.moves import Moves, Ours
from lazyoci.oci.reference import Reference, Repository
from lazyoci.plan import PlannedArtifact
from lazyoci.publish.options import Options
from lazyoci.publish.result import ArtifactResult
from lazyoci.transfer.outcome import State, Wanted

if TYPE_CHECKING:
    from lazyoci.layout.store import Built
    from lazyoci.publish.origin import Origin
    from lazyoci.transfer.companions import Companion

# states of references that nothing was decided about yet
_UNDECIDED: tuple[State, ...] = ("planned", "skipped", "built")


@frozen
class Job:
    """One artifact and what is known of it so far. Each step of a run takes jobs and returns new ones."""

    checked: Checked | None  # None for an artifact of a bundle that no file belongs to
    planned: PlannedArtifact | None  # None also for a file that did not decode
    references: tuple[Reference, ...]  # in the order of pushing, without repetitions
    result: ArtifactResult
    built: Built | None = None
    waits: bool = False  # only due on another occasion: nothing to do for it now
    goes_to: Wanted | None = None  # where it is to be pushed, if that is not what the file says
    lies_in: Repository | None = None  # a repository that has all its content
    companions: tuple[Companion, ...] = ()  # what is about it, and goes along
    origin: Origin | None = None  # of a copy: where it comes from
    mapped: tuple[tuple[str, str], ...] = ()  # references that the user mapped, and what they became

    @property
    def ready(self) -> bool:
        """Whether there is something to do for it, and it has no errors so far."""
        return not self.waits and not self.result.errors

    @property
    def wanted(self) -> Wanted:
        """Where it is to be pushed."""
        if self.goes_to is not None:
            return self.goes_to
        if self.planned is None:
            return Wanted(self.result.name, self.references)
        moves: dict[Reference, Moves] = {}
        for one in self.planned.references:
            if one.reference is not None and one.moves:
                moves[one.reference] = _stricter(moves.get(one.reference), one.moves)
        ours = Ours()
        if "forward" in moves.values():
            templates = [one.tag.template for one in self.planned.references]
            builds = any(one is not None and "VersionBuild" in dict(one.fields()) for one in templates)
            ours = replace(self.planned.resolved.values.version.ours, builds=builds)
        return Wanted(self.result.name, self.references, moves, ours)

    def failing(self, *errors: LazyociError) -> Job:
        """The same job with more errors."""
        return replace(self, result=replace(self.result, errors=(*self.result.errors, *errors))) if errors else self

    def in_state(self, state: State, *, only: Sequence[State] = ()) -> Job:
        """The same job with its references in another state; with `only`, just those in one of these states."""
        references = tuple(
            [
                replace(one, outcome=replace(one.outcome, state=state))
                if not only or one.outcome.state in only
                else one
                for one in self.result.references
            ]
        )
        return replace(self, result=replace(self.result, references=references))


def _stricter(one: Moves | None, other: str) -> Moves:
    """Of two values of `moves`, the one that allows less: for a tag that a target lists twice."""
    order: tuple[Moves, ...] = ("never", "forward", "always")
    return next(moves for moves in order if moves in (one, other))


Jobs = tuple[Job, ...]


def halt(jobs: Jobs, options: Options) -> Jobs:
    """The same jobs if all may continue; otherwise none is ready, and those without errors say why.

    If one has failed, the others stop too, so that nothing is published in part. With `keep_going` they continue.
    """
    failed = [job.result.name for job in jobs if job.result.failed]
    if not failed:
        return jobs
    if options.keep_going and any(job.ready for job in jobs):
        return tuple([job.in_state("skipped", only=_UNDECIDED) if job.result.failed else job for job in jobs])
    why = LazyociError(f"not attempted, because {_others(failed)}")
    return tuple(
        [
            (job if job.result.failed or job.waits else job.failing(why)).in_state("skipped", only=_UNDECIDED)
            for job in jobs
        ]
    )


def explain(jobs: Jobs, *, interrupted: bool) -> Jobs:
    """Add to artifacts without errors why they are not finished: another one failed, or the user stopped the run."""
    failed = [job.result.name for job in jobs if job.result.failed]
    why = "the run was interrupted" if interrupted or not failed else _others(failed)
    return tuple([_explained(job, why) for job in jobs])


def _explained(job: Job, why: str) -> Job:
    result = job.result
    if result.failed or all(one.outcome.state != "skipped" for one in result.references):
        return job
    return job.failing(LazyociError(f"not {'wholly ' * result.published}attempted, because {why}"))


def give_up(jobs: Jobs, error: LazyociError) -> Jobs:
    """Add the error that ended the run to the first unpublished artifact; the others refer to it."""
    todo = [
        number for number, job in enumerate(jobs) if job.ready and not job.result.failed and not job.result.published
    ]
    blamed = todo[0] if todo else 0
    left = [job.in_state("skipped") if number in todo else job for number, job in enumerate(jobs)]
    told = [job.failing(error) if number == blamed else job for number, job in enumerate(left)]
    return explain(tuple(told), interrupted=False)


def _others(failed: Sequence[str]) -> str:
    return f"{failed[0]} failed" + (f" and {len(failed) - 1} more" if len(failed) > 1 else "")
