"""The table of scenarios for a page: by repository, and what fails as numbered notes, as a cell is narrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from lazyoci import mask
from lazyoci.check.scenarios import Cell, Row
from lazyoci.mask import masked
from lazyoci.report.scenarios import short

ShownCell = tuple[str, str, int]  # the CSS class, the text, and the number of its note or 0


@dataclass(frozen=True, slots=True)
class Table:
    """Per repository the templates of its tags, each with its cells; `notes` are numbered from 1."""

    groups: tuple[tuple[str, tuple[tuple[str, tuple[ShownCell, ...]], ...]], ...]
    notes: tuple[str, ...]


def scenario_table(rows: Sequence[Row]) -> Table:
    """The table for these rows, which are in the order of the file."""
    failures = [masked(cell.reason) for row in rows for cell in row.cells if cell.state == "fails"]
    notes = tuple(dict.fromkeys(failures))
    grouped = groupby(rows, lambda row: (row.artifact, row.registry))
    return Table(
        tuple(
            (
                mask.registry(registry),
                tuple((masked(row.template), tuple(_cell(cell, notes) for cell in row.cells)) for row in some),
            )
            for (_, registry), some in grouped
        ),
        notes,
    )


def _cell(cell: Cell, notes: tuple[str, ...]) -> ShownCell:
    if cell.state == "fails":
        return "fails", "fails", notes.index(masked(cell.reason)) + 1
    return cell.state.replace(" ", "-"), short(cell), 0
