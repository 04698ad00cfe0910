"""Answers about a whole file, put together of what is said of each artifact: made once, and again where one changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from lazyoci_lsp.rpc.encoded import Encoded
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci.check.parts import Part
    from lazyoci.diagnostic import Span
    from lazyoci_lsp.state.shown import Shown
    from lazyoci_lsp.state.snapshot import Snapshot


def encoded(
    view: View, snapshot: Snapshot, what: object, make: Callable[[Shown], Iterable[Any]], within: Span | None = None
) -> Iterator[tuple[Shown, str]]:
    """What `make` says of each artifact, as members of a JSON list; nothing where the file was checked as a whole.

    `what` names it: the same name, and the same artifact, is the same answer. With `within`, only artifacts that
    touch that span are asked about. For the main loop.
    """
    for one in snapshot.shown if snapshot.parts is not None else ():
        part: Part | None = one.part
        if part is None or (within is not None and not (one.now.start <= within.end and within.start <= one.now.end)):
            continue
        found: Encoded | None = part.memo.get(what)
        if found is None:
            found = part.memo[what] = Encoded([view.encode(said) for said in make(one)], one.line)
        yield one, found.at(one.line)
