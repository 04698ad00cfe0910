"""textDocument/codeLens: above every artifact what can be done with it, above the file what it publishes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from lazyoci.diagnostic import Source, Span
from lazyoci.plan import PlannedArtifact
from lazyoci_lsp.features import by_artifact
from lazyoci_lsp.rpc.encoded import Encoded, Raw, listed
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci_lsp.state.shown import Shown
    from lazyoci_lsp.state.snapshot import Snapshot

_KEY = re.compile(r"^(?!---)[^\s#%]", re.MULTILINE)


async def code_lens(view: View, params: types.CodeLensParams) -> Raw | list[types.CodeLens] | None:
    """The lenses of every artifact; of one that cannot be read, those it had when it last could."""
    if not view.configuration.code_lens:
        return None
    snapshot = await view.snapshot(params.text_document.uri)
    if snapshot is None or not snapshot.shown:
        return None
    whole = _of_file(view, snapshot)
    if snapshot.parts is None:
        return [whole, *[lens for shown in snapshot.shown for lens in _of_artifact(view, snapshot, shown)]]
    what = "lenses", view.configuration.trusted
    every = by_artifact.encoded(view, snapshot, what, lambda shown: _of_artifact(view, snapshot, shown))
    return Raw(listed([Encoded([view.encode(whole)], 0).at(0), *[said for _, said in every]]))


def _of_file(view: View, snapshot: Snapshot) -> types.CodeLens:
    told = summary([one.planned for one in snapshot.shown if not one.is_empty])
    title = f"{snapshot.scenario}: {told}" if snapshot.scenario else told
    return _lens(view, snapshot, _begin(snapshot.text.source), title, "lazyoci.preview")


def _of_artifact(view: View, snapshot: Snapshot, shown: Shown) -> Iterator[types.CodeLens]:
    planned = shown.here  # what is built and pushed, whatever is previewed
    node, index = planned.artifact.node, planned.artifact.index
    span = shown.to_new(Span(node.start, node.start))
    if span is None or shown.is_empty:
        return
    yield _lens(view, snapshot, span.start, "Dry run", "lazyoci.dryRun", index)
    if view.configuration.trusted and snapshot.text.path is not None:
        yield _lens(view, snapshot, span.start, "Build", "lazyoci.build", index)
        push = f"Push ({_count(_references(planned), 'reference')})"
        yield _lens(view, snapshot, span.start, push, "lazyoci.push", index)


def _lens(view: View, snapshot: Snapshot, offset: int, title: str, command: str, *more: object) -> types.CodeLens:
    where = view.converter.range(snapshot.text.source, Span(offset, offset))
    return types.CodeLens(where, types.Command(title, command, arguments=[snapshot.text.uri, *more]))


def _begin(source: Source) -> int:
    """Where the first key of the file is."""
    found = _KEY.search(source.text)
    return 0 if found is None else found.start()


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
