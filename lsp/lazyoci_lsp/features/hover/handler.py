"""textDocument/hover: from the text and the newest snapshot; it waits for a check only where nothing is known yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from lazyoci.diagnostic import Source, Span
from lazyoci_lsp.features.hover import named_files, reference, words
from lazyoci_lsp.text.offset_map import Shift
from lazyoci_lsp.text.place import Place, place

if TYPE_CHECKING:
    from lazyoci_lsp.session import Session
    from lazyoci_lsp.state.snapshot import Snapshot


async def hover(ls: Session, params: types.HoverParams) -> types.Hover | None:
    """What there is to say of a place."""
    text = ls.documents.lazy(params.text_document.uri)
    if text is None:
        return None
    offset = ls.converter.offset(text.source, params.position)
    snapshot = ls.checker.latest(text.key)
    if snapshot is None:
        snapshot = await ls.checker.fresh(text.key)
    if snapshot is not None and not snapshot.resolved:
        snapshot = ls.checker.good(text.key) or snapshot
    found = _found(ls, text.source, offset, snapshot)
    if found is None:
        return None
    span, content = found
    if ls.client.markdown_hover:
        markup = types.MarkupContent(types.MarkupKind.Markdown, content)
    else:
        markup = types.MarkupContent(types.MarkupKind.PlainText, content.replace("**", "").replace("`", ""))
    return types.Hover(markup, ls.converter.range(text.source, span))


def _found(ls: Session, source: Source, offset: int, snapshot: Snapshot | None) -> tuple[Span, str] | None:
    here = place(source, offset)
    if here.kind == "comment":
        return words.suppressed(source, offset, here.word)
    parts: list[tuple[Span, str]] = []
    word = words.in_template(source, offset, snapshot.values_of(here.artifact) if snapshot is not None else {})
    if word is not None:
        parts.append(word)
    if snapshot is not None:
        parts += _checked(ls, source, offset, snapshot)
    if not parts:
        found = _said(source, here)
        if found is not None:
            parts.append(found)
    return (parts[0][0], "\n---\n".join(content for _, content in parts)) if parts else None


def _checked(ls: Session, source: Source, offset: int, snapshot: Snapshot) -> list[tuple[Span, str]]:
    """What the snapshot knows of the place: it may be of an older version, in which the place was elsewhere."""
    shift = Shift(snapshot.text.source.text, source.text)
    old = shift.to_old(offset)
    if old is None:
        return []
    found = []
    for one in (reference.at(ls, snapshot, old), named_files.at(snapshot.checked, old)):
        span = shift.to_new(one[0].span) if one is not None else None
        if one is not None and span is not None:
            found.append((span, one[1]))
    return found


def _said(source: Source, here: Place) -> tuple[Span, str] | None:
    """What the format says of the key, or of the word that is its value."""
    word = source.text[here.word.start : here.word.end]
    if here.kind == "key" or (here.kind == "item" and source.text[here.word.end : here.word.end + 1] == ":"):
        content = words.named((*here.path, word))
    else:
        content = words.enumerated(here.path, word) or words.named(here.path)
    return (here.word, content) if content and word else None
