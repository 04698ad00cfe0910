"""Findings for machines: JSON, SARIF and GitHub's workflow commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from lazyoci.check import Findings
from lazyoci.diagnostic import Diagnostic, Severity, Source, Span
from lazyoci.report.findings import Presentation, relative, render
from lazyoci.report.summary import Summary
from tests.goldens import assert_golden
from tests.unit.report.samples import files

ROOT = Path(__file__).parents[3]
ALL = [one for file in files() for one in file.diagnostics]


def rendered(name: str, given: list[Findings] | None = None) -> str:
    given = files() if given is None else given
    found = [one for file in given for one in file.diagnostics]
    return render(name, given, Summary.of(len(given), found), Presentation(root=Path.cwd()))


@pytest.mark.parametrize("name", ["json", "github"])
def test_golden(name: str) -> None:
    assert_golden(f"report/findings.{name}", rendered(name))


def test_json_is_as_the_shipped_schema_says() -> None:
    schema = json.loads((ROOT / "schema" / "diagnostics.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft7Validator(schema)
    validator.check_schema(schema)
    for given in (files(), [], [Findings(Source(""), ())]):
        validator.validate(json.loads(rendered("json", given)))


def test_the_schema_knows_every_key_of_the_json() -> None:
    """The schema allows more, so that additions break nobody; but what we print is to be described."""
    schema = json.loads((ROOT / "schema" / "diagnostics.schema.json").read_text(encoding="utf-8"))
    strict = json.loads(
        json.dumps(schema).replace('"type": "object",', '"type": "object", "additionalProperties": false,')
    )
    jsonschema.Draft7Validator(strict).validate(json.loads(rendered("json")))


def test_json_of_nothing_is_an_empty_list() -> None:
    assert json.loads(rendered("json", []))["diagnostics"] == []


def test_json_edits_say_where_they_apply() -> None:
    first = json.loads(rendered("json"))["diagnostics"][0]
    assert first["range"] == {"start": {"line": 8, "column": 17}, "end": {"line": 8, "column": 25}}
    assert first["fix"] == {
        "title": "replace with .Version",
        "edits": [{"range": first["range"], "text": ".Version"}],
    }


def test_github_escapes() -> None:
    one = Diagnostic("some-code", Severity.INFORMATION, "50%: a, b\r\nc", Span(0, 1))
    line = rendered("github", [Findings(Source("a: 1\n", Path("d, e/100%:x.lazy")), (one,))]).splitlines()[0]
    assert line == (
        "::notice file=d%2C e/100%25%3Ax.lazy,line=1,endLine=1,col=1,endColumn=1,title=lazyoci%3A some-code"
        "::50%25: a, b%0D%0Ac"
    )


def test_github_gives_no_columns_over_several_lines() -> None:
    one = Diagnostic("some-code", Severity.WARNING, "message", Span(0, 6))
    line = rendered("github", [Findings(Source("a: 1\nb: 2\n", None), (one,))]).splitlines()[0]
    assert line == "::warning line=1,endLine=2,title=lazyoci%3A some-code::message"


def test_relative_paths(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    assert relative(tmp_path / "sub" / ".lazy", tmp_path) == "sub/.lazy"
    assert relative(tmp_path / ".lazy", tmp_path / "sub") == (tmp_path / ".lazy").as_posix()
    assert relative(Path("sub/.lazy"), Path.cwd()) == "sub/.lazy"


class TestSarif:
    """Structure as SARIF 2.1.0 has it; by the schema of OASIS it is judged in tests/e2e/test_sarif.py."""

    def log(self, given: list[Findings] | None = None) -> dict[str, Any]:
        log: dict[str, Any] = json.loads(rendered("sarif", given))
        return log

    def test_golden(self) -> None:
        log = self.log()
        driver = log["runs"][0]["tool"]["driver"]
        driver["rules"] = [{"id": rule["id"]} for rule in driver["rules"]]  # the rules' pages have their own tests
        driver["semanticVersion"] = "0"
        assert_golden("report/findings.sarif", json.dumps(log, indent=2, ensure_ascii=False) + "\n")

    def test_keys_are_those_of_the_standard(self) -> None:
        allowed = {
            "log": {"$schema", "version", "runs"},
            "run": {"tool", "columnKind", "invocations", "results"},
            "result": {"ruleId", "ruleIndex", "level", "message", "locations", "relatedLocations", "fixes"},
            "region": {"startLine", "startColumn", "endLine", "endColumn"},
        }
        log = self.log()
        assert set(log) == allowed["log"]
        assert log["version"] == "2.1.0"
        [run] = log["runs"]
        assert set(run) == allowed["run"]
        for result in run["results"]:
            assert set(result) <= allowed["result"]
            assert result["level"] in ("error", "warning", "note")
            region = result["locations"][0]["physicalLocation"]["region"]
            assert set(region) == allowed["region"]
            assert all(value >= 1 for value in region.values())
            for fix in result.get("fixes", []):
                for change in fix["artifactChanges"]:
                    assert change["replacements"]

    def test_every_result_points_to_its_rule(self) -> None:
        [run] = self.log()["runs"]
        rules = run["tool"]["driver"]["rules"]
        assert [rules[one["ruleIndex"]]["id"] for one in run["results"]] == [one["ruleId"] for one in run["results"]]

    def test_uris_are_relative_and_percent_encoded(self) -> None:
        uris = [
            one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            for one in self.log()["runs"][0]["results"]
        ]
        assert uris[0] == ".lazy"
        assert uris[-1] == "services/api%2C%20v2/100%25.lazy"

    def test_a_file_outside_the_root_has_an_absolute_uri(self, tmp_path: Path) -> None:
        one = Diagnostic("some-code", Severity.WARNING, "message", Span(0, 1))
        log = self.log([Findings(Source("a", tmp_path / ".lazy"), (one,))])
        location = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
        assert location == {"uri": (tmp_path / ".lazy").as_uri()}

    def test_no_findings(self) -> None:
        [run] = self.log([])["runs"]
        assert run["results"] == []
        assert run["tool"]["driver"]["rules"] == []
