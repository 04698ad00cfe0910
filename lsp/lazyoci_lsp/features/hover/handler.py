"""textDocument/hover: from the text and the newest snapshot; it waits for a check only where nothing is known yet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lsprotocol import types

from lazyoci.check.text import follows_occasions
from lazyoci_lsp.features import format_schema
from lazyoci_lsp.features.hover import (
    conditions,
    copied,
    keys,
    metadata,
    named_files,
    reference,
    suppressions,
    template_words,
)
from lazyoci_lsp.features.hover.spot import Said, Spot, spot
from lazyoci_lsp.features.markdown import without_tables
from lazyoci_lsp.text.documents import Text
from lazyoci_lsp.view import View

if TYPE_CHECKING:
    from lazyoci.check.scenarios import Row
    from lazyoci_lsp.state.snapshot import Snapshot

# each says something of the spot, or None; all that is said is shown, one below the other
_MANY = 40  # artifacts of a file whose scenarios are not waited for
_ABOUT = (template_words.at, conditions.at, reference.at, copied.at, named_files.at, metadata.at)


async def hover(view: View, params: types.HoverParams) -> types.Hover | None:
    """What there is to say of a place."""
    text = view.text(params.text_document.uri)
    if text is None:
        return None
    offset = view.converter.offset(text.source, params.position)
    here = spot(text.source, offset, await _snapshot(view, text))
    planned = metadata.wanted(here)
    known = None if planned is None else (planned, await view.background.run(lambda: metadata.found(planned)))
    found = _said(view, replace(here, rows=await _rows(view, here), metadata=known))
    if not found:
        return None
    content = "\n---\n".join(one.text for one in found)
    if not view.client.tables:
        content = without_tables(content)
    if view.client.markdown_hover:
        markup = types.MarkupContent(types.MarkupKind.Markdown, content)
    else:
        markup = types.MarkupContent(types.MarkupKind.PlainText, content.replace("**", "").replace("`", ""))
    return types.Hover(markup, view.converter.range(text.source, found[0].span))


async def _snapshot(view: View, text: Text) -> Snapshot | None:
    """The newest snapshot there is, be it of an older version."""
    newest = view.checker.latest(text.key)
    return newest if newest is not None else await view.checker.fresh(text.key)


async def _rows(view: View, here: Spot) -> tuple[Row, ...] | None:
    """What the tags become in the usual scenarios, where a tag is hovered that may not always be due."""
    snapshot = here.snapshot
    if snapshot is None or not format_schema.is_tag(here.place.path) or here.token is not None:
        return None
    config = snapshot.here.config if snapshot.parts is None else None  # parts do not depend on the occasion
    if config is None or not follows_occasions(config):
        return None
    if len(config.artifacts) > _MANY and not snapshot.table.is_ready:
        if snapshot.table.begin():
            view.background.spawn(view.background.run(snapshot.table.rows))
        return None  # such a file takes a second: a later hover has it
    return await view.background.run(snapshot.table.rows)


def _said(view: View, here: Spot) -> list[Said]:
    if here.place.kind == "comment":
        found = suppressions.at(here)
        return [found] if found is not None else []
    said = [one for about in _ABOUT if (one := about(view, here)) is not None]
    documented = None if said else keys.at(here)  # what the key means is of interest where nothing else is known
    return said if documented is None else [documented]
