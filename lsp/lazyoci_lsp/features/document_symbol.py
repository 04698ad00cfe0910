"""textDocument/documentSymbol: artifacts, their targets and tags as the outline. Survives half-typed text."""

from __future__ import annotations

from lsprotocol import types

from lazyoci.diagnostic import Span
from lazyoci.yaml.nodes import Document, Mapping, Node
from lazyoci_lsp.text import tree
from lazyoci_lsp.text.documents import Text
from lazyoci_lsp.view import View

_KINDS = {
    "image": types.SymbolKind.Class,
    "helm": types.SymbolKind.Package,
    "artifact": types.SymbolKind.File,
    "docker": types.SymbolKind.Object,
}


async def document_symbol(
    view: View, params: types.DocumentSymbolParams
) -> list[types.DocumentSymbol] | list[types.SymbolInformation] | None:
    """The outline; flat for clients that know no other."""
    read = await view.nodes(params.text_document.uri)
    if read is None:
        return None
    text, document = read
    found = outline(view, text, document)
    return found if view.client.nested_symbols else _flat(text, found)


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
