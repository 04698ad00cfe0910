"""action.yml and the GitLab template are what GitHub and GitLab read, by the schemas that check-jsonschema carries."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.e2e.checkout import ROOT


@pytest.mark.parametrize(
    ("schema", "file", "more"),
    [
        ("vendor.github-actions", "action.yml", ()),
        ("vendor.gitlab-ci", "ci/gitlab/lazyoci.gitlab-ci.yml", ("--data-transform", "gitlab-ci")),
    ],
)
def test_is_what_the_schema_says(schema: str, file: str, more: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *more, file]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
