"""Compares the files of one run with each other: what one copies, another may publish in the same run.

That is no fault of either file, as they may be published one after the other, so no rule finds it in a file alone.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from lazyoci.check.text import Checked
from lazyoci.diagnostic import Diagnostic, Related, in_order
from lazyoci.errors import UsageError
from lazyoci.frozen import replace
from lazyoci.oci.reference import destination
from lazyoci.plan import PlannedArtifact, PlannedReference, select
from lazyoci.rules import BY_CODE, suppressions
from lazyoci.rules.checks.copy_of_own_target import source_of
from lazyoci.rules.checks.reference_collision import label

_CODE = "copy-of-own-target"
_Published = tuple[Checked, PlannedArtifact, PlannedReference]


def with_copies(files: Sequence[Checked], wanted: tuple[str, ...] = ()) -> list[Checked]:
    """The files with a finding for each copy of what another one of them publishes in this run.

    `wanted` are the artifacts that the run is about, as for `--artifact`.
    """
    chosen = [_chosen(one, wanted) for one in files]
    if not any(artifact.resolved.source is not None for artifacts in chosen for artifact in artifacts):
        return list(files)
    published: dict[Hashable, list[_Published]] = {}
    for checked, artifacts in zip(files, chosen, strict=True):
        for artifact in artifacts:
            for one in artifact.references:
                if one.reference is not None and not one.conditional:
                    published.setdefault(destination(one.reference), []).append((checked, artifact, one))
    return [_compared(one, artifacts, published) for one, artifacts in zip(files, chosen, strict=True)]


def _chosen(checked: Checked, wanted: tuple[str, ...]) -> list[PlannedArtifact]:
    if checked.plan is None or checked.config is None:
        return []
    try:
        indexes = select(checked.config, wanted)
    except UsageError:  # another file may have the artifact
        return []
    return [one for one in checked.plan.artifacts if one.artifact.index in indexes and one.resolved.due]


def _compared(
    checked: Checked, artifacts: Sequence[PlannedArtifact], published: dict[Hashable, list[_Published]]
) -> Checked:
    rule = BY_CODE[_CODE]
    severity = checked.selection.severity(rule, checked.world.face)
    if not checked.selection.wants(rule) or severity < checked.selection.least:
        return checked
    found = []
    for artifact in artifacts:
        source, resolution = source_of(artifact), artifact.resolved.source
        if source is None or resolution is None:
            continue
        for other, by, reference in published.get(destination(source), ()):
            if other is not checked:
                there = reference.tag.source.node.span
                line = other.source.position(there.start).line + 1
                message = (
                    f"{source} is what {label(by)} of {other.source.name} (line {line}) publishes in this run; "
                    "add the targets there, or publish this file in a later run"
                )
                related = (Related("published here", there, other.source),)
                found.append(Diagnostic(_CODE, severity, message, resolution.source.node.span, related=related))
                break
    kept = suppressions.apply(
        checked.source, checked.document, found, decoded=True, ran=lambda code: False, severity=None
    )
    return replace(checked, diagnostics=tuple(in_order([*checked.diagnostics, *kept]))) if kept else checked
