"""What a message about a chart says to write is right: written, nothing more is found."""

from __future__ import annotations

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from lazyoci.check import check
from lazyoci.diagnostic import Diagnostic
from tests.worlds import ROOT, described

NAMES = st.text(st.characters(exclude_characters="/\\\n", exclude_categories=("C", "Z")), min_size=1, max_size=12)


def findings(chart: str, repository: str = "x") -> list[Diagnostic]:
    text = (
        "version: 1\nartifacts:\n  - type: helm\n    chartPath: c\n    targets:\n"
        f"      - registry: ghcr.io/acme/charts/{repository}\n        tags: ['{{{{ .ChartVersion }}}}']\n"
    )
    return list(check(text, ROOT / ".lazy", described({"files": {"c/Chart.yaml": chart}})).diagnostics)


@given(NAMES)
def test_the_repository_of_a_chart_of_any_name(name: str) -> None:
    chart = f"name: {json.dumps(name, ensure_ascii=False)}\nversion: 1.0.0\n"
    for one in findings(chart):
        assert one.code == "chart-name-mismatch" or name in (".", "..")
        if match := re.search(r"; end it in (\S+)$", one.message):
            assert findings(chart, match[1]) == []


@given(st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){1,2}-(0[0-9]{1,8}|rc\.0[0-9])(\.[0-9a-z]{1,4})?", fullmatch=True))
def test_a_version_with_zeros_in_front(version: str) -> None:
    for one in findings(f"name: x\nversion: {version}\n"):
        better = re.search(r"write (\S+)$", one.message)
        assert better is not None
        assert findings(f"name: x\nversion: {better[1]}\n") == []


@given(st.from_regex(r"[0-9]{1,4}(\.[0-9]{1,4})?(e[0-9])?", fullmatch=True), st.sampled_from(["version", "appVersion"]))
def test_a_number_in_place_of_a_text(number: str, key: str) -> None:
    rest = "version: 1.0.0\n" if key == "appVersion" else ""
    for one in findings(f"name: x\n{rest}{key}: {number}\n"):
        if better := re.search(r'; write (\w+: ".*")$', one.message):
            assert findings(f"name: x\n{rest}{better[1]}\n") == []
        else:
            assert one.code == "invalid-chart"
