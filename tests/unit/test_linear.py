"""Text from outside meets a pattern: twice as much of it costs about twice as much, in steps, not in time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lazyoci import gitignore
from lazyoci.check import check
from lazyoci.diagnostic import Diagnostic, Severity, Source, Span
from lazyoci.report import text
from lazyoci.report.style import Style
from lazyoci.walk import walk

_MOST = 2.6  # times as many steps for twice the input


def steps(work: Callable[[], object]) -> int:
    """How many functions were called, of Python's own and of C."""
    count = 0

    def seen(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def _doubles(make: Callable[[int], Callable[[], object]], size: int) -> None:
    make(4)()  # whatever is imported or computed only once
    few, many = (steps(make(count)) for count in (size, 2 * size))
    assert many <= _MOST * few, (few, many)


def _checked(written: str) -> Callable[[], object]:
    return lambda: check(written, Path("/nowhere/.lazy"))


def _reported(written: str) -> Callable[[], object]:
    found = check(written, Path("/nowhere/.lazy"))

    def report() -> None:
        for one in found.diagnostics:
            text.finding(one, found.source, Style())

    return report


FORMS: dict[str, Callable[[int], str]] = {
    "unknown keys": lambda count: "version: 1\n" + "".join(f"key{number}: 1\n" for number in range(count)),
    "unknown keys for anchors": lambda count: (
        "version: 1\n" + "".join(f"x{number}: &a{number} 1\n" for number in range(count))
    ),
    "misspelt keys": lambda count: "".join(f"artifacts{number}: 1\n" for number in range(count)),
    "comments": lambda count: "version: 1\n" + "# lazyoci: ignore[unknown-key]\n" * count,
    "comments in one line": lambda count: "version: 1 " + "# lazyoci: ignore[unknown-key] " * count + "\n",
    "comments in broken YAML": lambda count: "a: [ " + "# lazyoci: ignore[unknown-key] " * count + "\n",
    "one line": lambda count: "{version: 1, " + ", ".join(f"k{number}: 1" for number in range(count)) + "}\n",
    "templates in one line": lambda count: (
        "version: 1\nartifacts: [{name: '" + "{{ .Nope }}" * count + "', type: docker}]"
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_checking_a_file(form: str) -> None:
    _doubles(lambda count: _checked(FORMS[form](count)), 300)


@pytest.mark.parametrize("form", ["unknown keys", "one line"])
def test_reporting_a_file(form: str) -> None:
    _doubles(lambda count: _reported(FORMS[form](count)), 200)


def test_a_line_of_ten_megabytes_is_looked_at_near_the_finding() -> None:
    source = Source("x" * 10_000_000)
    one = Diagnostic("yaml-syntax", Severity.ERROR, "m", Span(5_000_000, 5_000_010))
    assert steps(lambda: text.finding(one, source, Style())) < 10_000
    shown = text.finding(one, source, Style())
    assert shown.splitlines()[1].count("…") == 2
    assert shown.splitlines()[2].endswith("^" * 10)
    assert len(shown) < 300


@pytest.mark.parametrize(
    ("pattern", "path", "holds"),
    [
        ("*a*b", "xaxb", True),
        ("*a*b", "xaxbc", False),
        ("*.a.*.b*", "q.a.x.b", True),
        ("a*b*c/d*e*f", "axbxc/dxexf", True),
        ("a*b*c/d*e*f", "axbxc/dxex", False),
        ("*a*a*", "xa", False),
        ("*ab*abc", "xababc", True),
        ("*[ab]*?c", "zaxc", True),
        ("x*/**/y*z*w", "x1/q/r/y2z3w", True),
        ("!*a*b*c", "abc", False),
    ],
)
def test_the_same_is_matched(pattern: str, path: str, holds: bool) -> None:
    from pathspec import GitIgnoreSpec

    assert gitignore.read([pattern]).match_file(path) is holds
    assert GitIgnoreSpec.from_lines([pattern]).match_file(path) is holds


def test_many_stars_end(tmp_path: Path) -> None:
    """A regular expression's own steps cannot be counted: without care this one ends in no lifetime."""
    (tmp_path / ".gitignore").write_text("*a" * 60 + "*b\n" + "**/" * 1000 + "x\n")
    (tmp_path / ".git").mkdir()
    (tmp_path / f"{'a' * 240}.lazy").write_text("")
    assert len(list(walk(tmp_path, pytest.fail))) == 1


def test_many_stars_in_a_chart_end(tmp_path: Path) -> None:
    chart = tmp_path / "chart"
    chart.mkdir()
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: a\nversion: 1.0.0\n")
    (chart / ".helmignore").write_text("*a" * 60 + "*b\n")
    (chart / ("a" * 240)).write_text("x")
    file = {"type": "helm", "chartPath": "chart", "targets": [{"registry": "r.example/a", "tags": ["1.0.0"]}]}
    (tmp_path / ".lazy").write_text(json.dumps({"version": 1, "artifacts": [file]}))
    done = subprocess.run(
        [sys.executable, "-m", "lazyoci", "build", "--no-push"], cwd=tmp_path, capture_output=True, text=True
    )
    assert "internal error" not in done.stderr
    assert done.returncode == 0, done.stderr
