"""Tables for people: a heading, columns as wide as their widest cell, nothing that a terminal would obey."""

from __future__ import annotations

from collections.abc import Sequence

from lazyoci.report.cells import cells, printable, width
from lazyoci.report.style import Style


def table(heading: Sequence[str], rows: Sequence[Sequence[str]], style: Style) -> str:
    """Lines of cells, two spaces apart; an empty cell is shown as `-`."""
    shown = [list(heading), *([printable(cell) or "-" for cell in row] for row in rows)]
    widths = [max(width(cells(row[column])) for row in shown) for column in range(len(heading))]
    lines = ["  ".join(_padded(cell, wide) for cell, wide in zip(row, widths, strict=True)).rstrip() for row in shown]
    return "\n".join([style.bold(lines[0]), *lines[1:]]) + "\n"


def _padded(cell: str, wide: int) -> str:
    return cell + " " * (wide - width(cells(cell)))


def cut(text: str, most: int, style: Style) -> str:
    """`text` in at most `most` characters, its end replaced by an ellipsis."""
    end = "…" if style.unicode else "..."
    return text if len(text) <= most else text[: most - len(end)].rstrip() + end
