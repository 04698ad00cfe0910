"""textDocument/inlayHint: behind every templated tag and registry, the reference that it becomes."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from lazyoci.plan import Plan
from lazyoci.resolve import Resolution
from lazyoci.rules.shared.rendered_texts import templated
from lazyoci_lsp.features.markdown import code, escape
from lazyoci_lsp.view import View

_LONGEST = 50  # characters of a reason within the line


async def inlay_hint(view: View, params: types.InlayHintParams) -> list[types.InlayHint] | None:
    """The hints in a range of lines; after an edit, those of the text as it is now."""
    if view.text(params.text_document.uri) is None or not view.configuration.inlay_hints:
        return None
    good = await view.last_good(params.text_document.uri)
    if good is None:
        return None
    source = good.source
    wanted = view.converter.span(source, params.range)
    found: dict[int, types.InlayHint] = {}
    for resolution, shown in resolved(good.plan):
        span = good.offsets.to_new(resolution.source.node.span)
        end = -1 if span is None else span.end
        if not wanted.start <= end <= wanted.end or end in found:
            continue  # an alias lets several references share a place: the first is shown, hover tells all
        found[end] = types.InlayHint(
            view.converter.position(source, end),
            label(resolution, shown),
            kind=types.InlayHintKind.Type,
            tooltip=types.MarkupContent(types.MarkupKind.Markdown, _tooltip(resolution)),
            padding_left=True,
        )
    return list(found.values())


def resolved(plan: Plan) -> Iterator[tuple[Resolution, str]]:
    """Every templated registry and tag, with the reference it becomes, and every other text, with what it becomes."""
    for artifact in plan.artifacts:
        for target in artifact.targets:
            registry = target.resolved.registry
            if registry.source.is_template and registry.error is None:
                yield registry, target.text
            for reference in target.references:
                if reference.tag.source.is_template and reference.tag.error is None:
                    yield reference.tag, reference.text
        for shown in templated(artifact.resolved):
            if shown.resolution.error is None and not shown.hidden:
                yield shown.resolution, shown.text


def label(resolution: Resolution, shown: str) -> str:
    """`→ REFERENCE`, and what is missing of it."""
    if not resolution.unknown:
        return f"→ {shown}"
    reasons = "; ".join(dict.fromkeys(value.source for value in resolution.unknown if value.source))
    if len(reasons) > _LONGEST:  # the tooltip has it all
        reasons = reasons[: _LONGEST - 1].rstrip() + "…"
    return f"→ {shown} (unset: {reasons})" if reasons else f"→ {shown} (unset)"


def _tooltip(resolution: Resolution) -> str:
    lines = []
    for value in resolution.used:
        shown = code(value.shown) if value.shown else "*empty*" if value.text == "" else "*not set*"
        lines.append(
            f"- `.{value.name}`: {shown} – {escape(value.source)}" if value.source else f"- `.{value.name}`: {shown}"
        )
    return "\n".join(lines)
