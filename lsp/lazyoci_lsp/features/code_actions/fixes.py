"""Fixes of findings: one, all of one code, all of the file (`source.fixAll`); and comments that silence a finding."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lazyoci.check import Checked, Run
from lazyoci.diagnostic import Diagnostic, Edit, Fix, Source, Span
from lazyoci.rules import BY_CODE, LOCKED
from lazyoci.rules.suppressions import COMMENT
from lazyoci.yaml import edits
from lazyoci_lsp.features.code_actions.offer import FIX_ALL, QUICK_FIX, Offer
from lazyoci_lsp.text.line_edits import changes


def own(source: Source, here: Sequence[Diagnostic], everywhere: Sequence[Diagnostic]) -> Iterator[Offer]:
    """The fixes of the findings at a place, what may mend them, and for each code that occurs again, all its fixes."""
    for one in here:
        if one.fix is not None:
            yield Offer(_title(one.fix), QUICK_FIX, _edits(source, [one.fix]), mends=(one,), preferred=True)
        for choice in one.choices:
            yield Offer(_title(choice), QUICK_FIX, _edits(source, [choice]), mends=(one,))
    for code in dict.fromkeys(one.code for one in here if one.fix is not None):
        alike = [one for one in everywhere if one.code == code and one.fix is not None]
        fixes = edits.compatible([one.fix for one in alike if one.fix is not None])
        if len(fixes) > 1:
            yield Offer(f"Fix all {len(fixes)} {code}", QUICK_FIX, _edits(source, fixes), mends=tuple(alike))


def _title(one: Fix) -> str:
    return one.title[:1].upper() + one.title[1:]


def _edits(source: Source, fixes: Sequence[Fix]) -> tuple[Edit, ...]:
    return tuple(edits.with_newlines_of(source.text, one) for found in fixes for one in found.edits)


def suppressions(source: Source, here: Sequence[Diagnostic]) -> Iterator[Offer]:
    """A comment that silences a finding, on its line."""
    for code, one in {one.code: one for one in here}.items():
        if BY_CODE[code].reporter == "registry" or code in LOCKED or code == "unused-suppression":
            continue  # what a registry says is no property of the file, and some rules no file can silence
        yield Offer(f"Ignore {code} on this line", QUICK_FIX, (suppression(source, one),), mends=(one,))


def suppression(source: Source, one: Diagnostic) -> Edit:
    """The comment: added to one that is there, else behind the line, or above a line that ends within a text."""
    line = source.position(one.span.start).line
    begin, written = source.line_starts[line], source.line(line)
    there = COMMENT.search(written)
    if there is not None and there["word"] == "ignore" and there["codes"] is not None:
        end = begin + there.end("codes")
        return Edit(Span(end, end), f", {one.code}" if there["codes"].strip() else one.code)
    stripped = written.rstrip()
    if _ends_within_text(stripped) or source.position(one.span.end).line > line:
        indent = written[: len(written) - len(written.lstrip())]
        above = Edit(Span(begin, begin), f"{indent}# lazyoci: ignore[{one.code}]\n")
        return edits.with_newlines_of(source.text, above)
    end = begin + len(stripped)
    return Edit(Span(end, begin + len(written)), f"  # lazyoci: ignore[{one.code}]")


def _ends_within_text(line: str) -> bool:
    """Whether what is added to the line would be part of a text: a block scalar begins, or a quote is open."""
    return bool(re.search(r"[|>][+-]?\d?$", line)) or any(line.count(quote) % 2 for quote in "\"'")


def may_fix(everywhere: Sequence[Diagnostic]) -> list[Offer]:
    """The offer of `everything`, which is made when it is wanted, if there is something to fix."""
    return [Offer(_ALL, FIX_ALL)] if any(one.fix is not None for one in everywhere) else []


_ALL = "Fix all that can be fixed"


def everything(checked: Checked, run: Run) -> Offer | None:
    """All fixes that do no harm, until none is left: what `lazyoci validate --fix` would do. Checks several times."""
    fixed = run.fix(checked)
    if not fixed.applied:
        return None
    edits = tuple(changes(checked.source, fixed.checked.source.text))
    return Offer(_ALL, FIX_ALL, edits, mends=fixed.applied)
