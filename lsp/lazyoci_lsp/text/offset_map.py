"""Maps offsets between two versions of a text. What was edited has no counterpart."""

from __future__ import annotations

from lazyoci.diagnostic import Span


class OffsetMap:
    """Two versions of a text: equal at their beginning and at their end, and edited between."""

    def __init__(self, old: str, new: str) -> None:
        self._prefix = 0 if old == new else _common(old, new)
        rest = min(len(old), len(new)) - self._prefix
        self._suffix = 0 if old == new else _common_end(old, new, rest)
        self._same = old == new
        self._old, self._new = len(old), len(new)

    def to_old(self, offset: int) -> int | None:
        """Where an offset of the new text was in the old one; None within what was edited."""
        if self._same or offset <= self._prefix:
            return offset
        return offset - self._new + self._old if offset >= self._new - self._suffix else None

    def to_new(self, span: Span) -> Span | None:
        """Where a span of the old text is in the new one; None where it was edited."""
        if self._same or span.end <= self._prefix:
            return span
        if span.start < self._old - self._suffix:
            return None
        moved = self._new - self._old
        return Span(span.start + moved, span.end + moved)


def _common(old: str, new: str) -> int:
    """The length of the common prefix, found by comparing slices: quick, as they compare in C."""
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_end(old: str, new: str, limit: int) -> int:
    """The length of the common suffix, at most `limit`."""
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if old[len(old) - middle : len(old) - low] == new[len(new) - middle : len(new) - low]:
            low = middle
        else:
            high = middle - 1
    return low
