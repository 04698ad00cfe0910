"""One line a finding, as compilers write them: editors and `grep` read these."""

from __future__ import annotations

from collections.abc import Sequence

from lazyoci.report.cells import printable
from lazyoci.report.findings import Judged, Layout, place
from lazyoci.report.summary import Summary
from lazyoci.report.text import total


def render(files: Sequence[Judged], summary: Summary, layout: Layout) -> str:
    """`path:line:column: severity[code]: message`, and the count last."""
    lines = []
    for file in files:
        name = printable(file.source.name)
        for one in file.diagnostics:
            spot = place(file.source, one.span)
            fixable = " (fixable)" if one.fix is not None else ""
            lines.append(
                f"{name}:{spot.line}:{spot.column}: {one.severity.label}[{one.code}]: {printable(one.message)}{fixable}"
            )
    return "".join(f"{line}\n" for line in lines) + total(summary, layout.style) + "\n"
