"""textDocument/codeLens: above every artifact what can be done with it, above the file what it publishes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from lazyoci.diagnostic import Span
from lazyoci.plan import Plan, PlannedArtifact

if TYPE_CHECKING:
    from lazyoci_lsp.session import Session
    from lazyoci_lsp.snapshot import Snapshot


async def code_lens(ls: Session, params: types.CodeLensParams) -> list[types.CodeLens] | None:
    """The lenses of the newest version; of one that does not decode, none."""
    if not ls.configuration.code_lens:
        return None
    snapshot = await ls.snapshot(params.text_document.uri)
    if snapshot is None or snapshot.checked.plan is None:
        return None
    return list(_lenses(ls, snapshot, snapshot.checked.plan))


def _lenses(ls: Session, snapshot: Snapshot, plan: Plan) -> Iterator[types.CodeLens]:
    uri, source = snapshot.text.uri, snapshot.text.source

    def lens(offset: int, title: str, command: str, *arguments: object) -> types.CodeLens:
        where = ls.converter.range(source, Span(offset, offset))
        return types.CodeLens(where, types.Command(title, command, arguments=list(arguments)))

    root = snapshot.checked.document.root if snapshot.checked.document is not None else None
    yield lens(root.start if root is not None else 0, summary(plan), "lazyoci.preview", uri)
    for planned in plan.artifacts:
        at, index = planned.artifact.node.start, planned.artifact.index
        yield lens(at, "Dry run", "lazyoci.dryRun", uri, index)
        if ls.configuration.trusted and snapshot.text.path is not None:
            yield lens(at, "Build", "lazyoci.build", uri, index)
            yield lens(at, f"Push ({_count(_references(planned), 'reference')})", "lazyoci.push", uri, index)


def _references(planned: PlannedArtifact) -> int:
    return len({one.text for one in planned.references})


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def summary(plan: Plan) -> str:
    """What the whole file publishes, in a few words."""
    references = {one.text for artifact in plan.artifacts for one in artifact.references}
    hosts = {target.text.partition("/")[0] for artifact in plan.artifacts for target in artifact.targets}
    artifacts = _count(len(plan.artifacts), "artifact")
    return f"{artifacts}, {_count(len(references), 'reference')}, {_count(len(hosts), 'registry').replace('ys', 'ies')}"
