"""The golden `.lazy` files: what is in tests/golden/{ok,err,mistakes}, and how findings are written in `.out`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lazyoci.check import Checked, check
from lazyoci.diagnostic import Source, Span
from lazyoci.rules import Selection
from lazyoci.yaml.edits import apply, compatible
from lazyoci.yaml.encoding import decode_bytes
from tests.goldens import GOLDEN
from tests.worlds import ROOT, described


@dataclass(frozen=True, slots=True)
class Case:
    """One golden file. `code` is the rule it is about: its name up to the first dot."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name.removesuffix(".lazy")

    @property
    def code(self) -> str:
        return self.name.partition(".")[0]

    @property
    def text(self) -> str:
        return decode_bytes(self.path.read_bytes())

    @property
    def facts(self) -> Mapping[str, Any]:
        """The World it is checked in: its own, or that of its folder."""
        own = self.path.with_name(f"{self.name}.world.json")
        path = own if own.exists() else self.path.with_name("world.json")
        facts: Mapping[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
        return facts

    def check(self, text: str | None = None) -> Checked:
        """Check the file, or another text in its place and World."""
        facts = self.facts
        selection = Selection(select=frozenset(facts.get("select", ())))
        path = ROOT / facts.get("directory", "") / ".lazy"
        return check(self.text if text is None else text, path, described(facts), selection=selection)


def cases(folder: str) -> list[Case]:
    """Every file of `ok`, `err` or `mistakes`, by name."""
    return [Case(path) for path in sorted((GOLDEN / folder).glob("*.lazy"))]


def shown(checked: Checked) -> str:
    """Findings as `.out` holds them: place, severity, code and message; related places and the fix below."""
    return "".join(f"{line}\n" for line in _lines(checked))


def _lines(checked: Checked) -> Iterator[str]:
    for one in checked.diagnostics:
        yield f"{_place(checked.source, one.span)} {one.severity.label}[{one.code}] {one.message}"
        for other in one.related:
            yield f"  see: {_place(checked.source, other.span)} {other.message}"
        if one.fix is not None:
            yield f"  fix: {one.fix.title}"
        for choice in one.choices:
            yield f"  or: {choice.title}"


def _place(source: Source, span: Span) -> str:
    start, end = source.position(span.start), source.position(span.end)
    return f"{start.line + 1}:{start.column + 1}-{end.line + 1}:{end.column + 1}"


def fixed(case: Case) -> str | None:
    """The text after all its fixes, repeated until none is left; None if there was none."""
    text, found = case.text, False
    for _ in range(10):
        fixes = [one.fix for one in case.check(text).diagnostics if one.fix is not None]
        if not fixes:
            break
        found = True
        text = apply(text, [edit for fix in compatible(fixes) for edit in fix.edits])
    return text if found else None
