"""One slip in a file that is fine: it is told without a crash, and whatever is proposed leads to nothing worse.

Every fix is applied, and every remedy that a program can apply: the word after "did you mean". `LAZYOCI_EXAMPLES=5000`
runs more of it, other ones each time.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lazyoci.check import Checked
from lazyoci.diagnostic import Diagnostic, Edit, Severity, Span
from lazyoci.yaml.edits import apply
from tests.golden_files import Case, cases, fixed

EXAMPLES = int(os.environ.get("LAZYOCI_EXAMPLES", "150"))
MEANT = re.compile(r'did you mean (?:the variable )?"?([^"?]+)"?\?$')


def told(checked: Checked) -> list[Diagnostic]:
    return [one for one in checked.diagnostics if one.severity >= Severity.WARNING]


def remedies(checked: Checked) -> list[tuple[Diagnostic, list[Edit]]]:
    """Each finding with the edits of its fix, or else those that its message names."""
    found: list[tuple[Diagnostic, list[Edit]]] = []
    for one in told(checked):
        meant = MEANT.search(one.message)
        if one.fix is not None:
            found.append((one, list(one.fix.edits)))
        elif meant is not None:
            found.append((one, [Edit(_inside(checked.source.text, one.span), meant[1])]))
    return found


def _inside(text: str, span: Span) -> Span:
    """Without the quotes around a value, which stay."""
    quotes = 1 if text[span.start : span.start + 1] in ("'", '"') and span.end - span.start > 1 else 0
    return Span(span.start + quotes, span.end - quotes)


def codes(checked: Checked) -> Counter[str]:
    return Counter(one.code for one in told(checked))


def clean(case: Case) -> str | None:
    """The text of a mistake's file as mended, where nothing is left to say of it."""
    text = fixed(case)
    return text if text is not None and not told(case.check(text)) else None


@cache
def mended() -> list[tuple[Case, str]]:
    """The files to begin with."""
    return [(case, text) for case in cases("mistakes") if (text := clean(case)) is not None]


WORDS = re.compile(r"[A-Za-z]{3,}")
KEYS = re.compile(r"^[ -]*([A-Za-z]+):", re.MULTILINE)


@st.composite
def slips(draw: st.DrawFn) -> tuple[Case, str, str]:
    """A file that is fine, the same with one slip, and of which kind that is."""
    case, text = draw(st.sampled_from(mended()))
    kind = draw(st.sampled_from(("delete", "double", "swap", "insert", "indent", "key", "quotes", "line")))
    at = draw(st.integers(0, len(text) - 1))
    lines = text.splitlines(keepends=True)
    number = draw(st.integers(0, len(lines) - 1))
    match kind:
        case "delete":
            text = text[:at] + text[at + 1 :]
        case "double":
            text = text[:at] + text[at] + text[at:]
        case "swap":
            text = text[:at] + text[at : at + 2][::-1] + text[at + 2 :]
        case "insert":
            text = text[:at] + draw(st.sampled_from(" \t:-\"'[]{}#,.$\u00a0\u200b\u201c")) + text[at:]
        case "indent":
            shift = draw(st.sampled_from((-4, -2, -1, 1, 2, 4)))
            line = lines[number]
            lines[number] = " " * shift + line if shift > 0 else line[min(-shift, len(line) - len(line.lstrip())) :]
            text = "".join(lines)
        case "key":
            key = draw(st.sampled_from(list(KEYS.finditer(text))))
            letter = draw(st.integers(key.start(1), key.end(1) - 1))
            text = text[:letter] + draw(st.sampled_from(("", "x", text[letter].swapcase()))) + text[letter + 1 :]
        case "quotes":
            text = text.replace('"', "\0").replace("'", '"').replace("\0", "'")
        case "line":
            del lines[number]
            text = "".join(lines)
    return case, text, kind


@settings(
    max_examples=EXAMPLES, derandomize=EXAMPLES == 150, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(slips())
def test_no_slip_leads_to_worse(slip: tuple[Case, str, str]) -> None:
    case, text, kind = slip
    before = case.check(text)
    for one, edits in remedies(before):
        after = case.check(apply(text, edits))
        new = codes(after) - codes(before)
        if kind == "line":  # what was on the line is missing, which may show only now
            del new["missing-key"]
            del new["not-portable"]  # `when` without its tag's line is the target's, where the Go tool ignores it
        assert not new, (kind, one.message, [other.message for other in told(after)], text, after.source.text)


@pytest.mark.parametrize("case", cases("mistakes"), ids=lambda case: str(case.name))
def test_no_remedy_of_a_mistake_leads_to_another_finding(case: Case) -> None:
    before = case.check()
    for one, edits in remedies(before):
        after = case.check(apply(before.source.text, edits))
        assert not codes(after) - codes(before), (one.message, [other.message for other in told(after)])
