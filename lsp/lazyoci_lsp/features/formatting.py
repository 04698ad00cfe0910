"""textDocument/formatting and rangeFormatting: what `lazyoci format` would write, as edits of the lines that change."""

from __future__ import annotations

from collections.abc import Callable

from lsprotocol import types

from lazyoci.diagnostic import Edit, Source, Span
from lazyoci.errors import FormatError
from lazyoci.yaml.edits import apply
from lazyoci.yaml.nodes import Document
from lazyoci_lsp.text import tree
from lazyoci_lsp.text.documents import Text
from lazyoci_lsp.text.line_edits import changes
from lazyoci_lsp.view import View


async def formatting(view: View, params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
    """The edits; None for text that cannot be formatted, which its diagnostics explain."""
    text = view.text(params.text_document.uri)
    if text is None or not view.configuration.formatter:
        return None
    source = text.source
    return await _edits(view, text, lambda: changes(source, _format(source.text)))


async def range_formatting(view: View, params: types.DocumentRangeFormattingParams) -> list[types.TextEdit] | None:
    """The edits of the lines of a range; of all lines of its artifacts, where these cannot be changed alone."""
    text = view.text(params.text_document.uri)
    if text is None or not view.configuration.formatter:
        return None
    source, span = text.source, view.converter.span(text.source, params.range)
    document = await view.nodes_of(text)
    return await _edits(view, text, lambda: within(source, document, span))


async def _edits(view: View, text: Text, make: Callable[[], list[Edit]]) -> list[types.TextEdit] | None:
    try:
        found = await view.background.run(make)
    except FormatError:
        return None
    if not view.is_newest(text):
        return None  # edited meanwhile: these edits would fall in the wrong places
    return [types.TextEdit(view.converter.range(text.source, edit.span), edit.text) for edit in found]


def within(source: Source, document: Document | None, span: Span) -> list[Edit]:
    """The formatter's edits of the lines of a span, or of its artifacts; none if neither keeps what the file means.

    A line that is indented anew may need those around it. Raises FormatError for text that cannot be formatted.
    """
    after = _format(source.text)
    every = [one for edit in changes(source, after) for one in _line_by_line(source, edit)]
    artifacts = [one for one in tree.artifacts(document) if one.start <= span.end and span.start <= one.end]
    wider = Span(min([span.start, *[one.start for one in artifacts]]), max([span.end, *[one.end for one in artifacts]]))
    for one in (span, wider):
        first, last = source.position(one.start).line, source.position(one.end).line
        if one.end > one.start and source.position(one.end).column == 0:
            last -= 1  # a selection of whole lines ends at the beginning of the next
        start = source.line_starts[first]
        end = source.line_starts[last] + len(source.line(last)) + 1
        chosen = [edit for edit in every if start <= edit.span.start < end and edit.span.end <= end + 1]
        if not chosen:
            return []
        try:
            if _format(apply(source.text, chosen)) == after:
                return chosen
        except FormatError:
            continue  # no YAML, with these edits alone
    return []


def _line_by_line(source: Source, edit: Edit) -> list[Edit]:
    """An edit of several lines as one for each of them, if each becomes one."""
    old = source.text[edit.span.start : edit.span.end].splitlines(keepends=True)
    new = edit.text.splitlines(keepends=True)
    if len(old) != len(new):
        return [edit]
    ends = [edit.span.start + sum(map(len, old[: number + 1])) for number in range(len(old))]
    pairs = zip([edit.span.start, *ends], ends, new, strict=False)
    return [Edit(Span(start, end), text) for start, end, text in pairs]


def _format(text: str) -> str:
    from lazyoci.config.format import format

    return format(text)
