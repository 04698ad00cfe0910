"""Tells what a file would publish on other occasions, such as the next release or a pull request. Uses no network.

A scenario is checked as a build would be, in a World in which its occasion is the current one: the work tree is clean,
there is no CI service, and only environment variables that give values to templates count.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from lazyoci.check.deciding import decides, deciding
from lazyoci.check.scenario_world import STANDARD, Scenario, given, tag_of, world
from lazyoci.check.text import Checked, check_text
from lazyoci.diagnostic import Source, Span
from lazyoci.frozen import frozen
from lazyoci.plan import Plan, PlannedArtifact, dormant
from lazyoci.resolve import Resolution, ResolvedTag
from lazyoci.rules import Selection

# variables from the run's environment; a missing one is no mistake in the file
_OF_THE_RUN = ("Registry", "Var.", "Git", "DefaultBranch", "Timestamp", "Date")
_LENIENT = ("unresolved-occasion",)


@frozen
class Cell:
    """The result for one tag: `state` is due, or it is not, for a `reason`: kept, not now, not known, fails or skipped.

    A build publishes nothing at all if anything that is due fails, and the rest is skipped.
    """

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
    reasons: dict[int, Mapping[int, str]] = {}  # by the id of a check, which `pairs` keeps alive
    pairs = judge(checked, scenario)
    for judged, planned in pairs:
        if id(judged) not in reasons:
            reasons[id(judged)] = _failures(judged)
        failures = reasons[id(judged)]
        reason, skipped = failures.get(planned.artifact.index, ""), _skipped(judged, failures)
        for number, target in enumerate(planned.resolved.targets):
            for at, tag in enumerate(target.tags):
                moves = tag.tag.moves or target.target.moves
                forward = moves is not None and moves.value == "forward"
                cell = _cell(tag, planned, reason, forward=forward)
                if skipped and cell.state in ("due", "kept"):
                    cell = Cell("skipped", cell.tag, skipped)
                found[planned.artifact.index, number, at] = cell
    return found


def _skipped(judged: Checked, failures: Mapping[int, str]) -> str:
    """Why a build would publish nothing of what does not fail itself; empty if it would."""
    if not failures:
        return ""
    assert judged.plan is not None
    return f"nothing is published, as {judged.plan.artifacts[min(failures)].artifact.label} fails"


def _cell(tag: ResolvedTag, planned: PlannedArtifact, failure: str, *, forward: bool) -> Cell:
    if not tag.due:
        return Cell("not known" if tag.undecided else "not now", "", tag.reason)
    failure = _missing(tag.text) or failure
    if failure:
        return Cell("fails", tag.text.text, failure)
    stays = planned.resolved.values.version.ours.stays if forward else ""
    return Cell("kept", tag.text.text, stays) if stays else Cell("due", tag.text.text)


def _failures(judged: Checked) -> Mapping[int, str]:
    """By the index of each artifact that would be refused, the first reason: a finding about what is due.

    What a build refuses even if settings or a comment silence the finding counts as well.
    """
    assert judged.plan is not None
    found = _findings(judged, judged.plan)
    flaws = {one.artifact.index: _flaw(one) for one in judged.plan.artifacts if one.resolved.due}
    return {index: reason for index, reason in {**flaws, **found}.items() if reason}


def _flaw(planned: PlannedArtifact) -> str:
    """Why an artifact has no valid reference or no content, whatever it is that is reported; empty if it has both."""
    for text in planned.resolved.resolutions:
        if text.error is not None:
            return text.error.message
        if missing := _missing(text):
            return missing
    for target in planned.targets:
        problems = [target.problem if target.references else None, *[one.problem for one in target.references]]
        if problem := next(filter(None, problems), None):
            return problem.message
    return ""


def _missing(text: Resolution) -> str:
    """That a value is missing which no environment gives; else empty."""
    missing = next((value for value in text.unknown if value.absent or not value.name.startswith(_OF_THE_RUN)), None)
    return "" if missing is None else f".{missing.name} has no value: {missing.source}"


def _findings(judged: Checked, plan: Plan) -> dict[int, str]:
    """The first failing finding about what is due of each artifact, by its index."""
    texts = [text for one in plan.artifacts for text in one.resolved.resolutions]
    of_the_run = sorted({text.source.node.span for text in texts if text.unknown and not _missing(text)})
    failing = [
        one
        for one in judged.diagnostics
        if judged.fails(one) and (one.code != "unresolved-variable" or not _around(one.span.start, of_the_run))
    ]
    if not failing:
        return {}
    asleep = sorted(dormant(plan))  # parts of the file, none within another, as artifacts are
    owners: dict[Span, list[int]] = {}  # aliases let artifacts share their text
    for planned in plan.artifacts:
        owners.setdefault(planned.artifact.node.span, []).append(planned.artifact.index)
    inside = sorted(owners)
    found: dict[int, str] = {}
    parts = list(deciding(judged))
    for one in failing:
        if _around(one.span.start, asleep) is not None and not decides(one, parts):
            continue
        span = _around(one.span.start, inside)
        for index in owners[span] if span is not None else ():
            found.setdefault(index, f"{one.message} [{one.code}]")
    return found


def _around(offset: int, spans: Sequence[Span]) -> Span | None:
    """The one of some spans, which are sorted and do not overlap, that holds an offset."""
    at = bisect_right(spans, offset, key=lambda span: span.start) - 1
    return spans[at] if at >= 0 and offset < spans[at].end else None


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
        frozenset({*selection.ignore, "fails-on-release", "tag-makes-no-release", "unused-tag"}),
        selection.severities,
        max(selection.least, selection.fails),  # nothing else counts here
        selection.fails,
        _LENIENT,
    )
    return check_text(Source(checked.source.text, checked.source.path), world(checked.world, scenario, tag), lenient)


__all__ = ["STANDARD", "Cell", "Row", "Scenario", "given", "judge", "rows"]
