"""Answers about a whole file, put together of what is said of each artifact: made once, and again where one changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from lazyoci.check.again import nodes_at
from lazyoci.diagnostic import Source
from lazyoci.yaml.compose import Broken
from lazyoci_lsp.rpc.encoded import Encoded
from lazyoci_lsp.text.recovery import mended
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci.diagnostic import Span
    from lazyoci.yaml.nodes import Document
    from lazyoci_lsp.state.shown import Shown
    from lazyoci_lsp.state.snapshot import Snapshot


def nodes(snapshot: Snapshot, shown: Shown) -> Document | None:
    """The YAML of an artifact, a list of one item; of one that is broken, what can be recovered."""
    assert shown.part is not None
    source = snapshot.text.source
    if not shown.part.lost:
        return nodes_at(source, shown.part, shown.now.start)
    text, (start, end) = source.text, shown.now
    whole = Source(text[:start] + mended(text[start:end]) + text[end:], source.path)
    try:
        return nodes_at(whole, shown.part, start)
    except Broken:  # such as an alias that names nothing
        return None


def encoded(
    view: View, snapshot: Snapshot, what: object, make: Callable[[Shown], Iterable[Any]], within: Span | None = None
) -> Iterator[tuple[Shown, str]]:
    """What `make` says of each artifact, as members of a JSON list; nothing where the file was checked as a whole.

    `what` names it: the same name, and the same artifact, is the same answer. With `within`, only artifacts that
    touch that span are asked about. For the main loop.
    """
    for one in snapshot.shown if snapshot.parts is not None else ():
        if within is not None and not (one.now.start <= within.end and within.start <= one.now.end):
            continue
        if one.part is not None:
            yield one, encoded_one(view, one, what, make)


def encoded_one(view: View, shown: Shown, what: object, make: Callable[[Shown], Iterable[Any]]) -> str:
    """The same of one artifact, which is of a file in parts."""
    assert shown.part is not None
    found: Encoded | None = shown.part.memo.get(what)
    if found is None:
        found = shown.part.memo[what] = Encoded([view.encode(said) for said in make(shown)], shown.line)
    return found.at(shown.line)
