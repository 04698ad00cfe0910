"""textDocument/selectionRange: from the word to the template, the value, the key with it, the artifact, the file."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from lazyoci.diagnostic import Source, Span
from lazyoci.yaml.nodes import Document, Mapping, Node, Scalar, Sequence, path_at
from lazyoci_lsp.text import templates
from lazyoci_lsp.view import View


async def selection_range(view: View, params: types.SelectionRangeParams) -> list[types.SelectionRange] | None:
    """For each place the ranges around it, from the smallest to the whole file."""
    read = await view.nodes(params.text_document.uri)
    if read is None:
        return None
    text, document = read
    source, convert = text.source, view.converter
    found = []
    for position in params.positions:
        selection: types.SelectionRange | None = None
        for span in reversed(spans(source, document, convert.offset(source, position))):
            selection = types.SelectionRange(convert.range(source, span), selection)
        assert selection is not None  # the whole file is around every place
        found.append(selection)
    return found


def spans(source: Source, document: Document | None, offset: int) -> list[Span]:
    """What is around an offset, innermost first, each within the next and none twice; the last is the whole text."""
    wanted = [*_template(source, offset), *_nodes(source, document, offset)]
    inner = Span(offset, offset)
    found: list[Span] = []
    for span in sorted(wanted, key=lambda one: one.end - one.start):
        if span != inner and span.start <= inner.start and inner.end <= span.end:
            found.append(span)
            inner = span
    whole = Span(0, len(source.text))
    return found if found and found[-1] == whole else [*found, whole]


def _template(source: Source, offset: int) -> Iterator[Span]:
    """The word of a template, all between its delimiters, and with them."""
    inside = templates.around(source, offset)
    if inside is None:
        return
    for token in templates.tokens(source, inside):
        if token.kind not in ("text", "delimiter") and token.span.start <= offset <= token.span.end:
            yield token.span
    end = inside.span.end - 2 if inside.closed else inside.span.end
    yield _trimmed(source, Span(inside.span.start + 2, end))
    yield inside.span


def _nodes(source: Source, document: Document | None, offset: int) -> Iterator[Span]:
    """The nodes around an offset: a text within and with its quotes, a key with its value, an item with its dash."""
    chain = path_at(document, offset) if document is not None else []
    for parent, node in zip([None, *chain], chain, strict=False):
        yield node.span
        if isinstance(node, Scalar) and node.style in ("'", '"') and node.end - node.start > 1:
            yield Span(node.start + 1, node.end - 1)
        if isinstance(parent, Mapping):
            yield from _entry(parent, node)
        elif isinstance(parent, Sequence) and not parent.flow:
            yield from _item(source, parent, node)


def _entry(mapping: Mapping, key: Node) -> Iterator[Span]:
    value = next((value for one, value in mapping.items if one is key), None)
    if value is not None and value.start >= key.end:  # an alias stands for what is written elsewhere
        yield Span(key.start, value.end)


def _item(source: Source, sequence: Sequence, node: Node) -> Iterator[Span]:
    """From the dash, which is where the list's first one is in its line."""
    first, column = source.position(sequence.start)
    for number in range(source.position(node.start).line, first - 1, -1):
        if source.line(number)[column : column + 1] == "-":
            yield Span(source.line_starts[number] + column, node.end)
            return


def _trimmed(source: Source, span: Span) -> Span:
    """A span without the blanks at its ends."""
    text = source.text[span.start : span.end]
    start = span.start + len(text) - len(text.lstrip())
    return Span(start, max(start, span.start + len(text.rstrip())))
