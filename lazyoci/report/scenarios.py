"""`lazyoci preview --scenarios`: what a file publishes on several occasions, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lazyoci import mask
from lazyoci.check.scenarios import Cell, Row, Scenario
from lazyoci.mask import masked
from lazyoci.report.style import Style
from lazyoci.report.table import table
from lazyoci.when.evaluate import THIS_RUN


def text(rows: Sequence[Row], scenarios: Sequence[Scenario], style: Style) -> str:
    """A table with a row per tag and a column per scenario."""
    heading = ["artifact", "repository", "tag", *[one.name for one in scenarios]]
    lines = [
        [row.artifact, mask.registry(row.registry), masked(row.template), *[short(cell) for cell in row.cells]]
        for row in rows
    ]
    return table(heading, lines, style)


def short(cell: Cell) -> str:
    """What happens to a tag, in a few words."""
    if cell.state == "due":
        return masked(cell.tag)
    reason = cell.reason.partition(THIS_RUN)[0]
    return f"({reason})" if cell.state == "not now" else f"{cell.state}: {masked(reason)}"


def json(rows: Sequence[Row], scenarios: Sequence[Scenario]) -> dict[str, Any]:
    """The same for machines, added to the JSON of `preview` for this run (`schema/preview.schema.json`)."""
    return {
        "scenarios": [one.name for one in scenarios],
        "rows": [
            {
                "artifact": row.artifact,
                "registry": mask.registry(row.registry),
                "template": masked(row.template),
                "cells": [_cell(cell) for cell in row.cells],
            }
            for row in rows
        ],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    found: dict[str, Any] = {"state": cell.state}
    if cell.tag:
        found["tag"] = masked(cell.tag)
    if cell.reason:
        found["reason"] = masked(cell.reason)
    return found
