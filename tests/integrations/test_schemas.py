"""action.yml and the GitLab template are what GitHub and GitLab read, by the schemas that check-jsonschema carries."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.e2e.checkout import ROOT

PAGE = (ROOT / "docs" / "how-to" / "ci.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("schema", "first"), [("vendor.github-workflows", "# .github/workflows"), ("vendor.gitlab-ci", "# .gitlab-ci.yml")]
)
def test_the_documented_one_is(schema: str, first: str, tmp_path: Path) -> None:
    (block,) = (
        one for one in re.findall(r"^```yaml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE) if one.startswith(first)
    )
    file = tmp_path / "file.yml"
    file.write_text(block, encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_documented_inputs_and_outputs_are_those_there_are() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    page = PAGE.partition("## GitLab")[0]
    assert re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE) == [*action["outputs"], *action["inputs"]]
    for block in re.findall(r"^ +with:\n((?: +[\w-]+: .*\n)+)", page, re.MULTILINE):
        names = re.findall(r"^ +([\w-]+):", block, re.MULTILINE)
        assert set(names) <= {*action["inputs"], "registry", "username", "password"}


@pytest.mark.parametrize(
    ("schema", "file", "more"),
    [
        ("vendor.github-actions", "action.yml", ()),
        ("vendor.gitlab-ci", "integrations/gitlab/lazyoci.gitlab-ci.yml", ("--data-transform", "gitlab-ci")),
    ],
)
def test_is_what_the_schema_says(schema: str, file: str, more: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *more, file]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
