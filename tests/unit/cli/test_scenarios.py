"""`preview --scenario`: what would be published on other occasions, without CI, network or a change of the file."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.schemas import conforms
from tests.unit.cli.running import Runner

FILE = """version: 1
artifacts:
  - type: docker
    name: api
    image: nginx
    targets:
      - registry: "{{ .Registry }}/api"
        tags:
          - {tag: "{{ .VersionFull }}", when: [release, prerelease]}
          - {tag: latest, when: [release, prerelease], moves: forward}
          - {tag: edge, when: default-branch}
          - {tag: "pr-{{ .PullRequest }}", when: pull-request}
          - {tag: "{{ .Date }}", when: schedule}
          - {tag: "{{ .GitBranch }}", when: "branch:feature/*"}
  - type: docker
    name: web
    image: nginx
    versionFrom: {tag: "web/v*"}
    targets: [{registry: r.example/web, tags: [{tag: "{{ .VersionFull }}", when: [release, prerelease]}]}]
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Runner:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".lazy").write_text(FILE)
    who = ("-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false")
    for command in (("init", "-q", "-b", "topic"), ("add", "-A"), ("commit", "-qm", "x"), ("tag", "web/v2.0.9")):
        subprocess.run(("git", *who, *command), cwd=tmp_path, check=True, capture_output=True)
    return Runner(monkeypatch, capsys, {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "GITHUB_ACTIONS": "true"})


def columns(found: dict[str, Any]) -> dict[str, list[str]]:
    """By scenario, the tags that would be published; with a mark, those that would not although they are due."""
    names = found["scenarios"]
    result: dict[str, list[str]] = {name: [] for name in names}
    for row in found["rows"]:
        for name, cell in zip(names, row["cells"], strict=True):
            if cell["state"] != "due":
                assert cell["reason"]
            if cell["state"] != "not now":
                tag = cell.get("tag", row["template"])
                result[name].append(tag if cell["state"] == "due" else f"{tag} {cell['state']}")
    return result


def test_the_usual_ones(run: Runner) -> None:
    ran = run("preview", "--scenarios", "-o", "json")
    assert ran.code == 0, ran.err
    found = columns(conforms(ran.json, "preview"))
    date = found["schedule"][-1]
    assert found == {
        "here and now": ["edge not known", "2.0.9 skipped"],  # a build is refused, as nobody tells the default branch
        "next release": ["1.0.0", "latest", "2.0.10"],
        "its candidate": ["1.0.0-rc.1", "latest kept", "2.0.10-rc.1"],
        "default branch": ["edge"],
        "branch feature/x": ["edge not known", "feature/x fails"],
        "pull request 7": ["pr-7"],
        "schedule": ["edge", date],
    }


def test_any_others(run: Runner) -> None:
    ran = run("preview", "--scenario", "release=3.1.4", "--scenario", "branch=release/1", "-o", "json")
    assert columns(ran.json) == {"release 3.1.4": ["3.1.4", "latest"], "branch release/1": ["edge not known"]}
    assert run("preview", "--scenario", "relase=3").code == 2


def test_as_a_table_and_a_page(run: Runner) -> None:
    ran = run("preview", "--scenarios")
    heading, first, *_ = ran.out.splitlines()
    assert heading.split()[:3] == ["artifact", "repository", "tag"]
    assert "pull request 7" in heading
    assert first.startswith("api") and "(not a release, not a prerelease)" in first
    assert "fails: tag" in ran.out or "fails: " in ran.out
    page = run("preview", "--scenarios", "-o", "html").out
    assert '<td class="fails"' in page and '<td class="kept"' in page and ">next release</th>" in page


def test_a_file_that_does_not_decode(run: Runner, tmp_path: Path) -> None:
    (tmp_path / ".lazy").write_text("version: 1\n")
    ran = run("preview", "--scenarios")
    assert ran.code == 1 and "missing-key" in ran.err


BROKEN = """version: 1
artifacts:
  - type: docker
    name: api
    image: nginx
    annotations: {about: "{{ .PullRequest }}"}
    targets: [{registry: r.example/api, tags: [good, also]}]
  - type: docker
    name: web
    image: nginx
    targets: [{registry: r.example/web, tags: [fine, {tag: held, moves: forward}, "{{ .VersionFull }}"]}]
  - type: docker
    name: late
    image: nginx
    targets: [{registry: r.example/late, tags: [{tag: late, when: schedule}]}]
"""
BAD_TAG = BROKEN.replace(", also]", ", 'bad tag']").replace("{{ .PullRequest }}", "{{ .VersionFull }}")
SILENCED = BAD_TAG.replace(
    "    targets: [{registry: r.example/api",
    "    # lazyoci: ignore[invalid-tag]\n    targets: [{registry: r.example/api",
)


@pytest.mark.parametrize("text", [BROKEN, BAD_TAG, SILENCED], ids=["value", "tag", "silenced"])
def test_nothing_is_due_beside_what_fails(run: Runner, tmp_path: Path, text: str) -> None:
    """As a build publishes all that is due or nothing."""
    (tmp_path / ".lazy").write_text(text)
    subprocess.run(
        ("git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qam", "y"), cwd=tmp_path, check=True
    )
    found = run("preview", "--scenario", "release=1.4.0", "-o", "json").json
    states = {row["template"]: row["cells"][0]["state"] for row in found["rows"]}
    assert set(states.values()) == {"fails", "skipped", "not now"}
    assert {states[name] for name in ("fine", "held", "{{ .VersionFull }}")} == {"skipped"}
    assert {states["good"], states["late"]} == {"fails", "not now"}
    reasons = {cell["reason"] for row in found["rows"] for cell in row["cells"] if cell["state"] == "skipped"}
    assert reasons == {"nothing is published, as api fails"}
    built = run("build", "--dry-run", "--tag", "1.4.0", "-o", "json")
    assert built.code == 1
    assert {one["state"] for result in built.json for one in result["targets"]} == {"skipped"}
    kept_going = run("build", "--dry-run", "--tag", "1.4.0", "--keep-going", "-o", "json").json
    assert [{one["state"] for one in result["targets"]} for result in kept_going] == [{"skipped"}, {"planned"}, set()]


def test_preview_says_that_nothing_is_published_beside_what_fails(run: Runner, tmp_path: Path) -> None:
    (tmp_path / ".lazy").write_text(BAD_TAG)
    ran = run("preview", "--tag", "1.4.0", "-o", "json")
    assert ran.code == 1
    api, web, late = conforms(ran.json, "preview")["artifacts"]
    assert "invalid-tag" in api["error"]
    assert web["error"] == "not attempted, because api failed"
    assert "error" not in late
    told = run("preview", "--tag", "1.4.0")
    assert told.code == 1
    assert "SKIP  web (docker)" in told.out and "not attempted, because api failed" in told.out
    page = run("preview", "--tag", "1.4.0", "-o", "html").out
    assert "not attempted, because api failed" in page
