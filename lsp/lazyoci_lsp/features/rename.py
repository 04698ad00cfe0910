"""textDocument/prepareRename and rename: an anchor, an artifact, and the arguments and stages of a Dockerfile."""

from __future__ import annotations

from lsprotocol import types

from lazyoci_lsp.features.renaming import anchors, artifact_names, dockerfiles
from lazyoci_lsp.features.renaming.named import Named
from lazyoci_lsp.text.documents import Text
from lazyoci_lsp.view import View

_KINDS = (anchors.at, artifact_names.at, dockerfiles.at)


async def prepare_rename(view: View, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
    """The name at a place; None where nothing can be renamed."""
    text, named = await _named(view, params)
    if text is None or named is None:
        return None
    return types.PrepareRenamePlaceholder(view.converter.range(text.source, named.span), named.name)


async def rename(view: View, params: types.RenameParams) -> types.WorkspaceEdit | None:
    """The edits that rename it everywhere in the workspace; raises RefusedRename for a name that cannot be."""
    text, named = await _named(view, params)
    if text is None or named is None:
        return None
    return view.edit(await named.rename(params.new_name.strip()))


async def _named(
    view: View, params: types.PrepareRenameParams | types.RenameParams
) -> tuple[Text | None, Named | None]:
    read = await view.nodes(params.text_document.uri)
    text, document = read or (None, None)
    if text is None or document is None:
        return None, None
    offset = view.converter.offset(text.source, params.position)
    return text, next((found for at in _KINDS if (found := at(view, text, document, offset)) is not None), None)
