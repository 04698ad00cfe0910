"""The name of an artifact. Only its own line writes it: templates have it by `.Name`."""

from __future__ import annotations

from lsprotocol import types

from lazyoci.rules.shared.fixes import write
from lazyoci.yaml.nodes import Document, Scalar
from lazyoci_lsp.features.renaming.named import Edits, Named, RefusedRename
from lazyoci_lsp.text import tree
from lazyoci_lsp.text.documents import Text
from lazyoci_lsp.view import View


def at(view: View, text: Text, document: Document, offset: int) -> Named | None:
    """The name whose value is at an offset."""
    names = [one.get("name") for one in tree.artifacts(document)]
    node = next((one for one in names if isinstance(one, Scalar) and one.start <= offset <= one.end), None)
    if node is None or not node.value:
        return None

    async def rename(new: str) -> Edits:
        others = {id(one): one for one in names if isinstance(one, Scalar) and one is not node}
        taken = next((one for one in others.values() if one.value == new), None)
        if taken is not None:
            line = text.source.position(taken.start).line + 1
            raise RefusedRename(f'"{new}" is taken: line {line} has it; choose another name')
        fix = write(text.source, node, new) if new else None
        if fix is None:
            raise RefusedRename(f"{new!r} cannot be written there; a name is a text on one line")
        edits = [types.TextEdit(view.converter.range(text.source, one.span), one.text) for one in fix.edits]
        return {text.uri: (text.version, edits)}

    return Named(node.value, node.span, rename)
