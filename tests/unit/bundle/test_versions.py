"""What a bundle's content says of its version: it is published as no other."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.e2e.cli import git, repository
from tests.unit.cli.running import Runner
from tests.unit.registry.homes import Home

LAZY = """\
version: 1
artifacts:
  - type: artifact
    name: notes
    files: [{path: notes.txt, mediaType: text/plain}]
    targets:
      - registry: ghcr.io/acme/notes
        tags: [{tag: "{{ .VersionFull }}", when: release}, {tag: edge, when: branch}]
"""
NAMED = '    annotations: {org.opencontainers.image.version: "{{ .VersionFull }}"}\n'
AUTO = "    metadata: auto\n"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Runner:
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    Path("notes.txt").write_text("notes", "utf-8")
    return Runner(monkeypatch, capsys, Home.make(tmp_path).environ | {"PATH": os.environ["PATH"]})


def _written(content: str) -> None:
    Path(".lazy").write_text(LAZY.replace("    targets", f"{content}    targets"), "utf-8")
    repository(Path.cwd())


@pytest.mark.parametrize("content", [NAMED, AUTO])
def test_content_that_names_a_version_is_no_other_release(run: Runner, content: str) -> None:
    _written(content)
    assert run("build", "--tag", "v1.0.0", "--bundle", "../bundle").code == 0
    ran = run("publish", "../bundle", "--file", ".lazy", "--tag", "v2.0.0", "--dry-run")
    assert ran.code == 1
    said = (ran.out + ran.err).replace("\n      ", " ")
    assert "notes was built for the version 1.0.0, its content names a version, by" in said
    assert "build the bundle again with --tag v2.0.0, or publish it with --tag v1.0.0" in said
    assert run("publish", "../bundle", "--file", ".lazy", "--tag", "v1.0.0", "--dry-run").code == 0
    assert run("build", "--tag", "v2.0.0", "--bundle", "../bundle").code == 0
    assert run("publish", "../bundle", "--file", ".lazy", "--tag", "v2.0.0", "--dry-run").code == 0


def test_content_of_a_branch_that_names_an_earlier_version_is_no_release(run: Runner) -> None:
    _written(NAMED)
    git(Path.cwd(), "tag", "v0.9.0")
    git(Path.cwd(), "commit", "--quiet", "--allow-empty", "-m", "more")
    assert run("build", "--bundle", "../bundle").code == 0
    ran = run("publish", "../bundle", "--file", ".lazy", "--tag", "v1.0.0", "--dry-run")
    assert ran.code == 1
    assert "notes was built for no release, its content names a version, by .VersionFull" in ran.out + ran.err
    assert run("publish", "../bundle", "--file", ".lazy", "--dry-run").code == 0


def test_content_that_names_none_is_published_as_any(run: Runner) -> None:
    _written("")
    for given in ((), ("--tag", "v1.0.0")):
        assert run("build", *given, "--bundle", "../bundle").code == 0
        assert run("publish", "../bundle", "--file", ".lazy", "--tag", "v2.0.0", "--dry-run").code == 0


def test_a_release_that_is_published_as_a_branch_is_told(run: Runner) -> None:
    """Perhaps `--tag` is forgotten: the branch's tags move, and not those of the release."""
    _written("")
    assert run("build", "--tag", "v1.0.0", "--bundle", "../bundle").code == 0
    ran = run("publish", "../bundle", "--file", ".lazy", "--dry-run")
    assert ran.code == 0
    said = " ".join(ran.err.split())
    assert "notes was built for the release 1.0.0, and this run is for the branch" in said
    assert said.endswith("if that release is meant: --tag v1.0.0")
    assert "was built for" not in run("publish", "../bundle", "--file", ".lazy", "--tag", "v1.0.0", "--dry-run").err
    assert run("build", "--bundle", "../bundle").code == 0
    assert "was built for" not in run("publish", "../bundle", "--file", ".lazy", "--dry-run").err
