"""textDocument/foldingRange: artifacts and all else of several lines, and blocks of comments."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from lazyoci.diagnostic import Source
from lazyoci.yaml.nodes import Document, Mapping, Scalar, Sequence
from lazyoci_lsp.text import tree
from lazyoci_lsp.view import View


async def folding_range(view: View, params: types.FoldingRangeParams) -> list[types.FoldingRange] | None:
    """What can be folded, whole lines each."""
    read = await view.nodes(params.text_document.uri)
    if read is None:
        return None
    text, document = read
    found = dict.fromkeys((*_nodes(text.source, document), *_comments(text.source)))
    return [types.FoldingRange(start, end, kind=kind) for start, end, kind in sorted(found, key=lambda one: one[:2])]


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
            end, column = source.position(value.end)
            if end > start and not source.line(end)[:column].strip():
                end -= 1
            if end > start:
                yield start, end, None


def _comments(source: Source) -> Iterator[_Fold]:
    """Comments of two lines and more."""
    first: int | None = None
    for number in range(len(source.line_starts) + 1) if "#" in source.text else ():
        is_comment = number < len(source.line_starts) and source.line(number).lstrip(" \t").startswith("#")
        if is_comment and first is None:
            first = number
        elif not is_comment and first is not None:
            if number - 1 > first:
                yield first, number - 1, types.FoldingRangeKind.Comment
            first = None
