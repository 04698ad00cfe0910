"""An anchor with all its aliases."""

from __future__ import annotations

import re

from lsprotocol import types

from lazyoci.diagnostic import Span
from lazyoci.yaml.nodes import Document
from lazyoci_lsp.features import occurrences
from lazyoci_lsp.features.renaming.named import Edits, Named, RefusedRename
from lazyoci_lsp.text.documents import Text
from lazyoci_lsp.view import View

_NAME = re.compile(r"[A-Za-z0-9_-]+")  # what libyaml, yaml.v3 and the YAML specification all take


def at(view: View, text: Text, document: Document, offset: int) -> Named | None:
    """The anchor, or that of the alias, at an offset; its name is without `&` or `*`."""
    found = occurrences.anchors(document, offset)
    if not found:
        return None
    here = _name(next(span for span in found if span.start <= offset <= span.end))

    async def rename(wanted: str) -> Edits:
        new = wanted.lstrip("&*")
        if not _NAME.fullmatch(new):
            raise RefusedRename(f"{wanted!r} cannot name an anchor: use letters, digits, - and _")
        for one in document.anchors:
            if one.name == new and one.span not in found:
                line = text.source.position(one.span.start).line + 1
                raise RefusedRename(f"&{new} is taken: line {line} defines it; choose another name")
        edits = [types.TextEdit(view.converter.range(text.source, _name(span)), new) for span in found]
        return {text.uri: (text.version, edits)}

    return Named(text.source.text[here.start : here.end], here, rename)


def _name(span: Span) -> Span:
    """An anchor or alias without `&` or `*`."""
    return Span(span.start + 1, span.end)
