"""The place that a hover is about, read once for all who have something to say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from lazyoci.diagnostic import Diagnostic, Source, Span
from lazyoci_lsp.text import templates
from lazyoci_lsp.text.offset_map import OffsetMap
from lazyoci_lsp.text.place import Place, place

if TYPE_CHECKING:
    from lazyoci.check.scenarios import Row
    from lazyoci.plan import PlannedArtifact
    from lazyoci.template import Token
    from lazyoci.values import Value
    from lazyoci.yaml.nodes import Node
    from lazyoci_lsp.state.shown import Shown
    from lazyoci_lsp.state.snapshot import Snapshot


class Said(NamedTuple):
    """Something to say, as Markdown, and the span of the text that it is about."""

    span: Span
    text: str


class InSnapshot(NamedTuple):
    """The same place in an artifact of the newest snapshot there is, whose text may be an older one.

    `there` is its offset in the snapshot's text, `offset` that in the text from which `artifacts` were read: several
    where an alias shares what is there.
    """

    snapshot: Snapshot
    there: int
    offset: int
    artifacts: tuple[PlannedArtifact, ...]
    offsets: OffsetMap  # from the snapshot's text to the newest
    shown: Shown

    @property
    def findings(self) -> Sequence[Diagnostic]:
        """What was found in the snapshot's text."""
        return self.snapshot.checked.diagnostics

    def said(self, node: Node, text: str) -> Said | None:
        """Something to say of a node; None where the text was edited there."""
        there = self.shown.to_new(node.span)
        span = self.offsets.to_new(there) if there is not None else None
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
    checked = None if snapshot is None else _in_snapshot(source, offset, snapshot)
    return Spot(source, offset, place(source, offset), templates.word_at(source, offset), snapshot, checked)


def _in_snapshot(source: Source, offset: int, snapshot: Snapshot) -> InSnapshot | None:
    offsets = OffsetMap(snapshot.text.source.text, source.text)
    old = offsets.to_old(offset)
    shown = () if old is None else snapshot.at(old)
    for one in shown:
        inner = one.to_old(old) if old is not None else None
        if old is not None and inner is not None:
            alike = tuple([other.planned for other in shown if other.start == one.start])
            return InSnapshot(snapshot, old, inner, alike, offsets, one)
    return None
