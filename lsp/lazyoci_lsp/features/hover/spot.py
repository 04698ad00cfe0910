"""The place that a hover is about, read once for all who have something to say of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from lazyoci.diagnostic import Source, Span
from lazyoci_lsp.text import templates
from lazyoci_lsp.text.offset_map import OffsetMap
from lazyoci_lsp.text.place import Place, place

if TYPE_CHECKING:
    from lazyoci.check.scenarios import Row
    from lazyoci.plan import PlannedArtifact
    from lazyoci.template import Token
    from lazyoci.values import Value
    from lazyoci.yaml.nodes import Node
    from lazyoci_lsp.state.snapshot import Snapshot


class Said(NamedTuple):
    """Something to say, as Markdown, and the span of the text that it is about."""

    span: Span
    text: str


class InSnapshot(NamedTuple):
    """The same place in the newest snapshot there is, whose text may be an older one."""

    snapshot: Snapshot
    offset: int
    offsets: OffsetMap

    def said(self, node: Node, text: str) -> Said | None:
        """Something to say of a node of the snapshot; None where the text was edited there."""
        span = self.offsets.to_new(node.span)
        return Said(span, text) if span is not None else None


@dataclass(frozen=True, slots=True)
class Spot:
    """A place. `snapshot` is None before the first check, `checked` also where the text was edited since."""

    source: Source
    offset: int
    place: Place
    token: Token | None  # the variable or function of a template
    snapshot: Snapshot | None
    checked: InSnapshot | None
    metadata: tuple[PlannedArtifact, tuple[Value, ...]] | None = None  # what `metadata: auto` adds, at that key alone
    rows: tuple[Row, ...] | None = None  # of all tags of the file in the usual scenarios; None where not asked for

    def written(self, span: Span) -> str:
        """What is written there."""
        return self.source.text[span.start : span.end]


def spot(source: Source, offset: int, snapshot: Snapshot | None) -> Spot:
    """Read the place at `offset`."""
    checked = None
    if snapshot is not None:
        offsets = OffsetMap(snapshot.text.source.text, source.text)
        old = offsets.to_old(offset)
        checked = InSnapshot(snapshot, old, offsets) if old is not None else None
    return Spot(source, offset, place(source, offset), templates.word_at(source, offset), snapshot, checked)
