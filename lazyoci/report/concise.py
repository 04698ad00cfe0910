"""One line per finding, as compilers write them, for editors and `grep`."""

from __future__ import annotations

from collections.abc import Sequence

from lazyoci.report.cells import printable
from lazyoci.report.findings import Judged, Presentation, place
from lazyoci.report.summary import Summary
from lazyoci.report.text import last

__all__ = ["last", "of_file", "render"]


def render(files: Sequence[Judged], summary: Summary, layout: Presentation) -> str:
    """`path:line:column: severity[code]: message` per finding, and last the count."""
    return "".join([*(of_file(file, layout) for file in files), last(summary, layout)])


def of_file(file: Judged, _layout: Presentation) -> str:
    """The lines of one file."""
    name = printable(file.source.name)
    lines = []
    for one in file.diagnostics:
        spot = place(file.source, one.span)
        what = f"{one.severity.label}[{one.code}]: {printable(one.message)}{' (fixable)' if one.fix else ''}"
        lines.append(f"{name}:{spot.line}:{spot.column}: {what}\n")
    return "".join(lines)
