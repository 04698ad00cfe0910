"""textDocument/prepareRename and rename: an anchor with all its aliases. Nothing else in the format has two places."""

from __future__ import annotations

import re

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lazyoci.diagnostic import Span
from lazyoci.yaml.nodes import Document
from lazyoci_lsp.features import occurrences
from lazyoci_lsp.text.documents import Text
from lazyoci_lsp.view import View

_NAME = re.compile(r"[A-Za-z0-9_-]+")  # what libyaml, yaml.v3 and the YAML specification all take


class RefusedRename(JsonRpcException):
    """A rename that would change what the file means."""

    CODE = types.LSPErrorCodes.RequestFailed.value


async def prepare_rename(view: View, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
    """The name at a place, without `&` or `*`; None where nothing can be renamed."""
    text, _, found = await _found(view, params)
    if text is None or not found:
        return None
    offset = view.converter.offset(text.source, params.position)
    here = next(span for span in found if span.start <= offset <= span.end)
    name = _name(here)
    return types.PrepareRenamePlaceholder(
        view.converter.range(text.source, name), text.source.text[name.start : name.end]
    )


async def rename(view: View, params: types.RenameParams) -> types.WorkspaceEdit | None:
    """The edits that rename an anchor everywhere; raises RefusedRename for a name that cannot be, or is taken."""
    text, document, found = await _found(view, params)
    if text is None or document is None or not found:
        return None
    new = params.new_name.strip().lstrip("&*")
    if not _NAME.fullmatch(new):
        raise RefusedRename(f"{params.new_name!r} cannot name an anchor: use letters, digits, - and _")
    for one in document.anchors:
        if one.name == new and one.span not in found:
            line = text.source.position(one.span.start).line + 1
            raise RefusedRename(f"&{new} is taken: line {line} defines it; choose another name")
    edits = [types.TextEdit(view.converter.range(text.source, _name(span)), new) for span in found]
    return view.edit({text.uri: (text.version, edits)})


async def _found(
    view: View, params: types.PrepareRenameParams | types.RenameParams
) -> tuple[Text | None, Document | None, list[Span]]:
    read = await view.nodes(params.text_document.uri)
    if read is None:
        return None, None, []
    text, document = read
    if document is None:
        return text, None, []
    return text, document, occurrences.anchors(document, view.converter.offset(text.source, params.position))


def _name(span: Span) -> Span:
    """An anchor or alias without `&` or `*`."""
    return Span(span.start + 1, span.end)
