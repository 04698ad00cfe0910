"""textDocument/references and documentHighlight: anchors and their aliases, template variables, build arguments."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from lazyoci.diagnostic import Span
from lazyoci_lsp.features import build_arguments, occurrences
from lazyoci_lsp.text.documents import Text

if TYPE_CHECKING:
    from lazyoci_lsp.session import Session


async def references(ls: Session, params: types.ReferenceParams) -> list[types.Location] | None:
    """Where else what is at the place is used."""
    text = ls.documents.lazy(params.text_document.uri)
    if text is None:
        return None
    offset = ls.converter.offset(text.source, params.position)
    argument = build_arguments.at(ls, text, offset)
    if argument is not None:
        declared = build_arguments.declarations(ls, *argument) if params.context.include_declaration else []
        return declared + [_location(ls, text, span) for span in await _given(ls, text, argument)]
    found = await occurrences.everywhere(ls, text, offset)
    if found and not params.context.include_declaration and text.source.text[found[0].start] == "&":
        found = found[1:]
    return [_location(ls, text, span) for span in found]


def _location(ls: Session, text: Text, span: Span) -> types.Location:
    return types.Location(text.uri, ls.converter.range(text.source, span))


async def _given(ls: Session, text: Text, argument: tuple[str, Path]) -> list[Span]:
    """Where the document gives a build argument its value."""
    read = await ls.checker.document(text.key)
    if read is None or read[0].source is not text.source:
        return []  # edited meanwhile: the client asks again
    return build_arguments.given(ls, text, read[1], *argument)


async def document_highlight(
    ls: Session, params: types.DocumentHighlightParams
) -> list[types.DocumentHighlight] | None:
    """The same places, to be marked."""
    text = ls.documents.lazy(params.text_document.uri)
    if text is None:
        return None
    offset = ls.converter.offset(text.source, params.position)
    argument = build_arguments.at(ls, text, offset)
    found = await (occurrences.everywhere(ls, text, offset) if argument is None else _given(ls, text, argument))
    return [
        types.DocumentHighlight(
            ls.converter.range(text.source, span),
            types.DocumentHighlightKind.Write
            if text.source.text[span.start] == "&"
            else types.DocumentHighlightKind.Read,
        )
        for span in found
    ]
