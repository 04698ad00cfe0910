"""From one text to another by edits of whole lines, so that cursors, folds and marks elsewhere stay."""

from __future__ import annotations

from difflib import SequenceMatcher

from lazyoci.diagnostic import Edit, Source, Span

_MOST = 1_500  # lines that are compared one by one; more are replaced as a whole


def changes(source: Source, after: str) -> list[Edit]:
    """The edits that make `after` of a text, in order."""
    before = source.text
    if before == after:
        return []
    old = [before[start:end] for start, end in _bounds(source)]
    new = [after[start:end] for start, end in _bounds(Source(after))]
    top = 0
    while top < min(len(old), len(new)) and old[top] == new[top]:
        top += 1
    bottom = 0
    while bottom < min(len(old), len(new)) - top and old[-1 - bottom] == new[-1 - bottom]:
        bottom += 1
    middle, written = old[top : len(old) - bottom], new[top : len(new) - bottom]
    starts = [start for start, _ in _bounds(source)] + [len(before)]
    if len(middle) > _MOST:
        return [Edit(Span(starts[top], starts[top + len(middle)]), "".join(written))]
    found = []
    for tag, i, j, m, n in SequenceMatcher(None, middle, written, autojunk=False).get_opcodes():
        if tag != "equal":
            found.append(Edit(Span(starts[top + i], starts[top + j]), "".join(written[m:n])))
    return found


def _bounds(source: Source) -> list[tuple[int, int]]:
    starts = source.line_starts
    return list(zip(starts, [*starts[1:], len(source.text)], strict=True))
