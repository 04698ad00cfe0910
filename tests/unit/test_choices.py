"""What a finding offers to choose from: each choice mends the finding, and brings about no other."""

from __future__ import annotations

from collections import Counter

import pytest

from lazyoci.check import Checked
from lazyoci.diagnostic import Diagnostic, Fix, Severity
from lazyoci.yaml.edits import apply, with_newlines_of
from tests.golden_files import Case, cases

ALL = [*cases("err"), *cases("mistakes")]
CHOICES = [
    pytest.param(case, one, fix, id=f"{case.name}-{one.code}-{fix.title}")
    for case in ALL
    for one in case.check().diagnostics
    for fix in one.choices
]
# rules that offer something to choose: those that guess, and those that say what to add
OFFERING = {
    "chart-name-mismatch",
    "chart-tag-mismatch",
    "missing-chart",
    "missing-context",
    "missing-dockerfile",
    "missing-file",
    "missing-key",
    "only-floating-tags",
    "secret-in-build-arg",
    "unknown-function",
    "unknown-key",
    "unknown-occasion",
    "unknown-platform",
    "unknown-target",
    "unknown-type",
    "unknown-variable",
    "unlikely-registry",
    "unused-build-arg",
    "yaml-syntax",
}


def told(checked: Checked) -> Counter[str]:
    """How often each code is found that is more than information."""
    return Counter(one.code for one in checked.diagnostics if one.severity > Severity.INFORMATION)


@pytest.mark.parametrize(("case", "one", "fix"), CHOICES)
def test_a_choice_mends_and_does_no_harm(case: Case, one: Diagnostic, fix: Fix) -> None:
    before = case.check()
    text = before.source.text
    after = case.check(apply(text, [with_newlines_of(text, edit) for edit in fix.edits]))
    alike = [each for each in after.diagnostics if (each.code, each.message) == (one.code, one.message)]
    assert len(alike) < sum((each.code, each.message) == (one.code, one.message) for each in before.diagnostics)
    if before.config is None:  # most rules did not run
        assert not {"yaml-syntax", "duplicate-key"} & (told(after) - told(before)).keys()
    else:
        assert not told(after) - told(before)


def test_rules_that_offer_choices() -> None:
    assert {one.code for case in ALL for one in case.check().diagnostics if one.choices} == OFFERING


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_a_choice_is_no_fix(case: Case) -> None:
    for one in case.check().diagnostics:
        assert one.fix not in one.choices
