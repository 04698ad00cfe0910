"""The output of `lazyoci registry test` for people: its steps."""

from __future__ import annotations

from collections.abc import Sequence

from lazyoci import clean
from lazyoci.registry.credentials.chain import Consulted
from lazyoci.registry.probe import Step, failed
from lazyoci.report.style import Style


def text(url: str, steps: list[Step], asked: Sequence[Consulted], style: Style) -> str:
    """One line per step with its remedies below, the sources of credentials that were `asked`, and last the outcome."""
    paint = {"ok": style.good, "failed": style.error, "skipped": style.dim}
    width = max(len(step.name) for step in steps)
    lines = []
    for step in steps:
        state = paint[step.state](step.state.ljust(7))
        lines.append(f"{state}  {step.name.ljust(width)}  {clean.line(step.detail)}".rstrip())
        lines += [f"{'':{width + 11}}{clean.line(line)}" for line in step.hint.splitlines()]
        if step.name == "credentials":
            for one in asked:
                found = "used" if one.found else one.note
                lines.append(f"{'':{width + 11}}{clean.line(f'{one.source}: {found}' if one.source else found)}")
    lines.append(f"{clean.line(url)}: {style.error('failed') if failed(steps) else style.good('ok')}")
    return "\n".join(lines)
