"""Findings for people: place, code, message, the source line with the wrong part underlined, and the fix."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lazyoci.diagnostic import Diagnostic, Severity, Source
from lazyoci.mask import masked_line
from lazyoci.report.cells import Cell, cells, printable, width
from lazyoci.report.findings import Judged, Presentation, place
from lazyoci.report.style import Style
from lazyoci.report.summary import Summary

_INDENT = "   "
_LEAST_ROOM = 20  # least columns of source, even on a very narrow terminal
_NEAR = 8  # read this many times the columns on either side, as some characters have no width
_LEFT_CONTEXT = 12  # columns kept before the underlined part when a long line is clipped


def render(files: Sequence[Judged], summary: Summary, layout: Presentation) -> str:
    """Every finding, followed by a blank line, and last the count."""
    return "".join([*(of_file(file, layout) for file in files), last(summary, layout)])


def of_file(file: Judged, layout: Presentation) -> str:
    """The findings of one file."""
    return "".join(f"{finding(one, file.source, layout.style, layout.width)}\n" for one in file.diagnostics)


def last(summary: Summary, layout: Presentation) -> str:
    """The count, in the colour of the most severe finding."""
    style = layout.style
    paint = style.error if summary.errors else style.warning if summary.warnings else str
    return f"{paint(summary.text)}\n"


def finding(one: Diagnostic, source: Source, style: Style, columns: int = 80) -> str:
    """One finding as lines: where and what, the source, related places, the fix."""
    spot = place(source, one.span)
    paint = _painter(one.severity, style)
    where = style.bold(f"{printable(source.name)}:{spot.line}:{spot.column}:")
    lines = [f"{where} {paint(one.severity.label)}{style.dim(f'[{one.code}]')}: {printable(one.message)}"]
    lines += snippet(one, source, style, columns)
    for other in one.related:
        where_else = source if other.source is None else other.source
        there = place(where_else, other.span)
        lines.append(
            f"{_INDENT}{style.dim('see')} {printable(where_else.name)}:{there.line}:{there.column}: "
            f"{printable(other.message)}"
        )
    if one.fix is not None:
        lines.append(f"{_INDENT}{style.good('fix')}: {printable(one.fix.title)}")
    return "\n".join(lines) + "\n"


def snippet(one: Diagnostic, source: Source, style: Style, columns: int) -> list[str]:
    """The first line of the span, underlined; above it its parent line, if that is the line directly before.

    A line wider than `columns` is clipped around the underlined part.
    """
    spot = place(source, one.span)
    number = spot.line - 1
    near = max(columns, _LEAST_ROOM) * _NEAR
    cut = max(0, spot.column - 1 - near)  # a very long line may have many findings, so each looks only at what is near
    line = _part(source, number, cut, cut + 2 * near)
    start = min(spot.column - 1 - cut, len(line))
    end = min(spot.end_column - 1 - cut, len(line)) if spot.end_line == spot.line else len(line.rstrip())
    gutter = max(len(str(spot.line)), 2)
    bar = "│" if style.unicode else "|"
    shown = cells(masked_line(line))
    room = max(columns - len(_INDENT) - gutter - 3, _LEAST_ROOM)
    text, indent, marked = _window(shown, start, max(end, start), room, style, is_cut=cut > 0)
    if not line.strip():
        return []  # nothing to show: the end of the file, or an empty line
    rows = []
    above = _part(source, number - 1, 0, near) if number else ""
    if above.strip() and _depth(above) < _depth(line) and width(shown) <= room and not cut:
        rows.append(_row(gutter, spot.line - 1, bar, _window(cells(masked_line(above)), 0, 0, room, style)[0], style))
    rows.append(_row(gutter, spot.line, bar, text, style))
    paint = _painter(one.severity, style)
    rows.append(f"{_INDENT}{'':{gutter}} {style.dim(bar)} {' ' * indent}{paint('^' * max(marked, 1))}")
    return rows


def _part(source: Source, number: int, start: int, end: int) -> str:
    """A part of a zero-based line, without its line break."""
    begin = source.line_starts[number]
    after = source.line_starts[number + 1] if number + 1 < len(source.line_starts) else len(source.text)
    return source.text[begin + start : min(begin + end, after)].rstrip("\r\n")


def _row(gutter: int, number: int, bar: str, text: str, style: Style) -> str:
    return f"{_INDENT}{style.dim(f'{number:>{gutter}} {bar}')} {text}".rstrip()


def _depth(line: str) -> int:
    """Indentation; the dash of a list item counts as part of it."""
    return len(line) - len(line.lstrip(" \t-"))


def _window(
    shown: list[Cell], start: int, end: int, room: int, style: Style, *, is_cut: bool = False
) -> tuple[str, int, int]:
    """The part of a line around [start, end) that fits into `room` columns, and the columns before and of the mark.

    `is_cut` says that `shown` does not begin at the start of the line.
    """
    before, marked = width(shown[:start]), width(shown[start:end])
    if width(shown) <= room and not is_cut:
        return _join(shown), before, marked
    ellipsis = _ellipsis(style)
    low = 0
    if is_cut or before + min(marked, room // 2) > room - len(ellipsis):
        low, kept = start, 0
        while low and kept + shown[low - 1].width <= _LEFT_CONTEXT:
            low -= 1
            kept += shown[low].width
    lead = ellipsis if low else ""
    high, used = low, len(lead)
    # the rest of the line may fit without a second ellipsis
    limit = room if width(shown[low:]) + used <= room else room - len(ellipsis)
    while high < len(shown) and used + shown[high].width <= limit:
        used += shown[high].width
        high += 1
    tail = ellipsis if high < len(shown) else ""
    indent = len(lead) + width(shown[low:start])
    return lead + _join(shown[low:high]) + tail, indent, width(shown[start : min(end, high)])


def _join(shown: list[Cell]) -> str:
    return "".join(cell.glyph for cell in shown).rstrip()


def _ellipsis(style: Style) -> str:
    return "…" if style.unicode else "..."


def _painter(severity: Severity, style: Style) -> Callable[[str], str]:
    return {Severity.ERROR: style.error, Severity.WARNING: style.warning}.get(severity, style.note)
