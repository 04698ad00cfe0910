"""The members of the list around a place, as they are written: what is there already need not be proposed."""

from __future__ import annotations

from lazyoci.diagnostic import Source
from lazyoci_lsp.text import flow_collections, lines
from lazyoci_lsp.text.place import plain


def members(source: Source, offset: int) -> frozenset[str]:
    """The texts of the list, without quotes; not the one that `offset` is at."""
    number = source.position(offset).line
    inside = flow_collections.around(source, number, offset)
    if inside is not None:
        return frozenset(flow_collections.others(source, inside, offset))
    here = lines.line(source, number)
    dash = next((entry for entry in reversed(here.entries) if entry.kind == "-"), None)
    if dash is None:
        return frozenset()
    found = set()
    begins = lines.indents(source)
    for step in (-1, 1):
        at = number + step
        while 0 <= at < len(begins) and begins[at] >= dash.column:
            one = lines.line(source, at)
            if one.entries and one.entries[0].column == dash.column:
                if one.entries[0].kind != "-":
                    break
                found.add(plain(one.value))
            at += step
    return frozenset(found)
