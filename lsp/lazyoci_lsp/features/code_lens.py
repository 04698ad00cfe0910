"""textDocument/codeLens: above every artifact what can be done with it, above the file what it publishes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from lazyoci.diagnostic import Span
from lazyoci.plan import Plan, PlannedArtifact
from lazyoci_lsp.state.last_good import LastGood
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci.yaml.nodes import Node


async def code_lens(view: View, params: types.CodeLensParams) -> list[types.CodeLens] | None:
    """The lenses of the newest version; while that does not decode, those of the last one that did."""
    if not view.configuration.code_lens:
        return None
    good = await view.last_good(params.text_document.uri)
    return list(_lenses(view, good)) if good is not None else None


def _lenses(view: View, good: LastGood) -> Iterator[types.CodeLens]:
    text, plan = good.snapshot.text, good.plan
    uri = text.uri

    def lens(offset: int, title: str, command: str, *arguments: object) -> types.CodeLens:
        where = view.converter.range(good.source, Span(offset, offset))
        return types.CodeLens(where, types.Command(title, command, arguments=list(arguments)))

    def now(node: Node | None) -> int | None:
        span = good.offsets.to_new(Span(node.start, node.start)) if node is not None else None
        return span.start if span is not None else None

    document = good.snapshot.checked.document
    chosen = good.snapshot.scenario
    title = f"{chosen}: {summary(plan)}" if chosen else summary(plan)
    yield lens(now(document.root if document is not None else None) or 0, title, "lazyoci.preview", uri)
    here = good.snapshot.here.plan  # what is built and pushed, whatever is previewed
    for planned in here.artifacts if here is not None else ():
        at, index = now(planned.artifact.node), planned.artifact.index
        if at is None:
            continue
        yield lens(at, "Dry run", "lazyoci.dryRun", uri, index)
        if view.configuration.trusted and text.path is not None:
            yield lens(at, "Build", "lazyoci.build", uri, index)
            yield lens(at, f"Push ({_count(_references(planned), 'reference')})", "lazyoci.push", uri, index)


def _references(planned: PlannedArtifact) -> int:
    return len({one.text for one in planned.references})


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def summary(plan: Plan) -> str:
    """What the whole file publishes, in a few words."""
    references = {one.text for artifact in plan.artifacts for one in artifact.references}
    hosts = {one.text.partition("/")[0] for artifact in plan.artifacts for one in artifact.targets if one.references}
    artifacts = _count(len(plan.artifacts), "artifact")
    registries = _count(len(hosts), "registry").replace("ys", "ies")
    resting = sum(len(artifact.not_now) for artifact in plan.artifacts)
    said = f"{artifacts}, {_count(len(references), 'reference')}, {registries}"
    return f"{said}, {resting} not now" if resting else said
