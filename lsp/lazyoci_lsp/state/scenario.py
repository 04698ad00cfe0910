"""A document as it is on another occasion than here and now, for who previews it as that."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from lazyoci.check import Checked
from lazyoci.check.known import Known
from lazyoci.check.scenario_world import STANDARD, Scenario, given, tag_of, world
from lazyoci.check.scenarios import Row, rows
from lazyoci.check.text import check_text
from lazyoci.diagnostic import Diagnostic, Source, in_order
from lazyoci.errors import UsageError
from lazyoci.frozen import replace
from lazyoci.plan import Plan
from lazyoci.rules import Selection
from lazyoci.rules.written_references import Elsewhere
from lazyoci.world import Face

HERE = STANDARD[0].name
_OF_THE_RUN = frozenset({"unused-tag", "fails-on-release"})


def named(name: str) -> Scenario:
    """The scenario of that name, or the one that words as of `--occasion` state; raises UsageError."""
    found = next((one for one in STANDARD if one.name == name), None)
    if found is not None:
        return found
    if not name.replace(",", "").strip():
        raise UsageError("a scenario has no name", hint=f"give one of {', '.join(one.name for one in STANDARD)}")
    return replace(given((name,))[0], name=name)


def judged(checked: Checked, scenario: Scenario, elsewhere: Elsewhere | None) -> Checked:
    """What a check here and now would be on that occasion; each artifact as its own line of versions is released."""
    if checked.known is None or scenario.name == HERE:
        return checked
    known: dict[str, Checked] = {}
    tags: dict[int, str] = {}  # by the artifact's index
    for planned in checked.known.plan.artifacts:
        tag = tag_of(scenario, planned.resolved.values.base, checked.known.resolved.values)
        tags[planned.artifact.index] = tag
        if tag not in known:
            there = replace(world(checked.world, scenario, tag), face=Face.EDITOR)
            text = Source(checked.source.text, checked.source.path)
            known[tag] = check_text(text, there, _selection(checked), elsewhere)
    if not known:
        return checked
    first = next(iter(known.values()))
    found = first if len(known) == 1 else _merged(first, {index: known[tag] for index, tag in tags.items()})
    return replace(found, written=checked.written)  # other files are compared with what is published here and now


def _selection(checked: Checked) -> Selection:
    """The rules of the file, without those on a run's own options."""
    selection = checked.selection
    return selection.but(ignore=_OF_THE_RUN.union(selection.ignore))


def _merged(first: Checked, each: Mapping[int, Checked]) -> Checked:
    """One check in which every artifact is as its own has it; `each` is by the artifacts' indexes."""
    artifacts = []
    found: list[Diagnostic] = []
    spans = []
    for index, checked in each.items():
        assert checked.known is not None  # the same text was read before
        planned = next(one for one in checked.known.plan.artifacts if one.artifact.index == index)
        artifacts.append(planned)
        span = planned.artifact.node.span
        spans.append(span)
        found += [one for one in checked.diagnostics if span.start <= one.span.start < span.end]
    beside = [one for one in first.diagnostics if not any(span.start <= one.span.start < span.end for span in spans)]
    assert first.known is not None
    resolved = replace(first.known.resolved, artifacts=tuple([one.resolved for one in artifacts]))
    plan = Plan(tuple(artifacts), resolved)
    diagnostics = tuple(in_order(dict.fromkeys([*beside, *found])))
    return replace(first, known=Known(first.known.config, resolved, plan), diagnostics=diagnostics)


class Table:
    """What each tag becomes in the usual scenarios, judged when it is first asked for. Thread-safe."""

    def __init__(self, checked: Checked) -> None:
        """`checked` is the file here and now."""
        self._checked = checked
        self._asking = threading.Lock()
        self._rows: tuple[Row, ...] | None = None
        self._begun = False

    @property
    def is_ready(self) -> bool:
        """Whether to ask costs nothing."""
        return self._rows is not None

    def begin(self) -> bool:
        """Whether someone should have it judged in the background; once. For the main loop."""
        begun, self._begun = self._begun, True
        return not begun

    def rows(self) -> tuple[Row, ...]:
        """A row for every tag, in the order of the plan; its cells are those of STANDARD."""
        with self._asking:
            if self._rows is None:
                self._rows = rows(self._checked, STANDARD)
            return self._rows
