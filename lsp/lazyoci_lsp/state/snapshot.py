"""One checked, resolved version of a document: what nearly every answer is read from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from lazyoci.check import Checked, Run
from lazyoci.check.again import alone, check_again
from lazyoci.check.parts import NotInParts, Parts, parts_of
from lazyoci.diagnostic import Source, Span
from lazyoci.errors import LazyociError
from lazyoci.plan import Plan, PlannedArtifact
from lazyoci.resolve import Resolved
from lazyoci.rules.project_settings import Choice, RuleSettings
from lazyoci.rules.table import OF_OTHER_FILES
from lazyoci.rules.written_references import Elsewhere
from lazyoci.template.variables import VAR
from lazyoci.values import Value, Values
from lazyoci.values.chart_version import chart_version
from lazyoci.values.variables import NAMES
from lazyoci.yaml.nodes import Node
from lazyoci_lsp.state.conditions import Conditions
from lazyoci_lsp.state.configuration import Configuration
from lazyoci_lsp.state.scenario import Table, judged, named
from lazyoci_lsp.state.shown import Shown, of_parts, shown
from lazyoci_lsp.state.world import Overlay, make
from lazyoci_lsp.text.documents import Text
from lazyoci_lsp.text.place import plain
from lazyoci_lsp.text.templates import own_variables

_MOST_SEEN = 5_000  # files: every letter of a path that is typed is another one that is looked for
_OF_ARTIFACTS = ("ChartVersion", "Name")


class Basis(NamedTuple):
    """A version that was taken apart."""

    checked: Checked
    parts: Parts


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is known of one version."""

    text: Text
    generation: int
    checked: Checked
    variables: Values  # also of those that differ from artifact to artifact
    values: Mapping[str, Value]  # of every variable that is the same for all artifacts
    seen: frozenset[Path]  # the files that the check looked at
    run: Run  # checks another text under the same conditions
    here: Checked  # here and now; `checked` is of the scenario that is previewed, if there is one
    table: Table
    scenario: str  # that is previewed; empty for here and now
    shown: tuple[Shown, ...]  # what stands beside the text, artifact by artifact
    basis: Basis | None  # the newest version that could be taken apart; the next one is checked where it differs
    files: Overlay
    problem: str = ""  # why settings of the project or the environment do not count

    @property
    def resolved(self) -> bool:
        """Whether the whole file decoded."""
        return self.checked.valid

    @property
    def parts(self) -> Parts | None:
        """This version artifact by artifact; None where its artifacts belong together."""
        return self.basis.parts if self.basis is not None and self.basis.checked is self.checked else None

    @property
    def plan(self) -> Plan | None:
        """Where all artifacts go. The places of their nodes are of the texts they were read from: see `place`."""
        parts = self.parts
        if parts is None:
            return self.checked.known.plan if self.checked.known is not None else None
        planned = tuple([one.part.planned for one in parts.items])
        resolved = Resolved(tuple([one.resolved for one in planned]), parts.values, self.checked.directory)
        return Plan(planned, resolved)

    def place(self, artifact: PlannedArtifact, node: Node) -> Span:
        """Where a node of the plan is in this version."""
        parts = self.parts
        if parts is None:
            return node.span
        one = parts.items[artifact.artifact.index]
        by = one.start - one.part.start
        return Span(node.start + by, node.end + by)

    def around(self, offset: int) -> Checked:
        """The check of this version; of a large one only what it has of the artifact at an offset."""
        parts = self.parts
        number = None if parts is None else parts.at(offset)
        if parts is None or number is None or parts.items[number].part.lost:
            return self.checked
        return alone(self.checked, parts, number)

    @property
    def artifacts(self) -> tuple[PlannedArtifact, ...]:
        """Every artifact of the file that can be read, right or wrong; its places are those of `plan`."""
        plan = self.plan
        return plan.artifacts if plan is not None else ()

    def at(self, offset: int) -> tuple[Shown, ...]:
        """What is shown at an offset: one artifact, or all of them where aliases share their parts."""
        known = self.checked.known if self.parts is None else None
        if known is not None and known.config.document.aliases:
            return tuple([one for one in self.shown if one.offsets is None])
        return tuple([one for one in self.shown if one.now.start <= offset <= one.now.end])

    def values_of(self, artifact: Mapping[str, str]) -> Mapping[str, Value]:
        """The values of all variables in an artifact, which is told by its keys as they are written."""
        chart = plain(artifact.get("chartPath", ""))
        found = self.variables.with_artifact(
            plain(artifact.get("name", "")), (lambda: chart_version(self.variables, chart)) if chart else None
        )
        values = {**self.values, **{name: found.get(name) for name in _OF_ARTIFACTS}}
        own = self._planned(plain(artifact.get("name", "")))
        return values if own is None else {name: own.resolved.values.get(name) for name in values}

    def _planned(self, name: str) -> PlannedArtifact | None:
        """The artifact of that name, if its values differ from those of the file."""
        for planned in self.artifacts if name and self.parts is None else ():
            if planned.artifact.version_from is not None and planned.artifact.label == name:
                return planned
        return None


def take(
    text: Text,
    conditions: Conditions,
    stale: Callable[[], bool],
    before: Snapshot | None = None,
) -> Snapshot:
    """Check one version of an open document.

    `before` is the newest version that was checked: what can be read no longer is shown as it was there.
    Runs in any thread; raises StaleError when `stale` says that nobody waits any more.
    """
    again = _again(text, conditions, before) if before is not None else None
    if again is not None:
        return again
    files = Overlay(conditions.overlay, stale)
    world, problem = make(conditions.configuration, files, conditions.git)
    path = _path(text, conditions)
    choice = _choice(conditions.configuration, without=OF_OTHER_FILES if path is None else frozenset())
    elsewhere = conditions.elsewhere if conditions.elsewhere is not None else Elsewhere()
    run = Run(world, choice, elsewhere=elsewhere)
    try:
        checked = run.check(text.source.text, path)
    except LazyociError as error:
        run, problem = Run(world, choice, settings=RuleSettings(), elsewhere=elsewhere), error.sentence
        checked = run.check(text.source.text, path)
    here = checked
    chosen = conditions.configuration.scenario
    if chosen:
        checked = judged(here, named(chosen), conditions.elsewhere)
    values = Values(world, checked.directory) if checked.known is None else checked.known.resolved.values
    basis = _basis(here, before, conditions.generation) if not chosen else None
    old, earlier = ("", ()) if before is None else (before.text.source.text, before.shown)
    beside = None
    if basis is not None and basis.checked is here:
        beside = of_parts(basis.parts, text.source.text, earlier, old)
    return Snapshot(
        text,
        conditions.generation,
        checked,
        values,
        _values(values, _names(text, conditions)),
        files.seen,
        run,
        here,
        Table(here),
        chosen,
        shown(here, checked, earlier, old) if beside is None else beside,
        basis,
        files,
        problem,
    )


def _path(text: Text, conditions: Conditions) -> Path | None:
    if text.path is not None:
        return text.path
    return conditions.home / ".lazy" if conditions.home is not None else None


def _names(text: Text, conditions: Conditions) -> list[str]:
    own = {*conditions.configuration.variables, *own_variables(text.source)}
    return [*(name for name in NAMES if name not in _OF_ARTIFACTS), *(f"{VAR}{name}" for name in sorted(own))]


def _values(values: Values, names: Sequence[str]) -> Mapping[str, Value]:
    return {name: values.get(name) for name in names}


def _basis(here: Checked, before: Snapshot | None, generation: int) -> Basis | None:
    """The version in parts; where it cannot be taken apart now, as while it is broken, the one before."""
    try:
        return Basis(here, parts_of(here))
    except NotInParts:
        return before.basis if before is not None and before.generation == generation else None


def _again(text: Text, conditions: Conditions, before: Snapshot) -> Snapshot | None:
    """Check a version where it differs from an earlier one; None where that is not possible."""
    basis = before.basis
    if basis is None or before.generation != conditions.generation or len(before.seen) > _MOST_SEEN:
        return None
    path = _path(text, conditions)
    source = text.source if text.source.path == path else Source(text.source.text, path)
    elsewhere = conditions.elsewhere if conditions.elsewhere is not None else Elsewhere()
    found = check_again(basis.checked, basis.parts, source, elsewhere)
    if found is None:
        return None
    checked, parts = found
    names = _names(text, conditions)
    return replace(
        before,
        text=text,
        checked=checked,
        values=before.values if names == list(before.values) else _values(parts.values, names),
        variables=parts.values,
        seen=before.files.seen,
        run=before.run.beside(elsewhere),
        here=checked,
        table=Table(checked),
        shown=of_parts(parts, source.text, before.shown, before.text.source.text),
        basis=Basis(checked, parts),
    )


def _choice(configuration: Configuration, without: frozenset[str]) -> Choice:
    """What the user set in the editor, which wins over the project's settings; and none of the rules `without`."""
    return Choice(ignore=configuration.off | without, severities=configuration.severities)
