"""textDocument/references and documentHighlight: anchors with their aliases, and the variables of templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from lazyoci_lsp import occurrences

if TYPE_CHECKING:
    from lazyoci_lsp.session import Session


async def references(ls: Session, params: types.ReferenceParams) -> list[types.Location] | None:
    """Where else what is at the place is used."""
    text = ls.documents.lazy(params.text_document.uri)
    if text is None:
        return None
    offset = ls.converter.offset(text.source, params.position)
    found = await occurrences.everywhere(ls, text, offset)
    if found and not params.context.include_declaration and text.source.text[found[0].start] == "&":
        found = found[1:]
    return [types.Location(text.uri, ls.converter.range(text.source, span)) for span in found]


async def document_highlight(
    ls: Session, params: types.DocumentHighlightParams
) -> list[types.DocumentHighlight] | None:
    """The same places, to be marked."""
    text = ls.documents.lazy(params.text_document.uri)
    if text is None:
        return None
    offset = ls.converter.offset(text.source, params.position)
    found = await occurrences.everywhere(ls, text, offset)
    return [
        types.DocumentHighlight(
            ls.converter.range(text.source, span),
            types.DocumentHighlightKind.Write
            if text.source.text[span.start] == "&"
            else types.DocumentHighlightKind.Read,
        )
        for span in found
    ]
