"""Fixing to a fixed point, and never for the worse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci.check import Checked, check
from lazyoci.check.fix import Fixed, fix
from lazyoci.diagnostic import Diagnostic, Edit, Fix, Severity, Span
from lazyoci.frozen import replace
from tests.golden_files import Case, cases
from tests.worlds import ROOT, described

TEXT = """\
version: 1
artifacts:
  - type: docker
    image: nginx:1.27
    targets:
      - registry: ghcr.io/acme/x
        tags: [v1]
"""


def checker(*more: Callable[[str], Diagnostic | None]) -> Callable[[str], Checked]:
    """Checks with rules of the test's own besides."""

    def run(text: str) -> Checked:
        found = check(text, ROOT / ".lazy", described({}))
        extra = [one for rule in more if (one := rule(text)) is not None]
        return replace(found, diagnostics=(*found.diagnostics, *extra))

    return run


def mend(text: str, *more: Callable[[str], Diagnostic | None]) -> Fixed:
    run = checker(*more)
    return fix(run(text), run, lambda _: True)


def proposes(old: str, new: str, code: str = "trial") -> Callable[[str], Diagnostic | None]:
    """A rule that finds `old` and would write `new`."""

    def rule(text: str) -> Diagnostic | None:
        at = text.find(old)
        if at < 0:
            return None
        span = Span(at, at + len(old))
        return Diagnostic(code, Severity.WARNING, f"{old} is old", span, fix=Fix("write it anew", (Edit(span, new),)))

    return rule


def test_what_is_mended_may_show_more_to_mend() -> None:
    text = TEXT.replace("docker", "dcoker").replace("tags: [v1]", "tags: {{ .Tag }}")
    fixed = mend(text)
    assert fixed.checked.config is not None
    assert 'tags: ["{{ .Tag }}"]' in fixed.checked.source.text
    assert {one.code for one in fixed.applied} >= {"unknown-type", "unquoted-template"}
    assert not [one for one in fixed.checked.diagnostics if one.fix]


def test_a_fix_that_makes_an_error_is_refused() -> None:
    fixed = mend(TEXT, proposes("ghcr.io/acme/x", "GHCR.IO"))
    assert fixed.checked.source.text == TEXT
    assert [one.code for one in fixed.refused] == ["trial"]
    assert fixed.applied == ()


def test_the_others_are_applied_all_the_same() -> None:
    fixed = mend(
        TEXT.replace("image:", "imgae:"),
        proposes("ghcr.io/acme/x", "ghcr.io/acme/x: y"),
        proposes("[v1]", "[v2]", "other"),
    )
    assert fixed.checked.source.text == TEXT.replace("[v1]", "[v2]")
    assert [one.code for one in fixed.refused] == ["trial"]


def test_fixes_that_only_together_do_harm() -> None:
    """One of two fixes leaves a reference alone; both would make two artifacts write the same one."""
    second = TEXT.replace("version: 1\nartifacts:\n", "").replace("acme/x", "acme/y").replace("v1", "v2")
    fixed = mend(TEXT + second, proposes("acme/y", "acme/x", "one"), proposes("[v2]", "[v1]", "two"))
    assert len(fixed.applied) == 1
    assert len(fixed.refused) == 1
    assert "reference-collision" not in {one.code for one in fixed.checked.diagnostics}


def test_fixes_that_undo_each_other_end() -> None:
    fixed = mend(TEXT, proposes("acme/x", "acme/z", "one"), proposes("acme/z", "acme/x", "two"))
    assert fixed.checked.source.text.replace("acme/z", "acme/x") == TEXT


def test_only_what_is_wanted() -> None:
    run = checker(proposes("[v1]", "[v2]"))
    text = TEXT.replace("image:", "imgae:")
    assert fix(run(text), run, lambda one: one.code == "unknown-key").checked.source.text == TEXT


@pytest.mark.parametrize("case", cases("err"), ids=lambda case: case.name)
def test_golden_files_are_mended_to_a_fixed_point(case: Case) -> None:
    before = case.check()
    fixed = fix(before, case.check, lambda _: True)
    assert not [one for one in fixed.checked.diagnostics if one.fix and one not in fixed.refused]
    again = fix(fixed.checked, case.check, lambda _: True)
    assert again.checked.source.text == fixed.checked.source.text
    assert again.applied == ()
    if before.config is not None:
        errors = sum(one.severity is Severity.ERROR for one in before.diagnostics)
        assert sum(one.severity is Severity.ERROR for one in fixed.checked.diagnostics) <= errors


@given(st.data())
@settings(max_examples=60)
def test_mutated_files_are_mended_to_a_fixed_point(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([TEXT, *(case.text for case in cases("err")[:30])]))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 6))
        text = (
            text[:at]
            + data.draw(st.sampled_from(["", "a", ":", "- ", '"', "{{ .Tag }}", "\n", "  ", "[", "#", "~"]))
            + text[at + cut :]
        )
    run = checker()
    fixed = fix(run(text), run, lambda _: True)
    again = fix(fixed.checked, run, lambda _: True)
    assert again.checked.source.text == fixed.checked.source.text
