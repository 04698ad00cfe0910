"""Hover on a tag or a registry: what it becomes, each value and its source, and what the registry has there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from lazyoci.check.scenario_world import STANDARD
from lazyoci.frozen import replace
from lazyoci.mask import masked
from lazyoci.plan import PlannedArtifact, PlannedReference, PlannedTarget
from lazyoci.resolve import Resolution, ResolvedTag
from lazyoci.rules.shared.rendered_texts import templated
from lazyoci.values import Value
from lazyoci.when.evaluate import THIS_RUN
from lazyoci.yaml.nodes import Node
from lazyoci_lsp.features.advice import is_told_at
from lazyoci_lsp.features.command_links import command_link
from lazyoci_lsp.features.hover import registry_state
from lazyoci_lsp.features.hover.spot import InSnapshot, Said, Spot
from lazyoci_lsp.features.markdown import code, escape, render
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci.check.scenarios import Cell, Row
    from lazyoci_lsp.state.snapshot import Snapshot

_MOST = 8  # references of one registry that are shown


def at(view: View, spot: Spot) -> Said | None:
    """What to say of a place that is a tag or a registry, or another text that is a template."""
    if spot.checked is None:
        return None
    found = _at(view, spot.checked, spot.rows)
    return spot.checked.said(*found) if found is not None else None


def _at(view: View, checked: InSnapshot, rows: Sequence[Row] | None) -> tuple[Node, str] | None:
    """The node at the place, and what to say of it."""
    snapshot, offset = checked.snapshot, checked.offset
    found = list(_found(checked.artifacts, offset))
    if not found:
        return _resting(snapshot, checked, rows) or _text(checked.artifacts, offset)
    artifact, target, resolution, references = found[0]
    shown = [
        _reference(view, snapshot, named, there, one, several=len(found) > 1)
        for named, there, one in list(_each(found))[:_MOST]
    ]
    more = sum(len(references) for _, _, _, references in found) - len(shown)
    if not references:  # a target whose tags are all broken
        shown = [{"text": target.text, "of": "", "problem": "", "state": _state(view, snapshot, artifact, target)}]
    text = render(
        "reference.md",
        references=shown,
        more=max(0, more),
        values=_values(checked, resolution),
        links=_links(view, snapshot, artifact),
        scenarios=_scenarios(snapshot, offset, rows),
    )
    return resolution.source.node, text


def _values(checked: InSnapshot, resolution: Resolution) -> list[Value]:
    """The values of a text; without the advice for one that is missing, where a finding beside the hover gives it."""

    def told(one: Value) -> bool:
        return one.text is None and is_told_at(checked.findings, one.name, checked.there)

    return [replace(one, source="") if told(one) else one for one in resolution.used]


def _resting(snapshot: Snapshot, checked: InSnapshot, rows: Sequence[Row] | None) -> tuple[Node, str] | None:
    """A tag that is not due: why not."""
    offset = checked.offset
    for tag in _tags(checked.artifacts):
        node = tag.text.source.node
        if node.start <= offset <= node.end and not tag.due:
            word = "not known" if tag.undecided else "not now"
            reason = "; ".join(text for text in (tag.reason, tag.remedy) if text)
            shown = {"text": masked(tag.tag.text.value), "of": "", "problem": f"{word}: {reason}", "state": []}
            scenarios = _scenarios(snapshot, offset, rows)
            return node, render("reference.md", references=[shown], more=0, values=[], links=[], scenarios=scenarios)
    return None


def _tags(artifacts: tuple[PlannedArtifact, ...]) -> Iterator[ResolvedTag]:
    """Every tag, due or not, in the order of the scenarios' table."""
    for artifact in artifacts:
        for target in artifact.resolved.targets:
            yield from target.tags


def _scenarios(snapshot: Snapshot, offset: int, rows: Sequence[Row] | None) -> list[tuple[str, str]]:
    return _row(snapshot.artifacts, offset, rows)


def _row(artifacts: tuple[PlannedArtifact, ...], offset: int, rows: Sequence[Row] | None) -> list[tuple[str, str]]:
    """What the tag at the offset becomes in each scenario, as Markdown."""
    for tag, row in zip(_tags(artifacts), rows or (), strict=False):
        node = tag.text.source.node
        if node.start <= offset <= node.end:
            return [(escape(one.name), _cell(cell)) for one, cell in zip(STANDARD, row.cells, strict=True)]
    return []


def _cell(cell: Cell) -> str:
    if cell.state == "due":
        return code(masked(cell.tag))
    return f"{escape(cell.state)}: {escape(masked(cell.reason.partition(THIS_RUN)[0]))}"


def _text(artifacts: tuple[PlannedArtifact, ...], offset: int) -> tuple[Node, str] | None:
    """An annotation, build argument or label that is a template: what it becomes."""
    for artifact in artifacts:
        for one in templated(artifact.resolved):
            node = one.resolution.source.node
            if node.start <= offset <= node.end and one.resolution.error is None:
                values = () if one.hidden else one.resolution.used
                shown = [{"text": one.text, "of": "", "problem": "", "state": []}]
                return node, render("reference.md", references=shown, more=0, values=values, links=[], scenarios=[])
    return None


_Found = tuple[PlannedArtifact, PlannedTarget, Resolution, list[PlannedReference]]


def _found(artifacts: tuple[PlannedArtifact, ...], offset: int) -> Iterator[_Found]:
    """Every target and text whose node is at the offset: several where an alias shares it."""
    for artifact in artifacts:
        for target in artifact.targets:
            registry = target.resolved.registry
            if registry.source.node.start <= offset <= registry.source.node.end:
                yield artifact, target, registry, list(target.references)
            for one in target.references:
                if one.tag.source.node.start <= offset <= one.tag.source.node.end:
                    yield artifact, target, one.tag, [one]


def _each(found: list[_Found]) -> Iterator[tuple[PlannedArtifact, PlannedTarget, PlannedReference]]:
    for artifact, target, _, references in found:
        for one in references:
            yield artifact, target, one


def _reference(
    view: View,
    snapshot: Snapshot,
    artifact: PlannedArtifact,
    target: PlannedTarget,
    one: PlannedReference,
    *,
    several: bool,
) -> dict[str, Any]:
    problem = one.problem or one.tag.error
    node = one.tag.source.node
    if any(node.start <= found.span.start < node.end for found in snapshot.checked.diagnostics):
        problem = None  # the editor shows what was found beside this
    return {
        "text": one.text,
        "of": artifact.artifact.label if several else "",
        "problem": problem.message if problem is not None else "",
        "state": [*_kept(one), *_state(view, snapshot, artifact, target, one)],
    }


def _kept(one: PlannedReference) -> list[str]:
    return [f"**kept** where it is: {escape(one.stays)}\n"] if one.stays else []


def _state(
    view: View,
    snapshot: Snapshot,
    artifact: PlannedArtifact,
    target: PlannedTarget,
    one: PlannedReference | None = None,
) -> list[str]:
    return registry_state.lines(view, snapshot, artifact.artifact.index, target, one)


def _links(view: View, snapshot: Snapshot, artifact: PlannedArtifact) -> list[str]:
    """What can be done from here, in clients whose hovers take commands."""
    if not view.client.vscode:
        return []
    uri = snapshot.text.uri
    again = [command_link("Check again", "lazyoci.checkAgain", uri)] if view.registries.checks != "off" else []
    return [
        command_link("Dry run", "lazyoci.dryRun", uri, artifact.artifact.index),
        command_link("Preview", "lazyoci.preview", uri),
        *again,
    ]
