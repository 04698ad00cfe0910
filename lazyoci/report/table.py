"""Tables for people: a heading, columns as wide as their widest cell, and no control characters."""

from __future__ import annotations

import io
from collections.abc import Sequence

from lazyoci.report.cells import printable, width_of
from lazyoci.report.style import Style

_GAP = 2  # columns between two cells


def table(heading: Sequence[str], rows: Sequence[Sequence[str]], style: Style) -> str:
    """A table of cells. An empty cell is shown as `-`; if the terminal is too narrow, long cells are folded."""
    shown = [list(heading), *([printable(cell) or "-" for cell in row] for row in rows)]
    widths = [max(width_of(row[column]) for row in shown) for column in range(len(heading))]
    if style.columns and sum(widths) + _GAP * (len(widths) - 1) > style.columns:
        return _folded(shown, style, style.columns)
    lines = [
        (" " * _GAP).join(_padded(cell, wide) for cell, wide in zip(row, widths, strict=True)).rstrip() for row in shown
    ]
    return "\n".join([style.bold(lines[0]), *lines[1:]]) + "\n"


def _padded(cell: str, wide: int) -> str:
    return cell + " " * (wide - width_of(cell))


def _folded(shown: Sequence[Sequence[str]], style: Style, columns: int) -> str:
    """The same within `columns` of a terminal; rich decides which columns get narrower."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    heading, *rows = shown
    drawn = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")
    for name in heading:
        drawn.add_column(Text(name), overflow="fold")
    for row in rows:
        drawn.add_row(*map(Text, row))
    out = io.StringIO()
    console = Console(
        file=out,
        width=columns,
        force_terminal=style.color,
        color_system="standard" if style.color else None,
        legacy_windows=False,
        _environ={},  # `style` has already decided about colour
    )
    console.print(drawn)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def cut(text: str, most: int, style: Style) -> str:
    """`text` in at most `most` characters, its end replaced by an ellipsis."""
    end = "…" if style.unicode else "..."
    return text if len(text) <= most else text[: most - len(end)].rstrip() + end
