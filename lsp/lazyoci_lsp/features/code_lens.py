"""textDocument/codeLens: above every artifact what can be done with it, above the file what it publishes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from lazyoci.diagnostic import Span
from lazyoci.plan import PlannedArtifact
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci_lsp.state.snapshot import Snapshot


async def code_lens(view: View, params: types.CodeLensParams) -> list[types.CodeLens] | None:
    """The lenses of every artifact; of one that cannot be read, those it had when it last could."""
    if not view.configuration.code_lens:
        return None
    snapshot = await view.snapshot(params.text_document.uri)
    return list(_lenses(view, snapshot)) if snapshot is not None and snapshot.shown else None


def _lenses(view: View, snapshot: Snapshot) -> Iterator[types.CodeLens]:
    text = snapshot.text
    uri = text.uri

    def lens(offset: int, title: str, command: str, *arguments: object) -> types.CodeLens:
        where = view.converter.range(text.source, Span(offset, offset))
        return types.CodeLens(where, types.Command(title, command, arguments=list(arguments)))

    known = snapshot.checked.known
    root = known.config.document.root if known is not None else None
    told = summary([one.planned for one in snapshot.shown])
    title = f"{snapshot.scenario}: {told}" if snapshot.scenario else told
    yield lens(root.start if root is not None else 0, title, "lazyoci.preview", uri)
    for shown in snapshot.shown:
        planned = shown.here  # what is built and pushed, whatever is previewed
        node, index = planned.artifact.node, planned.artifact.index
        span = shown.to_new(Span(node.start, node.start))
        if span is None:
            continue
        yield lens(span.start, "Dry run", "lazyoci.dryRun", uri, index)
        if view.configuration.trusted and text.path is not None:
            yield lens(span.start, "Build", "lazyoci.build", uri, index)
            yield lens(span.start, f"Push ({_count(_references(planned), 'reference')})", "lazyoci.push", uri, index)


def _references(planned: PlannedArtifact) -> int:
    return len({one.text for one in planned.references})


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def summary(planned: Sequence[PlannedArtifact]) -> str:
    """What artifacts publish together, in a few words."""
    references = {one.text for artifact in planned for one in artifact.references}
    hosts = {one.text.partition("/")[0] for artifact in planned for one in artifact.targets if one.references}
    artifacts = _count(len(planned), "artifact")
    registries = _count(len(hosts), "registry").replace("ys", "ies")
    resting = sum(len(artifact.not_now) for artifact in planned)
    said = f"{artifacts}, {_count(len(references), 'reference')}, {registries}"
    return f"{said}, {resting} not now" if resting else said
