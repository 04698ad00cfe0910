"""What `-o sarif` prints is SARIF 2.1.0, by the standard's own JSON schema."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from tests.e2e.checkout import ROOT
from tests.e2e.cli import lazyoci
from tests.e2e.npm import unpacked

pytestmark = pytest.mark.index


@pytest.fixture(scope="module")
def schema() -> Draft7Validator:
    """The schema of OASIS, as Microsoft ships it in its package for Jest."""
    file = unpacked("@microsoft/jest-sarif", "1.0.0-beta.0") / "lib" / "schemas" / "sarif-2.1.0-rtm.5.json"
    return Draft7Validator(json.loads(file.read_text(encoding="utf-8-sig")))


def test_every_golden(schema: Draft7Validator, tmp_path: Path) -> None:
    for path in (ROOT / "tests" / "golden" / "err").glob("*.lazy"):
        shutil.copy(path, tmp_path)
    (tmp_path / "odd name é.lazy").write_text("version: 1\nartifakts: 😀\n", encoding="utf-8")
    log: dict[str, Any] = json.loads(lazyoci("validate", ".", "-o", "sarif", cwd=tmp_path).out)
    assert [f"{error.json_path}: {error.message}" for error in schema.iter_errors(log)] == []
    results = log["runs"][0]["results"]
    assert len({one["ruleId"] for one in results}) > 20
    assert any("fixes" in one for one in results)
    assert any("relatedLocations" in one for one in results)


def test_no_findings(schema: Draft7Validator) -> None:
    log = json.loads(lazyoci("validate", "examples", "-o", "sarif", cwd=ROOT).out)
    assert list(schema.iter_errors(log)) == []


def test_the_schema_refuses(schema: Draft7Validator) -> None:
    assert list(schema.iter_errors({"version": "2.1.0", "runs": [{"results": []}]}))
