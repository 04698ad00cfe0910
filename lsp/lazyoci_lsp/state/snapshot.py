"""One checked, resolved version of a document: what nearly every answer is read from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from lazyoci.check import Checked, Run
from lazyoci.errors import LazyociError
from lazyoci.plan import PlannedArtifact
from lazyoci.rules.project_settings import Choice, RuleSettings
from lazyoci.rules.table import OF_OTHER_FILES
from lazyoci.rules.written_references import Elsewhere
from lazyoci.template.variables import VAR
from lazyoci.values import Value, Values
from lazyoci.values.chart_version import chart_version
from lazyoci.values.variables import NAMES
from lazyoci_lsp.state.conditions import Conditions
from lazyoci_lsp.state.configuration import Configuration
from lazyoci_lsp.state.scenario import Table, judged, named
from lazyoci_lsp.state.shown import Shown, shown
from lazyoci_lsp.state.world import Overlay, make
from lazyoci_lsp.text.documents import Text
from lazyoci_lsp.text.place import plain
from lazyoci_lsp.text.templates import own_variables

_OF_ARTIFACTS = ("ChartVersion", "Name")


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
    problem: str = ""  # why settings of the project or the environment do not count

    @property
    def resolved(self) -> bool:
        """Whether the whole file decoded."""
        return self.checked.plan is not None

    @property
    def artifacts(self) -> tuple[PlannedArtifact, ...]:
        """Every artifact of the file that can be read, right or wrong."""
        return self.checked.known.plan.artifacts if self.checked.known is not None else ()

    def at(self, offset: int) -> tuple[Shown, ...]:
        """What is shown at an offset: one artifact, or all of them where aliases share their parts."""
        known = self.checked.known
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
        for planned in self.artifacts if name else ():
            if planned.artifact.version_from is not None and planned.artifact.label == name:
                return planned
        return None


def take(
    text: Text,
    conditions: Conditions,
    stale: Callable[[], bool],
    data: bytes | None = None,
    *,
    before: Snapshot | None = None,
) -> Snapshot:
    """Check one version; `data` is what the file holds where it is not open, and need not be text.

    `before` is the newest version that was checked: what can be read no longer is shown as it was there.
    Runs in any thread; raises StaleError when `stale` says that nobody waits any more.
    """
    files = Overlay(conditions.overlay, stale)
    world, problem = make(conditions.configuration, files, conditions.git)
    path = text.path if text.path is not None else conditions.home / ".lazy" if conditions.home is not None else None
    choice = _choice(conditions.configuration, without=OF_OTHER_FILES if path is None else frozenset())
    elsewhere = conditions.elsewhere if conditions.elsewhere is not None else Elsewhere()

    def check(run: Run) -> Checked:
        return run.check(text.source.text, path) if data is None else run.check_bytes(data, path)

    run = Run(world, choice, elsewhere=elsewhere)
    try:
        checked = check(run)
    except LazyociError as error:
        run, problem = Run(world, choice, settings=RuleSettings(), elsewhere=elsewhere), error.sentence
        checked = check(run)
    if data is not None:
        text = replace(text, source=checked.source)  # decoded as the check did
    here = checked
    chosen = conditions.configuration.scenario
    if chosen:
        checked = judged(here, named(chosen), conditions.elsewhere)
    values = Values(world, checked.directory) if checked.known is None else checked.known.resolved.values
    own = {*conditions.configuration.variables, *own_variables(text.source)}
    names = (*(name for name in NAMES if name not in _OF_ARTIFACTS), *(f"{VAR}{name}" for name in sorted(own)))
    known = {name: values.get(name) for name in names}
    beside = shown(
        here, checked, () if before is None else before.shown, "" if before is None else before.text.source.text
    )
    return Snapshot(
        text, conditions.generation, checked, values, known, files.seen, run, here, Table(here), chosen, beside, problem
    )


def _choice(configuration: Configuration, without: frozenset[str]) -> Choice:
    """What the user set in the editor, which wins over the project's settings; and none of the rules `without`."""
    return Choice(ignore=configuration.off | without, severities=configuration.severities)
