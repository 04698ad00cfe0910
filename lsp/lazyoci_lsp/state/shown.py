"""What stands beside each artifact in the text: of the newest version, or of the last one in which it could be read.

So nothing beside the text comes and goes with every letter that is typed, and what was known of one artifact is never
shown at another.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lazyoci.config.recover import KEY
from lazyoci.diagnostic import Span
from lazyoci.yaml.pieces import cut
from lazyoci_lsp.text.offset_map import OffsetMap

if TYPE_CHECKING:
    from lazyoci.check import Checked
    from lazyoci.check.parts import Part, Parts
    from lazyoci.plan import PlannedArtifact


@dataclass(frozen=True, slots=True)
class Shown:
    """An artifact as it was read from `written`, the piece of a text that began at `start`; it is at `now` today.

    `planned` is of the scenario that is previewed, `here` of here and now. `offsets` is None if the piece is the same.
    """

    planned: PlannedArtifact
    here: PlannedArtifact
    start: int
    written: str
    now: Span
    offsets: OffsetMap | None = None
    part: Part | None = None  # what it is of, where the file was checked in parts
    line: int = 0  # at which it begins, where it is of a part

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known of it: it cannot be read, and never could."""
        return self.part is not None and self.part.lost and self.here is self.part.planned

    def to_new(self, span: Span) -> Span | None:
        """Where a span of the text that it was read from is now; None where that was edited."""
        moved = self.now.start - self.start
        if self.offsets is None:
            return Span(span.start + moved, span.end + moved) if moved else span
        found = self.offsets.to_new(Span(span.start - self.start, span.end - self.start))
        return None if found is None else Span(found.start + self.now.start, found.end + self.now.start)

    def to_old(self, offset: int) -> int | None:
        """Where an offset of the newest text was in the text that it was read from; None where that was edited."""
        inner = offset - self.now.start
        found = inner if self.offsets is None else self.offsets.to_old(inner)
        return None if found is None else found + self.start


def shown(here: Checked, chosen: Checked, before: Sequence[Shown], old: str) -> tuple[Shown, ...]:
    """What to show of a version, in file order.

    `here` is the version here and now, `chosen` in the scenario that is previewed. `before` is what was shown of the
    version before, whose text is `old`.
    """
    text = here.source.text
    pieces = cut(text, KEY)
    spans = [Span(0, len(text))] if pieces is None else list(pieces.items)
    found = list(_read(here, chosen, spans))
    if before and (here.plan is None or not found):
        read = {one.now for one in found}
        found += _kept(text, old, before, [span for span in spans if span not in read], whole=pieces is None)
        found.sort(key=lambda one: one.now)
    return tuple(found)


def of_parts(parts: Parts, text: str, before: Sequence[Shown], old: str) -> tuple[Shown, ...]:
    """What to show of a version that was checked in parts. What did not change is the same value as before.

    `before` is what was shown of the version before, whose text is `old`.
    """
    known = {one.now.start: one for one in before if one.part is not None}
    lost = [Span(start, start + len(part.text)) for part, start, _ in parts.items if part.lost]
    kept = {one.now.start: one for one in _kept(text, old, before, lost, whole=False)} if lost else {}
    found = []
    for part, start, line in parts.items:
        one = known.get(start)
        if one is None or one.part is not part:
            now = Span(start, start + len(part.text))
            one = Shown(part.planned, part.planned, part.start, part.text, now, None, part, line)
            if part.lost and start in kept:
                one = replace(kept[start], part=part, line=line)
        elif one.line != line:
            one = replace(one, line=line)
        found.append(one)
    return tuple(found)


def _read(here: Checked, chosen: Checked, spans: Sequence[Span]) -> Iterator[Shown]:
    """The artifacts that this version holds."""
    if here.known is None or chosen.known is None:
        return
    text, starts = here.source.text, [span.start for span in spans]
    planned = {one.artifact.index: one for one in chosen.known.plan.artifacts}
    for one in here.known.plan.artifacts:
        at = bisect_right(starts, one.artifact.node.start) - 1
        # an alias stands for an artifact that is written elsewhere
        span = spans[at] if at >= 0 and one.artifact.node.end <= spans[at].end else Span(0, len(text))
        yield Shown(planned.get(one.artifact.index, one), one, span.start, text[span.start : span.end], span)


def _kept(text: str, old: str, before: Sequence[Shown], spans: Sequence[Span], *, whole: bool) -> Iterator[Shown]:
    """What was shown at pieces that cannot be read now: each stays at the piece that begins where its own did."""
    moves = OffsetMap(old, text)
    wanted = {span.start: span for span in spans}
    for one in before:
        begin = moves.to_new(Span(one.now.start, one.now.start + 1))
        if begin is None:
            continue
        span = wanted.get(begin.start)
        if span is None and whole:  # the text cannot be cut up now: the end of the piece is where it was
            end = moves.to_new(Span(one.now.end, one.now.end))
            span = None if end is None else Span(begin.start, max(begin.start, end.start))
        if span is not None:
            now = text[span.start : span.end]
            offsets = None if now == one.written else OffsetMap(one.written, now)
            yield Shown(one.planned, one.here, one.start, one.written, span, offsets)
