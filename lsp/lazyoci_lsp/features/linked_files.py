"""Files that a `.lazy` file names: where one is open, its unsaved text comes before what lies on the disk."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types

from lazyoci import reader
from lazyoci.diagnostic import Source, Span
from lazyoci_lsp.text import uris
from lazyoci_lsp.view import View


def read(view: View, path: Path) -> Source | None:
    """A file's text; None where it cannot be read."""
    opened = view.opened(uris.from_path(path))
    if opened is not None:
        return opened.source
    try:
        return Source(reader.read(path).decode("utf-8", "replace"), path)
    except (OSError, ValueError):
        return None


def uri(view: View, path: Path) -> str:
    """The URI of a file, as the client spells it if it is open."""
    opened = view.opened(uris.from_path(path))
    return opened.uri if opened is not None else uris.from_path(path)


def line_location(view: View, path: Path, number: int) -> types.Location:
    """The location of a line, without the blanks around it."""
    source = read(view, path)
    if source is None or number >= len(source.line_starts):
        return types.Location(uri(view, path), types.Range(types.Position(0, 0), types.Position(0, 0)))
    written = source.line(number)
    start = source.line_starts[number] + len(written) - len(written.lstrip())
    span = Span(start, source.line_starts[number] + len(written.rstrip()))
    return types.Location(uri(view, path), view.converter.range(source, span))
