"""Hover on a tag or a registry: what it becomes, each value and its source, and what the registry has there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lazyoci.config.nodes import Node
from lazyoci.plan import PlannedArtifact, PlannedReference, PlannedTarget
from lazyoci.resolve import Resolution
from lazyoci_lsp.links import command_link
from lazyoci_lsp.markdown import render

if TYPE_CHECKING:
    from lazyoci_lsp.session import Session
    from lazyoci_lsp.snapshot import Snapshot

_MOST = 8  # references of one registry that are shown


def at(session: Session, snapshot: Snapshot, offset: int) -> tuple[Node, str] | None:
    """The node at an offset of the snapshot's text, if it is a tag or a registry, and what to say of it."""
    plan = snapshot.checked.plan
    found = [] if plan is None else list(_found(plan.artifacts, offset))
    if not found:
        return None
    artifact, target, resolution, references = found[0]
    shown = [_reference(session, one, named.artifact.label if len(found) > 1 else "") for named, one in _each(found)]
    if not references:  # a target whose tags are all broken
        shown = [{"text": target.text, "of": "", "problem": "", "state": []}]
    text = render(
        "reference.md",
        references=shown[:_MOST],
        more=max(0, len(shown) - _MOST),
        values=resolution.used,
        links=_links(session, snapshot, artifact),
    )
    return resolution.source.node, text


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


def _each(found: list[_Found]) -> Iterator[tuple[PlannedArtifact, PlannedReference]]:
    for artifact, _, _, references in found:
        for one in references:
            yield artifact, one


def _reference(session: Session, one: PlannedReference, of: str) -> dict[str, Any]:
    problem = one.problem or one.tag.error
    return {
        "text": one.text,
        "of": of,
        "problem": problem.message if problem is not None else "",
        "state": [],
    }


def _links(session: Session, snapshot: Snapshot, artifact: PlannedArtifact) -> list[str]:
    """What can be done from here, in clients whose hovers take commands."""
    if not session.client.vscode:
        return []
    uri = snapshot.text.uri
    return [
        command_link("Dry run", "lazyoci.dryRun", uri, artifact.artifact.index),
        command_link("Preview", "lazyoci.preview", uri),
    ]
