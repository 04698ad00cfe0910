"""textDocument/onTypeFormatting: where a new line begins, behind a key, a list's member, or the rest of a mapping."""

from __future__ import annotations

from lsprotocol import types

from lazyoci.diagnostic import Source, Span
from lazyoci_lsp.text import flow_collections, lines
from lazyoci_lsp.view import View

_STEP = 2


async def on_type_formatting(view: View, params: types.DocumentOnTypeFormattingParams) -> list[types.TextEdit] | None:
    """What to write at the beginning of a line that Enter began; None where it is right as it is."""
    text = view.text(params.text_document.uri)
    if text is None or params.ch not in ("\n", " ") or not view.configuration.formatter:
        return None
    source, number = text.source, params.position.line
    if not 0 < number < len(source.line_starts):
        return None
    found = at_enter(source, number) if params.ch == "\n" else at_space(source, number)
    if found is None or source.text[found[0].start : found[0].end] == found[1]:
        return None
    return [types.TextEdit(view.converter.range(source, found[0]), found[1])]


def at_space(source: Source, number: int) -> tuple[Span, str] | None:
    """What to replace, where the dash that Enter wrote was typed as well: no list within a list is meant."""
    above, written = lines.line(source, number - 1), source.line(number)
    indent = written[: len(written) - len(written.lstrip(" "))]
    if written != f"{indent}- - " or not any(one.kind == "-" and one.column == len(indent) for one in above.entries):
        return None
    begin = source.line_starts[number] + len(indent)
    return Span(begin + 2, begin + 4), ""


def at_enter(source: Source, number: int) -> tuple[Span, str] | None:
    """What to replace, and by what, once Enter began the line of that number; None for nothing."""
    above, written = lines.line(source, number - 1), source.line(number)
    start = source.line_starts[number - 1]
    if flow_collections.around(source, number, source.line_starts[number]) is not None or _in_text(source, number - 1):
        return None
    rest = written.strip()
    begin = source.line_starts[number]
    blank = Span(begin, begin + len(written) - len(written.lstrip(" \t")))
    key = above.key
    if key is not None and (not above.value or lines.begins_text(source, key)):
        return None if rest.startswith("-") or _goes_on(source, number) else (blank, " " * (key.column + _STEP))
    if rest or not above.entries or above.entries[0].kind != "-":
        return None
    if key is not None:
        return blank, " " * key.column
    dash = above.entries[-1]
    if not above.value:  # an empty member: whoever goes on has no more of them
        return Span(start + dash.column, start + len(above.text)), ""
    return (blank, " " * dash.column + "- ") if above.value[:1] not in tuple("[{|>&*!") else None


def _in_text(source: Source, number: int) -> bool:
    """Whether a line belongs to a text in block style."""
    begins = lines.indents(source)
    return any(lines.begins_text(source, one) for one in lines.ancestors(source, number, begins[number], ()))


def _goes_on(source: Source, number: int) -> bool:
    """Whether what is below the new line is of the key above it already."""
    begins = lines.indents(source)
    above = lines.line(source, number - 1).key
    below = next((one for one in range(number + 1, len(begins)) if begins[one] != lines.NOWHERE), None)
    return above is not None and below is not None and begins[below] > above.column
