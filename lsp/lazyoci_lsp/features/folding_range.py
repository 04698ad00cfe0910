"""textDocument/foldingRange: artifacts and all else of several lines, and blocks of comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from lazyoci.config.recover import KEY
from lazyoci.diagnostic import Source, Span
from lazyoci.yaml.nodes import Document, Mapping, Scalar, Sequence
from lazyoci_lsp.features import by_artifact
from lazyoci_lsp.rpc.encoded import Encoded, Raw, listed
from lazyoci_lsp.text import tree
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci.check.parts import Parts
    from lazyoci_lsp.state.shown import Shown
    from lazyoci_lsp.state.snapshot import Snapshot


async def folding_range(view: View, params: types.FoldingRangeParams) -> Raw | list[types.FoldingRange] | None:
    """What can be folded, whole lines each."""
    snapshot = await view.snapshot(params.text_document.uri)
    if snapshot is not None and snapshot.parts is not None:
        return _by_artifact(view, snapshot, snapshot.parts)
    read = await view.nodes(params.text_document.uri)
    if read is None:
        return None
    text, document = read
    return _ranges((*_nodes(text.source, document), *_comments(text.source)))


def _ranges(found: Iterable[_Fold]) -> list[types.FoldingRange]:
    ordered = sorted(dict.fromkeys(found), key=lambda one: one[:2])
    return [types.FoldingRange(start, end, kind=kind) for start, end, kind in ordered]


def _by_artifact(view: View, snapshot: Snapshot, parts: Parts) -> Raw:
    """The same of a file whose artifacts are known one by one; nothing that can be folded goes from one to the next."""
    source = snapshot.text.source

    def own(shown: Shown) -> list[types.FoldingRange]:
        document = by_artifact.nodes(snapshot, shown)
        return _ranges((*_nodes(source, document), *_comments(source, shown.now)))

    first, last = parts.items[0], parts.items[-1]
    document = by_artifact.nodes(snapshot, snapshot.shown[-1])
    nodes = document.root if document is not None else None
    listed_at = source.position(first.start).line - 1
    while listed_at > 0 and not source.line(listed_at).startswith(KEY):
        listed_at -= 1
    end = _last_line(source, nodes.end if nodes is not None else last.start)
    around = [(listed_at, end, None), *_comments(source, Span(0, first.start))]
    members = [Encoded([view.encode(one) for one in _ranges(around)], 0).at(0)]
    members += [said for _, said in by_artifact.encoded(view, snapshot, "folding", own)]
    return Raw(listed(members))


_Fold = tuple[int, int, types.FoldingRangeKind | None]


def _nodes(source: Source, document: Document | None) -> Iterator[_Fold]:
    """From the line of a key or dash to the last line of what belongs to it."""
    for node in tree.walk(document):
        inner = []
        if isinstance(node, Mapping):
            inner = [(key, value) for key, value in node.items]
        elif isinstance(node, Sequence):
            inner = [(item, item) for item in node.items]
        for first, value in inner:
            if isinstance(value, Scalar) and value.style not in ("|", ">"):
                continue
            if value.start < first.start:
                continue  # an alias: what it stands for is written elsewhere
            start = source.position(first.start).line
            end = _last_line(source, value.end)
            if end > start:
                yield start, end, None


def _last_line(source: Source, offset: int) -> int:
    """The line on which something ends that ends at `offset`."""
    end, column = source.position(offset)
    return end if source.line(end)[:column].strip() else end - 1


def _comments(source: Source, within: Span | None = None) -> Iterator[_Fold]:
    """Comments of two lines and more."""
    first: int | None = None
    begin, end = within or Span(0, len(source.text))
    last = source.position(end).line if end < len(source.text) else len(source.line_starts)
    for number in range(source.position(begin).line, last + 1) if "#" in source.text[begin:end] else ():
        is_comment = number < last and source.line(number).lstrip(" \t").startswith("#")
        if is_comment and first is None:
            first = number
        elif not is_comment and first is not None:
            if number - 1 > first:
                yield first, number - 1, types.FoldingRangeKind.Comment
            first = None
