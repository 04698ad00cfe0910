"""Hover on `metadata: auto`: which annotations it adds, each with its source, and what it leaves out, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lazyoci.config.model import ImageArtifact
from lazyoci_lsp.features.hover import keys
from lazyoci_lsp.features.hover.spot import Said, Spot
from lazyoci_lsp.features.markdown import code, render
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci.plan import PlannedArtifact
    from lazyoci.values import Value

_KEY = "metadata"


def wanted(spot: Spot) -> PlannedArtifact | None:
    """The artifact whose `metadata` is at the place; None elsewhere, and where git is not asked."""
    here = spot.place
    is_key = here.kind == "key" and spot.written(here.word) == _KEY
    if not (is_key or here.path[-1:] == (_KEY,)) or spot.checked is None:
        return None
    offset = spot.checked.offset
    for planned in spot.checked.artifacts if spot.checked.snapshot.checked.world.has_git else ():
        artifact = planned.artifact
        key = artifact.node.key(_KEY)
        if artifact.metadata is not None and key is not None and key.start <= offset <= artifact.metadata.node.end:
            return planned
    return None


def found(planned: PlannedArtifact) -> tuple[Value, ...]:
    """What is added; asks git, so not for the main loop."""
    from lazyoci.values.metadata import added

    return added(planned.artifact, planned.resolved.values.base)


def at(view: View, spot: Spot) -> Said | None:
    """What to say of the place."""
    if spot.metadata is None:
        return None
    planned, values = spot.metadata
    documented = keys.at(spot)
    written = [code(key) for key in planned.artifact.annotations]
    text = render(
        "metadata.md",
        values=values,
        written=written,
        labels=isinstance(planned.artifact, ImageArtifact),
        about=documented.text if documented is not None else "",
    )
    return Said(spot.place.word, text)
