"""Hover within `{{ }}`: a variable with its value, or a function."""

from __future__ import annotations

from lazyoci.rules.shared.rendered_texts import HIDDEN
from lazyoci.rules.shared.secrets import looks_secret
from lazyoci.template.documentation import function_text, variable_text
from lazyoci.values import Value
from lazyoci_lsp.features.advice import is_told_at
from lazyoci_lsp.features.hover.spot import Said, Spot
from lazyoci_lsp.features.markdown import code, escape
from lazyoci_lsp.view import View


def at(view: View, spot: Spot) -> Said | None:
    """What the variable or function at a place is."""
    if spot.token is None:
        return None
    name = spot.written(spot.token.span).lstrip(".")
    if spot.token.kind == "function":
        text = function_text(name)
        return Said(spot.token.span, text + "\n") if text else None
    text = variable_text(name)
    if not text:
        return None
    value = _value(spot, name)
    if value is not None and value.text is None and _is_told(spot, name):
        return Said(spot.token.span, f"**.{name}** is not set\n\n{text}\n")
    return Said(spot.token.span, f"{_named(name, value)}\n\n{text}\n")


def _is_told(spot: Spot, name: str) -> bool:
    """Whether a finding beside the hover says already why a variable has no value."""
    return spot.checked is not None and is_told_at(spot.checked.findings, name, spot.checked.there)


def _value(spot: Spot, name: str) -> Value | None:
    """The value in the artifact around, which may have a version of its own."""
    checked = spot.checked
    for planned in () if checked is None else checked.artifacts:
        if checked is not None and planned.artifact.node.start <= checked.offset <= planned.artifact.node.end:
            return planned.resolved.values.get(name)
    return spot.snapshot.values_of(spot.place.artifact).get(name) if spot.snapshot is not None else None


def _named(name: str, value: Value | None) -> str:
    if value is None:
        return f"**.{name}**"
    if value.text is None:
        return f"**.{name}** is not set: {escape(value.source)}"
    if looks_secret(name, value.text):
        return f"**.{name}** {HIDDEN}"
    shown = f"= {code(value.shown)}" if value.shown else "is empty"
    return f"**.{name}** {shown}" + (f" ({escape(value.source)})" if value.source else "")
