"""Tells what a file would publish on other occasions, such as the next release or a pull request. Uses no network.

A scenario is checked as a build would be, in a World in which its occasion is the current one: the work tree is clean,
there is no CI service, and only environment variables that give values to templates count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lazyoci.check.scenario_world import STANDARD, Scenario, given, tag_of, world
from lazyoci.check.text import Checked, check_text
from lazyoci.config.model import Artifact
from lazyoci.diagnostic import Diagnostic, Source
from lazyoci.frozen import frozen
from lazyoci.plan import PlannedArtifact, dormant
from lazyoci.resolve import ResolvedTag
from lazyoci.rules import Selection

# variables from the run's environment; a missing one is no mistake in the file
_OF_THE_RUN = ("Registry", "Var.", "Git", "DefaultBranch", "Timestamp", "Date")
_LENIENT = ("unresolved-variable", "unresolved-occasion")


@frozen
class Cell:
    """The result for one tag: `state` is due, kept, not now or fails; `reason` says why, except for due."""

    state: str
    tag: str = ""
    reason: str = ""


@frozen
class Row:
    """One tag as written in the file, with a cell for each scenario."""

    artifact: str
    registry: str
    template: str
    cells: tuple[Cell, ...]


def rows(checked: Checked, scenarios: Sequence[Scenario]) -> tuple[Row, ...]:
    """The table for a file that was checked for the current run; empty if it does not decode."""
    if checked.plan is None:
        return ()
    columns = [_cells(checked, one) for one in scenarios]
    found = []
    for planned in checked.plan.artifacts:
        for number, target in enumerate(planned.resolved.targets):
            for at, tag in enumerate(target.tags):
                key = planned.artifact.index, number, at
                cells = tuple([column[key] for column in columns])
                registry = target.target.registry.value
                found.append(Row(planned.artifact.label, registry, tag.tag.text.value, cells))
    return tuple(found)


_Key = tuple[int, int, int]  # indexes of the artifact, its target, and the tag there


def _cells(checked: Checked, scenario: Scenario) -> Mapping[_Key, Cell]:
    found: dict[_Key, Cell] = {}
    for judged, planned in judge(checked, scenario):
        reason = _failure(judged, planned)
        for number, target in enumerate(planned.resolved.targets):
            for at, tag in enumerate(target.tags):
                moves = tag.tag.moves or target.target.moves
                forward = moves is not None and moves.value == "forward"
                found[planned.artifact.index, number, at] = _cell(tag, planned, reason, forward=forward)
    return found


def _cell(tag: ResolvedTag, planned: PlannedArtifact, failure: str, *, forward: bool) -> Cell:
    if not tag.due:
        return Cell("not now", "", tag.reason)
    missing = next((value for value in tag.text.unknown if not value.name.startswith(_OF_THE_RUN)), None)
    if missing is not None:
        return Cell("fails", tag.text.text, f".{missing.name} has no value: {missing.source}")
    if failure:
        return Cell("fails", tag.text.text, failure)
    stays = planned.resolved.values.version.ours.stays if forward else ""
    return Cell("kept", tag.text.text, stays) if stays else Cell("due", tag.text.text)


def _failure(judged: Checked, planned: PlannedArtifact) -> str:
    """The first reason why the artifact would not be published."""
    if not planned.resolved.due:
        return ""
    return next((f"{one.message} [{one.code}]" for one in failures(judged, planned.artifact)), "")


def failures(judged: Checked, artifact: Artifact) -> list[Diagnostic]:
    """The findings in an artifact, about what is due, that would stop it from being published."""
    assert judged.plan is not None
    asleep = dormant(judged.plan)
    inside = artifact.node.span
    return [
        one
        for one in judged.diagnostics
        if judged.fails(one)
        and inside.start <= one.span.start < inside.end
        and not any(span.start <= one.span.start < span.end for span in asleep)
    ]


def judge(checked: Checked, scenario: Scenario) -> list[tuple[Checked, PlannedArtifact]]:
    """Each artifact with the file as checked in a scenario; the file is checked once for each line of versions."""
    assert checked.plan is not None and checked.resolved is not None
    found: list[tuple[Checked, PlannedArtifact]] = []
    known: dict[str, Checked] = {}
    for planned in checked.plan.artifacts:
        values = planned.resolved.values.base
        tag = tag_of(scenario, values, checked.resolved.values)
        if tag not in known:
            known[tag] = _judged(checked, scenario, tag)
        plan = known[tag].plan
        assert plan is not None  # the same text decoded before
        found.append((known[tag], plan.artifacts[planned.artifact.index]))
    return found


def _judged(checked: Checked, scenario: Scenario, tag: str) -> Checked:
    if not scenario.words and not scenario.next_release:
        return checked
    selection = checked.selection
    lenient = Selection(
        selection.select,
        frozenset({*selection.ignore, "fails-on-release"}),
        selection.severities,
        selection.least,
        selection.fails,
        _LENIENT,
    )
    return check_text(Source(checked.source.text, checked.source.path), world(checked.world, scenario, tag), lenient)


__all__ = ["STANDARD", "Cell", "Row", "Scenario", "failures", "given", "judge", "rows"]
