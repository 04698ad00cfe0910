"""textDocument/references and documentHighlight: anchors and their aliases, template variables, build arguments."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types

from lazyoci.diagnostic import Span
from lazyoci_lsp.features import build_arguments, occurrences
from lazyoci_lsp.text.documents import Text
from lazyoci_lsp.view import View


async def references(view: View, params: types.ReferenceParams) -> list[types.Location] | None:
    """All places that use what is at this one."""
    text = view.text(params.text_document.uri)
    if text is None:
        return None
    offset = view.converter.offset(text.source, params.position)
    argument = build_arguments.at(view, text, offset)
    if argument is not None:
        declared = build_arguments.declarations(view, *argument) if params.context.include_declaration else []
        return declared + [_location(view, text, span) for span in await _given(view, text, argument)]
    found = await occurrences.everywhere(view, text, offset)
    if found and not params.context.include_declaration and text.source.text[found[0].start] == "&":
        found = found[1:]
    return [_location(view, text, span) for span in found]


def _location(view: View, text: Text, span: Span) -> types.Location:
    return types.Location(text.uri, view.converter.range(text.source, span))


async def _given(view: View, text: Text, argument: tuple[str, Path]) -> list[Span]:
    """Where the document gives a build argument its value."""
    return build_arguments.given(view, text, await view.nodes_of(text), *argument)


async def document_highlight(view: View, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight] | None:
    """The same places, to be marked."""
    text = view.text(params.text_document.uri)
    if text is None:
        return None
    offset = view.converter.offset(text.source, params.position)
    argument = build_arguments.at(view, text, offset)
    found = await (occurrences.everywhere(view, text, offset) if argument is None else _given(view, text, argument))
    return [
        types.DocumentHighlight(
            view.converter.range(text.source, span),
            types.DocumentHighlightKind.Write
            if text.source.text[span.start] == "&"
            else types.DocumentHighlightKind.Read,
        )
        for span in found
    ]
