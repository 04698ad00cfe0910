"""Resolved → Plan: makes and checks every reference. No I/O.

This is what `--dry-run` prints, `preview` shows and the editor displays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lazyoci import mask
from lazyoci.config.model import Artifact, Config
from lazyoci.diagnostic import Span
from lazyoci.frozen import frozen
from lazyoci.oci.reference import Reference, ReferenceError, Repository, check_tag, parse_repository
from lazyoci.resolve import Resolution, Resolved, ResolvedArtifact, ResolvedTag, ResolvedTarget

if TYPE_CHECKING:
    from lazyoci.values.variables import ArtifactValues


@frozen
class PlannedReference:
    """One tag of one target. `reference` is None while it is unknown or wrong; `text` can be shown either way."""

    tag: Resolution
    text: str
    reference: Reference | None
    problem: ReferenceError | None  # what is wrong with the tag itself
    conditional: bool = False  # the file is checked for no certain run, so the tag may not be due
    moves: str = ""  # one of `config.keys.MOVES`; empty if neither the tag nor its target has it
    stays: str = ""  # why a tag that only moves forward stays where it is, whatever the registry has


@frozen
class NotNow:
    """One tag that is not due, as written: it is not rendered. `remedy` says how to state a missing fact."""

    registry: str
    template: str
    reason: str
    undecided: bool
    remedy: str = ""

    @property
    def why(self) -> str:
        """The reason; where a rule reports what is wrong, and there is none, that its condition is wrong."""
        return self.reason or "its condition is wrong"


@frozen
class PlannedTarget:
    """One target: its repository, and the references that are due, in the order of the file."""

    resolved: ResolvedTarget
    repository: Repository | None
    problem: ReferenceError | None  # what is wrong with the registry
    references: tuple[PlannedReference, ...]
    not_now: tuple[NotNow, ...] = ()

    @property
    def text(self) -> str:
        """The repository as shown, with ‹Name› for a missing value."""
        return _shown(self.repository, self.resolved.registry)

    @property
    def pushed(self) -> tuple[Reference, ...]:
        """The references in the order of pushing, each once; those that move forward come late, `latest` last."""
        seen = dict.fromkeys(one.reference for one in self.references if one.reference is not None)
        forward = {one.reference for one in self.references if one.moves == "forward"}
        # version tags come before tags that move to them, so that two releases at the same time see each other
        return tuple(sorted(seen, key=lambda reference: (reference in forward, reference.tag == "latest")))


@frozen
class PlannedArtifact:
    """One artifact and where it goes."""

    resolved: ResolvedArtifact
    targets: tuple[PlannedTarget, ...]

    @property
    def artifact(self) -> Artifact:
        """The artifact as decoded."""
        return self.resolved.artifact

    @property
    def references(self) -> tuple[PlannedReference, ...]:
        """All references that are due, in the order of the file."""
        return tuple(reference for target in self.targets for reference in target.references)

    @property
    def not_now(self) -> tuple[NotNow, ...]:
        """All tags that are not due, in the order of the file."""
        return tuple(one for target in self.targets for one in target.not_now)


@frozen
class Plan:
    """What would be pushed, artifact by artifact in the order of the file."""

    artifacts: tuple[PlannedArtifact, ...]
    resolved: Resolved


def plan(resolved: Resolved) -> Plan:
    """Make every reference. Wrong and unknown ones keep their place, with their problem."""
    return Plan(tuple(_artifact(one) for one in resolved.artifacts), resolved)


def plan_one(resolved: ResolvedArtifact) -> PlannedArtifact:
    """Make every reference of one artifact."""
    return _artifact(resolved)


def _artifact(resolved: ResolvedArtifact) -> PlannedArtifact:
    return PlannedArtifact(resolved, tuple([_target(target, resolved.values) for target in resolved.targets]))


def _target(resolved: ResolvedTarget, values: ArtifactValues) -> PlannedTarget:
    repository = problem = None
    if resolved.registry.certain:
        try:
            repository = parse_repository(resolved.registry.text)
        except ReferenceError as error:
            problem = error.with_traceback(None)  # a traceback would keep the whole check in memory
    shown = _shown(repository, resolved.registry)
    moves = "" if resolved.target.moves is None else resolved.target.moves.value
    references = tuple([_reference(tag, repository, shown, moves, values) for tag in resolved.tags if tag.due])
    if len(references) == len(resolved.tags):
        return PlannedTarget(resolved, repository, problem, references)
    return PlannedTarget(resolved, repository, problem, references, tuple(_not_now(resolved)))


def _not_now(target: ResolvedTarget) -> Iterator[NotNow]:
    registry = mask.registry(target.registry.source.value)
    for tag in target.tags:
        if not tag.due:
            yield NotNow(registry, mask.masked(tag.tag.text.value), tag.reason, tag.undecided, tag.remedy)


def _shown(repository: Repository | None, registry: Resolution) -> str:
    return str(repository) if repository is not None else mask.registry(registry.text)


def _reference(
    one: ResolvedTag, repository: Repository | None, shown: str, moves: str, values: ArtifactValues
) -> PlannedReference:
    tag = one.text
    text = f"{shown}:{mask.masked(tag.text)}"
    reference = problem = None
    if tag.certain:
        try:
            check_tag(tag.text)
            reference = None if repository is None else Reference(repository, tag.text, "")
        except ReferenceError as error:
            problem = error.with_traceback(None)
    moves = moves if one.tag.moves is None else one.tag.moves.value
    stays = values.version.ours.stays if moves == "forward" and one.holds else ""
    return PlannedReference(tag, text, reference, problem, one.holds is None, moves, stays)


def dormant(plan: Plan, *, building_all: bool = False) -> list[Span]:
    """The parts of the file with nothing that is due: in a run that publishes, findings there do not count.

    With `building_all`, the content of an artifact counts even if it is not due.
    """
    awake: set[int] = set()
    asleep: dict[int, Span] = {}
    for artifact in plan.artifacts:
        if not artifact.resolved.due and not building_all:
            asleep[id(artifact.artifact.node)] = artifact.artifact.node.span
            continue
        for target in artifact.resolved.targets:
            texts = [(target.registry, target.due), *[(tag.text, tag.due) for tag in target.tags]]
            awake |= {id(text.source.node) for text, due in texts if due}
            asleep |= {id(text.source.node): text.source.node.span for text, due in texts if not due}
    return [span for key, span in asleep.items() if key not in awake]


def select(config: Config, wanted: tuple[str, ...]) -> list[int]:
    """The indexes of the artifacts that `--artifact` names, in file order; all when nothing is named.

    Each word is a name, else a type (all of that type), else an index from zero, which may be written as in output:
    `artifact[0]`. Raises UsageError for no match.
    """
    from lazyoci.errors import UsageError

    if not wanted:
        return list(range(len(config.artifacts)))
    chosen: set[int] = set()
    for word in wanted:
        found = [one.index for one in config.artifacts if one.name is not None and one.name.value == word]
        if not found:
            found = [one.index for one in config.artifacts if one.type == word]
        number = word.removeprefix("artifact[").removesuffix("]")
        if not found and word in (number, f"artifact[{number}]"):
            found = [one.index for one in config.artifacts if str(one.index) == number]
        if not found:
            raise UsageError(
                f"no artifact matches {word!r}", hint=_meant(word, [one.label for one in config.artifacts])
            )
        chosen.update(found)
    return sorted(chosen)


def _meant(word: str, labels: Sequence[str]) -> str:
    """What to write for what names no artifact: several names, all of them, or one of similar letters."""
    several = [one.strip() for one in word.split(",")]
    if len(several) > 1 and all(one in labels for one in several):
        return "repeat it: " + " ".join(f"--artifact {one}" for one in several)
    if word.casefold() in ("all", "*"):
        return "leave --artifact out for all"
    from difflib import get_close_matches  # only where something is wrong

    close = get_close_matches(word, labels, n=1)
    if close:
        return f"did you mean {close[0]}?"
    return f"give a name, a type or an index; the file has: {', '.join(labels)}"
