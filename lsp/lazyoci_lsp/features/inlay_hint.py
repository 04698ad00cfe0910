"""textDocument/inlayHint: behind every templated tag and registry, the reference that it becomes, or why it is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from lazyoci.diagnostic import Span
from lazyoci.plan import PlannedArtifact, PlannedTarget
from lazyoci.resolve import Resolution, ResolvedTag
from lazyoci.rules.shared.rendered_texts import templated
from lazyoci.when.evaluate import THIS_RUN
from lazyoci_lsp.features import by_artifact
from lazyoci_lsp.features.markdown import code, escape
from lazyoci_lsp.rpc.encoded import Raw, listed
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci_lsp.state.shown import Shown
    from lazyoci_lsp.state.snapshot import Snapshot

_LONGEST = 50  # characters of a reason within the line


async def inlay_hint(view: View, params: types.InlayHintParams) -> Raw | list[types.InlayHint] | None:
    """The hints in a range of lines; after an edit, those of the text as it is now."""
    if view.text(params.text_document.uri) is None or not view.configuration.inlay_hints:
        return None
    snapshot = await view.snapshot(params.text_document.uri)
    if snapshot is None:
        return None
    source = snapshot.text.source
    wanted = view.converter.span(source, params.range)
    if snapshot.parts is None:
        return list(_made(view, snapshot, _touched(snapshot.shown, wanted), wanted).values())

    def own(shown: Shown) -> list[types.InlayHint]:
        return list(_made(view, snapshot, [shown], shown.now).values())

    # those of whole artifacts, be it more than was asked for: so each is made once
    every = by_artifact.encoded(view, snapshot, "hints", own, wanted)
    return Raw(listed([said for _, said in every]))


def _made(view: View, snapshot: Snapshot, artifacts: Iterable[Shown], wanted: Span) -> dict[int, types.InlayHint]:
    """The hints of artifacts, by the place behind which they are."""
    found: dict[int, types.InlayHint] = {}
    for artifact in artifacts:
        for resolution, shown, tooltip in hints(artifact.planned):
            span = artifact.to_new(resolution.source.node.span)
            end = -1 if span is None else span.end
            if not wanted.start <= end <= wanted.end or end in found:
                continue  # an alias lets several references share a place: the first is shown, hover tells all
            found[end] = types.InlayHint(
                view.converter.position(snapshot.text.source, end),
                shown,
                kind=types.InlayHintKind.Type,
                tooltip=types.MarkupContent(types.MarkupKind.Markdown, tooltip),
                padding_left=True,
            )
    return found


_Hint = tuple[Resolution, str, str]  # the text behind which it is shown, the hint, and what its tooltip says


def _touched(shown: Iterable[Shown], wanted: Span) -> Iterator[Shown]:
    return (one for one in shown if one.now.start <= wanted.end and wanted.start <= one.now.end)


def hints(artifact: PlannedArtifact) -> Iterator[_Hint]:
    """Every text of an artifact that has a hint."""
    for target in artifact.targets:
        yield from _of_target(target)
    for shown in templated(artifact.resolved):
        if shown.resolution.error is None and not shown.hidden:
            yield shown.resolution, label(shown.resolution, shown.text), _tooltip(shown.resolution)


def _of_target(target: PlannedTarget) -> Iterator[tuple[Resolution, str, str]]:
    """A templated registry and tag with the reference it becomes; every tag that is not due with the reason."""
    registry = target.resolved.registry
    if registry.source.is_template and registry.error is None and registry.rendered:
        yield registry, label(registry, target.text), _tooltip(registry)
    for reference in target.references:
        if reference.tag.source.is_template and reference.tag.error is None:
            yield reference.tag, label(reference.tag, reference.text), _tooltip(reference.tag)
    for tag in target.resolved.tags:
        if not tag.due:
            yield tag.text, not_due(tag), "\n\n".join(escape(text) for text in (tag.reason, tag.remedy) if text)


def not_due(tag: ResolvedTag) -> str:
    """`not now: REASON`; what the run is for stands in the tooltip."""
    word = "not known" if tag.undecided else "not now"
    reason = tag.reason.partition(THIS_RUN)[0]
    return f"{word}: {_short(reason)}" if reason else word


def label(resolution: Resolution, shown: str) -> str:
    """`→ REFERENCE`, and whether some of it is missing; what to do about that stands in the tooltip."""
    return f"→ {shown} (unset)" if resolution.unknown else f"→ {shown}"


def _short(text: str) -> str:
    """A text that fits into the line; the tooltip has it all."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


def _tooltip(resolution: Resolution) -> str:
    lines = []
    for value in resolution.used:
        shown = code(value.shown) if value.shown else "*empty*" if value.text == "" else "*not set*"
        lines.append(
            f"- `.{value.name}`: {shown} – {escape(value.source)}" if value.source else f"- `.{value.name}`: {shown}"
        )
    return "\n".join(lines)
