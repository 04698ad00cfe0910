"""Hover on a tag or a registry: what it becomes, each value and its source, and what the registry has there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lazyoci.plan import PlannedArtifact, PlannedReference, PlannedTarget
from lazyoci.resolve import Resolution
from lazyoci.rules.shared.rendered_texts import templated
from lazyoci.yaml.nodes import Node
from lazyoci_lsp.features.command_links import command_link
from lazyoci_lsp.features.hover import registry_state
from lazyoci_lsp.features.hover.spot import Said, Spot
from lazyoci_lsp.features.markdown import render
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci_lsp.state.snapshot import Snapshot

_MOST = 8  # references of one registry that are shown


def at(view: View, spot: Spot) -> Said | None:
    """What to say of a place that is a tag or a registry, or another text that is a template."""
    if spot.checked is None:
        return None
    snapshot, offset, _ = spot.checked
    found = _at(view, snapshot, offset)
    return spot.checked.said(*found) if found is not None else None


def _at(view: View, snapshot: Snapshot, offset: int) -> tuple[Node, str] | None:
    """The node at an offset of the snapshot's text, and what to say of it."""
    plan = snapshot.checked.plan
    found = [] if plan is None else list(_found(plan.artifacts, offset))
    if not found:
        return None if plan is None else _text(plan.artifacts, offset)
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
        values=resolution.used,
        links=_links(view, snapshot, artifact),
    )
    return resolution.source.node, text


def _text(artifacts: tuple[PlannedArtifact, ...], offset: int) -> tuple[Node, str] | None:
    """An annotation, build argument or label that is a template: what it becomes."""
    for artifact in artifacts:
        for one in templated(artifact.resolved):
            node = one.resolution.source.node
            if node.start <= offset <= node.end and one.resolution.error is None:
                values = () if one.hidden else one.resolution.used
                shown = [{"text": one.text, "of": "", "problem": "", "state": []}]
                return node, render("reference.md", references=shown, more=0, values=values, links=[])
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
        "state": _state(view, snapshot, artifact, target, one),
    }


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
