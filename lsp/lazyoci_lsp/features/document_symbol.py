"""textDocument/documentSymbol: artifacts, their targets and tags as the outline. Survives half-typed text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lsprotocol import types

from lazyoci.diagnostic import Span
from lazyoci.yaml.nodes import Document, Mapping, Node, Sequence
from lazyoci_lsp.features import by_artifact
from lazyoci_lsp.rpc.encoded import Raw, listed
from lazyoci_lsp.text import tree
from lazyoci_lsp.text.documents import Text
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci_lsp.state.shown import Shown
    from lazyoci_lsp.state.snapshot import Snapshot

_KINDS = {
    "image": types.SymbolKind.Class,
    "helm": types.SymbolKind.Package,
    "artifact": types.SymbolKind.File,
    "docker": types.SymbolKind.Object,
    "copy": types.SymbolKind.Event,
}


async def document_symbol(
    view: View, params: types.DocumentSymbolParams
) -> Raw | list[types.DocumentSymbol] | list[types.SymbolInformation] | None:
    """The outline; flat for clients that know no other."""
    snapshot = await view.snapshot(params.text_document.uri) if view.client.nested_symbols else None
    if snapshot is not None and snapshot.parts is not None:
        return Raw(listed([said for _, said in by_artifact.encoded(view, snapshot, "symbols", _maker(view, snapshot))]))
    read = await view.nodes(params.text_document.uri)
    if read is None:
        return None
    text, document = read
    found = outline(view, text, document)
    return found if view.client.nested_symbols else _flat(text, found)


def _maker(view: View, snapshot: Snapshot) -> Callable[[Shown], list[types.DocumentSymbol]]:
    text = snapshot.text

    def make(shown: Shown) -> list[types.DocumentSymbol]:
        document = by_artifact.nodes(snapshot, shown)
        root = document.root if document is not None else None
        found = root.items[0] if isinstance(root, Sequence) and root.items else None
        return [_artifact(view, text, found, shown.here.artifact.index)] if isinstance(found, Mapping) else []

    return make


def outline(view: View, text: Text, document: Document | None) -> list[types.DocumentSymbol]:
    """The artifacts of a document, with their targets, with their tags."""
    return [_artifact(view, text, one, index) for index, one in enumerate(tree.artifacts(document))]


def _symbol(
    view: View,
    text: Text,
    name: str,
    detail: str,
    kind: types.SymbolKind,
    whole: Node,
    selected: Node | None,
    children: list[types.DocumentSymbol],
) -> types.DocumentSymbol:
    inner = Span(whole.start, whole.start) if selected is None else selected.span
    outer = Span(min(whole.start, inner.start), max(whole.end, inner.end))  # LSP wants the one within the other
    convert, source = view.converter, text.source
    where = convert.range(source, outer)
    return types.DocumentSymbol(
        name.strip() or "(unnamed)",
        kind,
        where,
        where if inner == outer else convert.range(source, inner),
        detail=detail or None,
        children=children,
    )


def label(text: str, artifact: Mapping, index: int) -> str:
    """What to call an artifact: its name, or `artifact[i]` as everywhere."""
    return tree.text(text, artifact.get("name")) or f"artifact[{index}]"


def _artifact(view: View, text: Text, one: Mapping, index: int) -> types.DocumentSymbol:
    written = text.source.text
    kind = tree.text(written, one.get("type"))
    children = []
    for target in tree.targets(one):
        registry = target.get("registry")
        tags = [
            _symbol(
                view, text, tree.text(written, tag), _due(written, whole), types.SymbolKind.Constant, whole, tag, []
            )
            for tag, whole in tree.tags(target)
        ]
        name = tree.text(written, registry)
        children.append(_symbol(view, text, name, "target", types.SymbolKind.Interface, target, registry, tags))
    selected = one.get("name") or one.get("type")
    kind_of = _KINDS.get(kind, types.SymbolKind.Struct)
    return _symbol(view, text, label(written, one, index), kind, kind_of, one, selected, children)


def _due(written: str, tag: Node) -> str:
    """When a tag is due, as it is written; empty for always."""
    when = tag.get("when") if isinstance(tag, Mapping) else None
    return " ".join(written[when.start : when.end].split()) if when is not None else ""


def _flat(text: Text, symbols: list[types.DocumentSymbol], container: str = "") -> list[types.SymbolInformation]:
    found: list[types.SymbolInformation] = []
    for one in symbols:
        location = types.Location(text.uri, one.range)
        found.append(types.SymbolInformation(location, one.name, one.kind, container_name=container or None))
        found += _flat(text, list(one.children or ()), one.name)
    return found
