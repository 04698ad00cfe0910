"""Beginners' mistakes, one a file of tests/golden/mistakes: one finding, at its place, with a remedy that works."""

from __future__ import annotations

import pytest

from lazyoci.check import Checked
from lazyoci.diagnostic import Diagnostic, Severity
from tests.golden_files import Case, cases, fixed, shown
from tests.goldens import assert_golden

MISTAKES = cases("mistakes")


def _name(case: Case) -> str:
    return case.name


def told(checked: Checked) -> list[Diagnostic]:
    """What a person is told without asking for more."""
    return [one for one in checked.diagnostics if one.severity >= Severity.WARNING]


def test_there_are_many() -> None:
    assert len(MISTAKES) >= 200


@pytest.mark.parametrize("case", MISTAKES, ids=_name)
def test_one_finding(case: Case) -> None:
    checked = case.check()
    assert_golden(f"mistakes/{case.name}.out", shown(checked))
    (one,) = told(checked) or checked.diagnostics
    assert len(one.message) <= 200
    assert one.message.isprintable()


@pytest.mark.parametrize("case", MISTAKES, ids=_name)
def test_its_fix_leaves_nothing_to_say(case: Case) -> None:
    text = fixed(case)
    if text is None:
        assert not case.path.with_name(f"{case.name}.fixed").exists()
        return
    assert_golden(f"mistakes/{case.name}.fixed", text)
    assert told(case.check(text)) == []
