"""`lazyoci explain`, and the pages of the rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from lazyoci.rules import BY_CODE, RULES, Rule
from lazyoci.rules.page import page
from tests.schemas import conforms
from tests.unit.cli.files import Place, make_place


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Place:
    return make_place(tmp_path, monkeypatch, capsys)


def test_the_list_has_every_rule(place: Place) -> None:
    ran = place("explain")
    assert ran.code == 0
    shown = {line.split()[0] for line in ran.out.splitlines() if line.startswith("  ")}
    assert shown == set(BY_CODE)
    assert max(map(len, ran.out.splitlines())) <= 120


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_has_a_page_with_examples(place: Place, rule: Rule) -> None:
    about = page(rule)
    assert about.headline.endswith(".")
    assert len(about.headline) <= 120
    ran = place("explain", rule.code)
    assert ran.code == 0
    assert ran.out.splitlines()[0].startswith(f"{rule.code}  {rule.severity.label}")
    assert about.headline in ran.out
    assert "```" not in ran.out
    if rule.reporter != "registry":
        assert about.body.count("```yaml") >= 2, "an example that fails, and one that is mended"


def test_an_unknown_code(place: Place) -> None:
    ran = place("explain", "invald-tag")
    assert ran.code == 2
    assert 'no rule has the code "invald-tag"; did you mean "invalid-tag"?' in ran.err


def test_json(place: Place) -> None:
    listed = conforms(place("explain", "-o", "json").json, "explain")
    assert [one["code"] for one in listed] == [rule.code for rule in RULES]
    assert all("page" not in one for one in listed)
    one = conforms(place("explain", "unresolved-variable", "-o", "json").json, "explain")
    assert one["severities"] == {"build": "error"}
    assert "```yaml" in one["page"]


def test_colour_marks_the_code_only(place: Place) -> None:
    plain, colored = place("explain", "invalid-tag").out, place("explain", "invalid-tag", FORCE_COLOR="1").out
    assert colored.replace("\x1b[1m", "").replace("\x1b[0m", "") == plain
