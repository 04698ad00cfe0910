"""textDocument/formatting: what `lazyoci format` would write, as edits of the lines that change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from lazyoci.errors import FormatError
from lazyoci_lsp.text.line_edits import changes

if TYPE_CHECKING:
    from lazyoci_lsp.session import Session


async def formatting(ls: Session, params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
    """The edits; None for text that cannot be formatted, which its diagnostics explain."""
    text = ls.documents.lazy(params.text_document.uri)
    if text is None or not ls.configuration.formatter:
        return None
    source = text.source
    try:
        after = await ls.in_worker(lambda: _format(source.text))
    except FormatError:
        return None
    if ls.documents.by_key(text.key) is not text:
        return None  # edited meanwhile: these edits would fall in the wrong places
    return [types.TextEdit(ls.converter.range(source, edit.span), edit.text) for edit in changes(source, after)]


def _format(text: str) -> str:
    from lazyoci.config.format import format

    return format(text)
