"""`lazyoci preview -o html`: one page with what would be pushed, where every value comes from, and what is wrong.

The page is self-contained: it has no scripts, no fonts and nothing else that a browser would download.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2

from lazyoci import clean, mask
from lazyoci._version import __version__
from lazyoci.check import Checked
from lazyoci.check.scenarios import Row, Scenario
from lazyoci.diagnostic import Diagnostic, Severity, Source
from lazyoci.errors import LazyociError
from lazyoci.mask import masked
from lazyoci.plan import PlannedArtifact, PlannedTarget
from lazyoci.report.findings import Range, place
from lazyoci.report.preview import about, facts
from lazyoci.report.scenarios import short
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
class ShownTarget:
    """A repository and its tags."""

    repository: Rendered
    tags: tuple[Rendered, ...]
    not_now: tuple[tuple[str, str], ...]  # each tag's template, and why the tag is not published now


@dataclass(frozen=True, slots=True)
class ShownArtifact:
    """An artifact; `about` is what is built, in a few words."""

    name: str
    type: str
    about: str
    targets: tuple[ShownTarget, ...]
    texts: tuple[tuple[str, str, Rendered], ...]  # mapping, key, and what the text becomes


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding, with the first line of its place in three parts; `marked` is the part that is wrong."""

    finding: Diagnostic
    place: Range
    before: str
    marked: str
    after: str


def page(checked: Checked, rows: Sequence[Row] = (), scenarios: Sequence[Scenario] = ()) -> str:
    """The whole page, with a table of scenarios if there are any; only problems if the file was not decoded."""
    planned = checked.plan.artifacts if checked.plan is not None else ()
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_shown
    )
    template = environment.from_string(Path(__file__).with_name("preview.html.j2").read_text(encoding="utf-8"))
    return template.render(
        name=checked.source.name,
        facts=facts(checked) if checked.plan is not None else "",
        artifacts=[_artifact(one, checked) for one in planned],
        scenarios=[one.name for one in scenarios],
        rows=[(mask.registry(row.registry), masked(row.template), [(c, short(c)) for c in row.cells]) for row in rows],
        problems=[_problem(one, checked.source) for one in checked.diagnostics],
        summary=Summary.of(1, checked.diagnostics).text,
        version=__version__,
    )


def _shown(value: object) -> object:
    """How the page shows a text of the file, before HTML escaping."""
    return clean.lines(value) if type(value) is str else value


def _artifact(planned: PlannedArtifact, checked: Checked) -> ShownArtifact:
    return ShownArtifact(
        planned.artifact.label,
        planned.artifact.type,
        about(planned, checked),
        tuple(_target(target, checked) for target in planned.targets),
        tuple((one.where, one.key, _text(one, checked)) for one in templated(planned.resolved)),
    )


def _text(one: ShownText, checked: Checked) -> Rendered:
    return Rendered(one.text, "", (), "") if one.hidden else _rendered(one.resolution, one.text, None, checked)


def _target(planned: PlannedTarget, checked: Checked) -> ShownTarget:
    return ShownTarget(
        _rendered(planned.resolved.registry, planned.text, planned.problem, checked),
        tuple(_rendered(one.tag, masked(one.tag.text), one.problem, checked) for one in planned.references),
        tuple(
            (one.template, f"{'not known' if one.undecided else 'not now'}: {one.reason}") for one in planned.not_now
        ),
    )


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
