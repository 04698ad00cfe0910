"""textDocument/formatting: what `lazyoci format` would write, as edits of the lines that change."""

from __future__ import annotations

from lsprotocol import types

from lazyoci.errors import FormatError
from lazyoci_lsp.text.line_edits import changes
from lazyoci_lsp.view import View


async def formatting(view: View, params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
    """The edits; None for text that cannot be formatted, which its diagnostics explain."""
    text = view.text(params.text_document.uri)
    if text is None or not view.configuration.formatter:
        return None
    source = text.source
    try:
        after = await view.background.run(lambda: _format(source.text))
    except FormatError:
        return None
    if not view.is_newest(text):
        return None  # edited meanwhile: these edits would fall in the wrong places
    return [types.TextEdit(view.converter.range(source, edit.span), edit.text) for edit in changes(source, after)]


def _format(text: str) -> str:
    from lazyoci.config.format import format

    return format(text)
