"""Hover on `from` of a copy: what it becomes, each value and its source, and what the registry has there."""

from __future__ import annotations

from lazyoci.mask import masked
from lazyoci_lsp.features.hover import registry_state
from lazyoci_lsp.features.hover.spot import Said, Spot
from lazyoci_lsp.features.markdown import render
from lazyoci_lsp.view import View


def at(view: View, spot: Spot) -> Said | None:
    """What to say of a place that is the source of a copy."""
    if spot.checked is None:
        return None
    snapshot, offset = spot.checked.snapshot, spot.checked.offset
    for planned in spot.checked.artifacts:
        source = planned.resolved.source
        if source is None or source.error is not None:
            continue
        node = source.source.node
        if node.start <= offset <= node.end:
            state = registry_state.of_source(view, snapshot, planned)
            shown = [{"text": masked(source.text), "of": "", "problem": "", "state": state}]
            values = source.used
            text = render("reference.md", references=shown, more=0, values=values, links=[], scenarios=[])
            return spot.checked.said(node, text)
    return None
