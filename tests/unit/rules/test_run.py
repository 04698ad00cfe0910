"""Running the rules: which of them, how grave, and once each."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lazyoci.check import Checked, check
from lazyoci.diagnostic import Diagnostic, Severity
from lazyoci.rules import BY_CODE, RULES, Selection
from lazyoci.world import Face
from tests.golden_files import cases
from tests.worlds import ROOT, world

_CASES = [*cases("err"), *cases("ok")]
_LATEST = "version: 1\nartifacts: [{type: docker, image: i, targets: [{registry: x.io/a/b, tags: [latest, latest]}]}]\n"


def codes(checked: Checked) -> list[str]:
    return [one.code for one in checked.diagnostics]


def test_codes_are_unique_and_modules_follow_them() -> None:
    assert len(BY_CODE) == len(RULES)
    assert all(rule.module == rule.code.replace("-", "_") for rule in RULES)


def test_select_ignore_and_severities() -> None:
    def run(selection: Selection) -> list[tuple[str, Severity]]:
        found = check(_LATEST, ROOT / ".lazy", world(), selection=selection).diagnostics
        return [(one.code, one.severity) for one in found]

    tag = ("duplicate-tag", Severity.WARNING)
    floating = ("only-floating-tags", Severity.INFORMATION)
    assert run(Selection()) == [floating, tag]
    assert run(Selection(select={"duplicate-tag"})) == [tag]
    assert run(Selection(ignore={"duplicate-tag"})) == [floating]
    assert run(Selection(select={"duplicate-tag"}, ignore={"duplicate-tag"})) == []
    assert run(Selection(least=Severity.WARNING)) == [tag]
    graver = {"only-floating-tags": Severity.ERROR}
    assert run(Selection(severities=graver, least=Severity.WARNING)) == [(floating[0], Severity.ERROR), tag]


def test_a_rule_that_is_off_is_on_where_it_has_a_severity() -> None:
    text = _LATEST.replace("latest, latest", '"{{ .Date }}"')
    assert codes(check(text, ROOT / ".lazy", world())) == []
    on = Selection(severities={"not-portable": Severity.WARNING})
    assert codes(check(text, ROOT / ".lazy", world(), selection=on)) == ["not-portable"]


def test_the_face_decides_how_grave_a_missing_value_is() -> None:
    text = _LATEST.replace("latest, latest", '"{{ .Tag }}"')
    graver = {
        face: [one.severity for one in check(text, ROOT / ".lazy", world(face=face)).diagnostics] for face in Face
    }
    assert graver == {
        Face.FILE: [Severity.INFORMATION],
        Face.EDITOR: [Severity.INFORMATION],
        Face.BUILD: [Severity.ERROR],
    }


def test_what_aliases_share_is_said_once() -> None:
    text = """version: 1
x-tags: &tags ["a b"]
artifacts:
  - {type: docker, image: one, targets: [{registry: x.io/a/one, tags: *tags}]}
  - {type: docker, image: two, targets: [{registry: x.io/a/two, tags: *tags}]}
"""
    assert codes(check(text, ROOT / ".lazy", world())) == ["invalid-tag"]


def test_no_message_repeats_a_secret() -> None:
    text = "".join(_shown(one) for case in cases("err") for one in case.check().diagnostics)
    for secret in ("hunter2", "npm_0123456789", "ghp_0123456789", "AKIA0123456789"):
        assert any(secret in case.text for case in cases("err"))
        assert secret not in text


def _shown(one: Diagnostic) -> str:
    return f"{one.message}\n{one.fix.title if one.fix else ''}\n" + "\n".join(other.message for other in one.related)


_SEEDS = [case for case in _CASES if len(case.text) < 2_000]


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_mutated_files_give_findings_only(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(_SEEDS))
    text = case.text
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 12)))
    new = data.draw(
        st.one_of(st.text(max_size=4), st.sampled_from(["{{", "}}", ": ", "- ", "*", "../", "\0", "://", "@"]))
    )
    checked = case.check(text[:start] + new + text[end:])
    for one in checked.diagnostics:
        assert 0 <= one.span.start <= one.span.end <= len(checked.source.text)
        assert one.code in BY_CODE
        assert "\n" not in one.message
