"""`lazyoci preview -o html`: one page with what would be pushed, where every value comes from, and what is wrong.

The page is self-contained: it has no scripts, no fonts and nothing else that a browser would download. An editor shows
its parts, the style and what is in `<main>`, in a page of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import jinja2

from lazyoci import clean
from lazyoci._version import __version__
from lazyoci.check import Checked
from lazyoci.check.scenarios import Row, Scenario
from lazyoci.diagnostic import Diagnostic, Severity, Source
from lazyoci.errors import LazyociError
from lazyoci.mask import masked
from lazyoci.oci.reference import Reference
from lazyoci.plan import NotNow, PlannedArtifact, PlannedReference, PlannedTarget
from lazyoci.publish import ArtifactResult
from lazyoci.report.findings import Range, place
from lazyoci.report.preview import about, facts, metadata
from lazyoci.report.scenarios_html import scenario_table
from lazyoci.report.summary import Summary
from lazyoci.resolve import Resolution
from lazyoci.rules.shared.rendered_texts import ShownText, templated
from lazyoci.values import Value


@dataclass(frozen=True, slots=True)
class Rendered:
    """A registry or a tag as the page shows it. `template` is empty for literal text, `problem` if nothing is wrong."""

    text: str
    template: str
    values: tuple[Value, ...]
    problem: str

    @property
    def state(self) -> str:
        """The CSS class: `wrong`, `unknown` or `known`."""
        if self.problem:
            return "wrong"
        return "unknown" if any(value.text is None for value in self.values) else "known"


@dataclass(frozen=True, slots=True)
class RegistryState:
    """What is known of a reference in its registry: a key of `_MARKS` for a word, and a sentence with its age."""

    word: str
    text: str


@dataclass(frozen=True, slots=True)
class ShownTag:
    """A tag that is due. `registry` is None where no registry was asked."""

    repository: Rendered
    becomes: Rendered
    registry: RegistryState | None
    kept: str = ""  # why it stays where it is, as it only moves forward

    @property
    def mark(self) -> tuple[str, str, str]:
        """Its state at a glance: a word, a symbol, and the CSS class."""
        states = {self.becomes.state, self.repository.state}
        worst = next((state for state in ("wrong", "unknown") if state in states), "")
        return _MARKS[worst or ("kept" if self.kept else "due" if self.registry is None else self.registry.word)]


@dataclass(frozen=True, slots=True)
class ShownNotNow:
    """A tag that is not due, as it is written, and why."""

    template: str
    reason: str
    mark: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class ShownTarget:
    """A repository and its tags."""

    repository: Rendered
    tags: tuple[ShownTag, ...]
    not_now: tuple[ShownNotNow, ...]


@dataclass(frozen=True, slots=True)
class ShownArtifact:
    """An artifact; `about` is what is built, in a few words; `refused` tells whether a build would refuse it.

    `problems` are the reasons that are no findings.
    """

    name: str
    type: str
    about: str
    refused: bool
    problems: tuple[str, ...]
    targets: tuple[ShownTarget, ...]
    texts: tuple[tuple[str, tuple[tuple[str, Rendered], ...]], ...]  # mapping; each key, and what the text becomes
    metadata: tuple[Value, ...]  # what `metadata: auto` adds or, without a text, leaves out


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding, with the first line of its place in three parts; `marked` is the part that is wrong."""

    finding: Diagnostic
    place: Range
    before: str
    marked: str
    after: str


_MARKS = {  # a word, a symbol, and the CSS class; a word alone would be hard to find, a colour alone hard to see
    "wrong": ("error", "✕", "wrong"),
    "unknown": ("no value", "?", "unknown"),
    "due": ("due", "•", "due"),
    "not now": ("not now", "–", "not-now"),
    "not known": ("not known", "?", "not-known"),
    "kept": ("kept", "–", "not-now"),
    "new": ("new", "+", "new"),
    "unchanged": ("unchanged", "=", "unchanged"),
    "moves": ("moves", "→", "moves"),
    "exists": ("exists", "•", "exists"),
    "refused": ("refused", "✕", "refused"),
    "not checked": ("not checked", "•", "due"),
}

States = Mapping[tuple[int, Reference], RegistryState]  # by the artifact's index in the file


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page is about besides the check: all of it may be absent.

    `failed` are the artifacts that a build would refuse, `chosen` names the scenario that is shown in place of here and
    now, `states` say what registries have, and `note` what is true of all registries.
    """

    rows: Sequence[Row] = ()
    scenarios: Sequence[Scenario] = ()
    failed: Sequence[ArtifactResult] = ()
    chosen: str = ""
    states: States | None = None
    note: str = ""


NOTHING_MORE = Shown()


def page(checked: Checked, shown: Shown = NOTHING_MORE) -> str:
    """The whole page; only problems if the file was not decoded."""
    return _environment().get_template("preview.html.j2").render(_words(checked, shown))


def main(checked: Checked, shown: Shown = NOTHING_MORE) -> str:
    """What is in the page's `<main>`."""
    return _environment().get_template("preview_main.html.j2").render(_words(checked, shown))


def refusal(reason: str) -> str:
    """What is in `<main>` where nothing can be shown, and why."""
    template = '<header><h1>No preview</h1><p class="wrong">{{ reason }}</p></header>'
    return _environment().from_string(template).render(reason=reason)


def style() -> str:
    """The page's style sheet, which takes the colours of VS Code where there are any."""
    return Path(__file__).with_name("preview.css").read_text(encoding="utf-8")


def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_clean,
    )


def _words(checked: Checked, shown: Shown) -> dict[str, object]:
    planned = checked.plan.artifacts if checked.plan is not None else ()
    run = next((found.run for one in planned if (found := one.resolved.values.base.facts) is not None), "")
    return {
        "name": checked.source.name,
        "facts": facts(checked) if checked.plan is not None else "",
        "occasion": shown.chosen or run,
        "chosen": shown.chosen,
        "note": shown.note,
        "artifacts": [_artifact(one, checked, shown) for one in planned],
        "scenarios": [one.name for one in shown.scenarios],
        "table": scenario_table(shown.rows),
        "problems": [_problem(one, checked.source) for one in checked.diagnostics],
        "summary": Summary.of(1, checked.diagnostics).text,
        "version": __version__,
    }


def _clean(value: object) -> object:
    """How the page shows a text of the file, before HTML escaping."""
    return clean.lines(value) if type(value) is str else value


def _artifact(planned: PlannedArtifact, checked: Checked, shown: Shown) -> ShownArtifact:
    index = planned.artifact.index
    failed = [one for one in shown.failed if one.index == index]
    untold = [error.message for one in failed for error in one.errors[len(one.findings) :]]  # findings come first
    texts = groupby(templated(planned.resolved), lambda one: one.where)
    return ShownArtifact(
        planned.artifact.label,
        planned.artifact.type,
        about(planned, checked),
        bool(failed),
        tuple(untold),
        tuple(_target(target, checked, index, shown.states) for target in planned.targets),
        tuple((where, tuple((one.key, _text(one, checked)) for one in some)) for where, some in texts),
        metadata(planned),
    )


def _text(one: ShownText, checked: Checked) -> Rendered:
    return Rendered(one.text, "", (), "") if one.hidden else _rendered(one.resolution, one.text, None, checked)


def _target(planned: PlannedTarget, checked: Checked, index: int, states: States | None) -> ShownTarget:
    repository = _rendered(planned.resolved.registry, planned.text, planned.problem, checked)
    return ShownTarget(
        repository,
        tuple(_tag(repository, one, checked, index, states) for one in planned.references),
        tuple(_not_now(one) for one in planned.not_now),
    )


def _tag(repository: Rendered, one: PlannedReference, checked: Checked, index: int, states: States | None) -> ShownTag:
    state = None if states is None or one.reference is None else states.get((index, one.reference))
    return ShownTag(repository, _rendered(one.tag, masked(one.tag.text), one.problem, checked), state, one.stays)


def _not_now(one: NotNow) -> ShownNotNow:
    reason = "; ".join(text for text in (one.reason, one.remedy) if text)
    return ShownNotNow(one.template, reason, _MARKS["not known" if one.undecided else "not now"])


def _rendered(resolution: Resolution, text: str, problem: LazyociError | None, checked: Checked) -> Rendered:
    problem = problem or resolution.error
    said = "" if problem is None else _said(resolution, checked) or problem.message
    template = resolution.source.value if resolution.source.is_template and text != resolution.source.value else ""
    return Rendered(text, masked(template), tuple(_distinct(resolution)), said)


def _said(resolution: Resolution, checked: Checked) -> str:
    """The first error found in a text; it says more than the error that stopped the rendering."""
    start, end = resolution.source.node.span
    inside = (one for one in checked.diagnostics if start <= one.span.start and one.span.end <= end)
    return next((one.message for one in inside if one.severity is Severity.ERROR), "")


def _distinct(resolution: Resolution) -> Iterator[Value]:
    """Every value that was used or missing, once."""
    yield from {value.name: value for value in (*resolution.used, *resolution.unknown)}.values()


def _problem(one: Diagnostic, source: Source) -> ShownFinding:
    spot = place(source, one.span)
    line = masked(source.line(spot.line - 1))
    start = spot.column - 1
    end = spot.end_column - 1 if spot.end_line == spot.line else len(line)
    return ShownFinding(one, spot, line[:start], line[start:end], line[end:])
