"""workspace/symbol: artifacts and targets of every `.lazy` file in the workspace folders, open or not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from lazyoci_lsp.features import document_symbol
from lazyoci_lsp.text import uris
from lazyoci_lsp.text.documents import Text, on_disk
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci.yaml.nodes import Document

_MOST = 1_000  # symbols of one answer: nobody reads more, and the client asks again with each letter


async def workspace_symbol(view: View, params: types.WorkspaceSymbolParams) -> list[types.SymbolInformation]:
    """The symbols whose name holds the letters of the query in their order, as clients match; all for none."""
    found: list[types.SymbolInformation] = []
    async for text, document in _documents(view):
        where = _shown(view, text)
        for one in document_symbol.outline(view, text, document):
            found += [symbol for symbol in _of_artifact(text, one, where) if matches(params.query, symbol.name)]
        if len(found) >= _MOST:
            return found[:_MOST]
    return found


async def _documents(view: View) -> AsyncIterator[tuple[Text, Document | None]]:
    """Open documents as they are in the editor, then the other files of the folders as they lie on the disk."""
    seen: set[str] = set()
    for text in view.texts.values():
        if text.is_lazy:
            seen.add(text.key)
            found = await view.nodes(text.uri)
            if found is not None:
                yield found
    for path in await view.workspace.paths():
        if uris.key(uris.from_path(path)) not in seen:
            there = await view.workspace.nodes(path)
            if there is not None:
                yield on_disk(path, there[0].text), there[1]


def _of_artifact(text: Text, one: types.DocumentSymbol, where: str) -> Iterator[types.SymbolInformation]:
    """An artifact, and its targets within it."""
    yield types.SymbolInformation(
        types.Location(text.uri, one.selection_range), one.name, one.kind, container_name=where
    )
    for target in one.children or ():
        location = types.Location(text.uri, target.selection_range)
        yield types.SymbolInformation(location, target.name, target.kind, container_name=f"{one.name} · {where}")


def _shown(view: View, text: Text) -> str:
    """Where a document lies, from its workspace folder on."""
    if text.path is None:
        return text.uri
    for root in view.folders:
        if text.path.is_relative_to(root):
            return Path(root.name, text.path.relative_to(root)).as_posix()
    return str(text.path)


def matches(query: str, name: str) -> bool:
    """Whether `name` holds the letters of `query` in their order, be they large or small."""
    letters = iter(name.casefold())
    return all(letter in letters for letter in query.casefold() if not letter.isspace())
