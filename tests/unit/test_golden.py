"""Every golden file gives exactly the findings that a person has read, and their fixes do what they say."""

from __future__ import annotations

import pytest

from lazyoci.diagnostic import Severity
from lazyoci.rules import BY_CODE, RULES
from tests.golden_files import Case, cases, fixed, shown
from tests.goldens import assert_golden

ERR, OK = cases("err"), cases("ok")


def _name(case: Case) -> str:
    return case.name


@pytest.mark.parametrize("case", ERR, ids=_name)
def test_findings(case: Case) -> None:
    checked = case.check()
    assert case.code in {one.code for one in checked.diagnostics}, f"no {case.code} among\n{shown(checked)}"
    assert_golden(f"err/{case.name}.out", shown(checked))


@pytest.mark.parametrize("case", ERR, ids=_name)
def test_fixes(case: Case) -> None:
    text = fixed(case)
    if text is None:
        left = case.path.with_name(f"{case.name}.fixed")
        assert not left.exists(), f"nothing has a fix: remove {left.name}"
        return
    assert_golden(f"err/{case.name}.fixed", text)
    assert not [one for one in case.check(text).diagnostics if one.fix is not None]


@pytest.mark.parametrize("case", OK, ids=_name)
def test_silence(case: Case) -> None:
    checked = case.check()
    found = [one for one in checked.diagnostics if one.severity >= Severity.WARNING or one.code == case.code]
    assert not found, f"found in what should be well\n{shown(checked)}"


def test_every_rule_has_both() -> None:
    local = {rule.code for rule in RULES if rule.group != "registry"}  # those ask the network: tests/registry
    assert local - {case.code for case in ERR} == set()
    assert local - {case.code for case in OK} == set()
    assert {case.code for case in (*ERR, *OK)} <= set(BY_CODE)


@pytest.mark.parametrize("case", ERR, ids=_name)
def test_messages_are_one_line(case: Case) -> None:
    for one in case.check().diagnostics:
        assert one.message == one.message.strip()
        assert one.message.isprintable()
        assert not one.message.endswith(".")
        assert len(one.message) <= 200


@pytest.mark.parametrize("case", ERR, ids=_name)
def test_only_rules_with_fixes_have_fixes(case: Case) -> None:
    for one in case.check().diagnostics:
        assert one.fix is None or BY_CODE[one.code].fixable
