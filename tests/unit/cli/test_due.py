"""What is due on an occasion, as `build` and `preview` tell it: nothing else is rendered, can fail, or is published."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.schemas import conforms
from tests.unit.cli.running import Ran, Runner

FILE = """version: 1
artifacts:
  - type: artifact
    name: settings
    files: [{path: a.json, mediaType: application/json}]
    targets:
      - registry: ghcr.io/acme/settings
        tags:
          - {tag: "{{ .VersionFull }}", when: release}
          - {tag: latest, when: [release]}
          - {tag: "{{ tagify .GitBranch }}", when: ["branch:release/*", "branch:hotfix/**"]}
          - {tag: "pr-{{ .PullRequest }}", when: pull-request}
      - registry: "{{ .Registry }}/acme/settings"
        when: schedule
        tags: ["{{ .Date }}"]
  - type: artifact
    name: site
    when: {all: [tag, not prerelease]}
    files: [{path: "dist/*.html", mediaType: text/html}]
    targets: [{registry: ghcr.io/acme/site, tags: ["{{ .Nothing }}", "a b"]}]
    annotations: {made: "{{ .Var.UNSET }}"}
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Runner:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".lazy").write_text(FILE)
    (tmp_path / "a.json").write_text("{}")
    return Runner(monkeypatch, capsys, {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)})


def build(run: Runner, *arguments: str) -> tuple[Ran, dict[str, Any]]:
    ran = run("build", "--dry-run", "-o", "json", "-a", "settings", *arguments)
    conforms(ran.json, "build")
    return ran, ran.json[0]


def due(result: dict[str, Any]) -> list[str]:
    return [target["reference"].removeprefix("ghcr.io/acme/settings:") for target in result["targets"]]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--tag", "v1.4.0"], ["1.4.0", "latest"]),
        (["--tag", "v1.5.0-rc.1"], []),
        (["--occasion", "release=1.4.0"], ["1.4.0", "latest"]),
        (["--occasion", "branch=feature/x"], []),
        (["--occasion", "branch=release/1.4"], ["release-1.4"]),
        (["--occasion", "branch=release/1.4/fix"], []),
        (["--occasion", "branch=hotfix/1/2"], ["hotfix-1-2"]),
        (["--occasion", "pull-request=7"], ["pr-7"]),
    ],
)
def test_what_is_due(run: Runner, arguments: list[str], expected: list[str]) -> None:
    ran, result = build(run, *arguments)
    assert due(result) == expected
    assert len(expected) + len(result["notNow"]) == 5
    assert ran.code == (0 if expected else 1)
    assert "error" not in result


def test_what_is_not_due_is_told_as_it_is_written(run: Runner) -> None:
    _, result = build(run, "--occasion", "pull-request=7")
    assert result["notNow"][0] == {
        "registry": "ghcr.io/acme/settings",
        "template": "{{ .VersionFull }}",
        "reason": "not a release: this run is for pull request 7",
    }
    assert result["notNow"][-1]["registry"] == "{{ .Registry }}/acme/settings"


def test_nothing_that_is_not_due_fails(run: Runner) -> None:
    ran = run("build", "--dry-run", "--occasion", "branch=feature/x")
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[0] == "NOT NOW settings (artifact)"
    assert "NOT NOW site (artifact)" in ran.out
    assert "Nothing is published: no tag is due on this occasion." in ran.err
    assert "error" not in ran.out + ran.err


def test_on_its_day_it_does(run: Runner) -> None:
    ran = run("build", "--dry-run", "--tag", "v1.4.0")
    assert ran.code == 1
    assert "[unknown-variable]" in ran.err and "[missing-file]" in ran.err and "[invalid-tag]" in ran.err


@pytest.mark.parametrize("more", [[], ["--keep-going"], ["--keep-going", "-o", "json"]])
@pytest.mark.parametrize(
    ("arguments", "named"),
    [(["--tag", "2.1"], "--tag"), (["-a", "settings"], "--artifact"), (["--require-published"], "--require-published")],
)
def test_where_somebody_means_to_publish_nothing_is_an_error(
    run: Runner, arguments: list[str], named: str, more: list[str]
) -> None:
    ran = run("build", "--occasion", "branch=feature/x", *arguments, *more)
    assert ran.code == 1
    assert f"nothing is published, although {named} was given" in ran.err
    assert ("--tag 2.1 is not a semantic version" in ran.err) is (named == "--tag")
    if "json" in more:
        assert all(not one["targets"] for one in json.loads(ran.out))


def test_without_a_push_it_is_built_all_the_same(run: Runner, tmp_path: Path) -> None:
    ran = run("build", "--no-push", "--occasion", "branch=feature/x", "-a", "settings", "-o", "json")
    assert ran.code == 0, ran.err
    assert ran.json[0]["digest"] and not ran.json[0]["targets"]
    ran = run("build", "--no-push", "--occasion", "branch=feature/x", "-a", "site", "-o", "json")
    assert ran.code == 1
    assert "[missing-file]" in ran.json[0]["error"] and "Nothing" not in ran.json[0]["error"]
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/index.html").write_text("")
    ran = run("build", "--no-push", "--occasion", "branch=feature/x", "-a", "site", "-o", "json")
    assert ".Var.UNSET has no value" in ran.json[0]["error"] and "Nothing" not in ran.json[0]["error"]


def test_require_published_needs_a_push(run: Runner) -> None:
    assert run("build", "--no-push", "--require-published").code == 2


def test_validate_judges_the_file_whatever_is_due(run: Runner) -> None:
    ran = run("validate")
    assert ran.code == 1
    assert "[unknown-variable]" in ran.out and "[missing-file]" in ran.out
    assert "duplicate" not in ran.out


def test_an_unknown_fact_fails_and_says_how_to_state_it(run: Runner, tmp_path: Path) -> None:
    text = FILE.replace("when: pull-request", "when: default-branch")
    (tmp_path / ".lazy").write_text(text)
    ran, result = build(run, "--occasion", "branch=main")
    assert ran.code == 1
    assert "write defaultBranch: main into .lazyoci.yaml, or state it: --occasion default-branch" in result["error"]
    ran, result = build(run, "--occasion", "branch=main", "--occasion", "default-branch")
    assert ran.code == 1 and ".PullRequest has no value" in result["error"]
    ran, result = build(run, "--occasion", "branch=main", "--allow-unresolved")
    assert "error" not in result and not result["targets"]
    ran, result = build(run, "--occasion", "release=1.4.0")
    assert ran.code == 0 and due(result) == ["1.4.0", "latest"]


@pytest.mark.parametrize(
    ("condition", "yes", "no"),
    [
        ("{{ .PullRequest }}", "pull-request=7", "branch=main"),
        ("{{ .BaseBranch }}", "base=main", "release=1.4.0"),
        ("{{ .GitTag }}", "release=1.4.0", "pull-request=7"),
        ('{{ eq .PullRequest "7" }}', "pull-request=7", "branch=main"),
        ("{{ if .PullRequest }}true{{ end }}", "pull-request=7", "release=1.4.0"),
    ],
)
def test_what_the_run_has_not_is_no(run: Runner, tmp_path: Path, condition: str, yes: str, no: str) -> None:
    text = FILE.replace("when: pull-request}", f"when: '{condition}'}}")
    (tmp_path / ".lazy").write_text(text.replace("pr-{{ .PullRequest }}", "it"))
    more = ["--occasion", "pull-request=7"] if yes.startswith("base") else []
    ran, result = build(run, "--occasion", yes, *more)
    assert ran.code == 0 and "it" in due(result), ran.err
    ran, result = build(run, "--occasion", no)
    assert "it" not in due(result) and "error" not in result, ran.err
    assert any(one["template"] == "it" for one in result["notNow"])


def test_what_nobody_tells_is_unknown_and_the_remedy_works(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, run: Runner
) -> None:
    (tmp_path / ".lazy").write_text(FILE.replace("when: pull-request}", "when: '{{ .BaseBranch }}'}"))
    circle = {"CI": "true", "CIRCLECI": "true", "CIRCLE_BRANCH": "pull/7", "CIRCLE_PR_USERNAME": "anna"}
    told = Runner(monkeypatch, capsys, {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)} | circle)
    ran, result = build(told)
    assert ran.code == 1
    assert "CircleCI does not tell it; state it: --occasion pull-request --occasion base=BRANCH" in result["error"]
    ran, result = build(told, "--occasion", "pull-request", "--occasion", "base=main")
    assert ran.code == 0 and due(result) == ["pr-7"]


def test_a_condition_on_the_tag_that_was_given(run: Runner, tmp_path: Path) -> None:
    (tmp_path / ".lazy").write_text(FILE.replace("when: pull-request}", "when: '{{ .Tag }}'}").replace("pr-", "x"))
    text = (tmp_path / ".lazy").read_text().replace("x{{ .PullRequest }}", "it")
    (tmp_path / ".lazy").write_text(text)
    assert due(build(run, "--tag", "v1.4.0")[1]) == ["1.4.0", "latest", "it"]
    ran, result = build(run, "--occasion", "branch=main")
    assert "error" not in result and due(result) == [], ran.err


def test_preview_shows_both(run: Runner) -> None:
    ran = run("preview", "--occasion", "pull-request=7")
    assert "pr-7" in ran.out
    assert "{{ .VersionFull }}  not now: not a release: this run is for pull request 7" in ran.out
    ran = run("preview", "--occasion", "pull-request=7", "-o", "json")
    conforms(ran.json, "preview")
    assert len(ran.json["artifacts"][0]["notNow"]) == 4
    ran = run("preview", "--occasion", "pull-request=7", "-o", "html")
    row = (
        r">not now</span><div><code [^>]*>\{\{ \.VersionFull \}\}</code>\n<p [^>]*>not a release: this run is for pull"
    )
    assert re.search(row, ran.out)


@pytest.mark.parametrize(
    ("version", "reason"),
    [("v1.5.0-rc.1", "1.5.0-rc.1 is a prerelease"), ("v1.0.0-1-gabcdef0", "1.0.0-1-gabcdef0 is a prerelease")],
)
def test_what_certainly_stays_is_told_without_a_registry(
    run: Runner, tmp_path: Path, version: str, reason: str
) -> None:
    """In a dry run and in the preview, as `--check` and the scenarios say it."""
    tags = '["{{ .VersionFull }}", {tag: latest, moves: forward}]'
    text = (
        f"version: 1\nartifacts: [{{type: docker, image: nginx, targets: [{{registry: r.example/a, tags: {tags}}}]}}]\n"
    )
    (tmp_path / ".lazy").write_text(text)
    ran = run("build", "--dry-run", "--tag", version)
    assert f"[dry-run] would push r.example/a:{version[1:]}\n" in ran.out
    assert f"[dry-run] kept: r.example/a:latest  {reason}\n" in ran.out
    ran = run("build", "--dry-run", "--tag", version, "-o", "json")
    conforms(ran.json, "build")
    kept = ran.json[0]["targets"][1]
    assert kept == {"reference": "r.example/a:latest", "state": "kept", "pushed": False, "reason": reason}
    assert f"kept: {reason}" in run("preview", "--tag", version).out
    shown = run("preview", "--tag", version, "-o", "json").json
    conforms(shown, "preview")
    assert [one.get("kept", "") for one in shown["artifacts"][0]["targets"][0]["references"]] == ["", reason]
    assert reason in run("preview", "--tag", version, "-o", "html").out
    assert "kept" not in run("build", "--dry-run", "--tag", "v1.5.0").out + run("preview", "--tag", "v1.5.0").out


def test_a_detached_head_in_a_ci_that_does_not_tell_the_branch(run: Runner, tmp_path: Path) -> None:
    """Which branch it is for is not known, so neither is what depends on it; each word of the remedy decides it."""
    tags = '[{tag: edge, when: default-branch}, {tag: x, when: "branch:release/*"}, {tag: y, when: not tag}]'
    text = (
        f"version: 1\nartifacts: [{{type: docker, image: nginx, targets: [{{registry: r.example/a, tags: {tags}}}]}}]\n"
    )
    (tmp_path / ".lazy").write_text(text)
    (tmp_path / ".lazyoci.yaml").write_text("defaultBranch: main\n")
    who = ("-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false")
    for command in (
        ("init", "-q", "-b", "main"),
        ("add", "-A"),
        ("commit", "-qm", "x"),
        ("checkout", "-q", "--detach"),
    ):
        subprocess.run(("git", *who, *command), cwd=tmp_path, check=True, capture_output=True)

    def tagged(*arguments: str, **environ: str) -> list[str]:
        return [
            one["reference"]
            for one in run("build", "--dry-run", "-o", "json", *arguments, environ=environ).json[0]["targets"]
        ]

    ran = run("build", "--dry-run", environ={"CI": "true"})
    assert ran.code == 1
    remedy = "state it: --occasion branch=BRANCH, or --occasion default-branch"
    assert (
        ran.err.count(
            f"which branch this run is for is not known, so it is not known whether this tag is due; {remedy}"
        )
        == 2
    )
    assert tagged("--occasion", "branch=release/1", CI="true") == ["r.example/a:x", "r.example/a:y"]
    assert tagged("--occasion", "default-branch", CI="true") == ["r.example/a:edge", "r.example/a:y"]
    assert tagged() == ["r.example/a:y"], "on a person's machine a detached HEAD is for no branch"
    (tmp_path / ".lazy").write_text(text.replace(tags, '["{{ .GitBranch }}"]'))
    assert "HEAD is detached, and CI does not tell the branch" in run("build", "--dry-run", environ={"CI": "true"}).err


@pytest.mark.parametrize("condition", ["{{ .GitBranch }} == main", "{{ eq .Tag `a` }}{{ eq .Tag `b` }}"])
def test_what_a_template_gives_beside_true_and_false_publishes_nothing(
    run: Runner, tmp_path: Path, condition: str
) -> None:
    text = FILE.replace("when: pull-request}", f"when: '{condition}'}}").replace("pr-{{ .PullRequest }}", "it")
    (tmp_path / ".lazy").write_text(text)
    ran, result = build(run, "--occasion", "branch=feature/x")
    assert ran.code == 1 and '{{ eq .GitBranch "main" }}' in ran.err + str(result)
    (tmp_path / ".lazyoci.yaml").write_text("ignore: [unknown-occasion]\n")
    assert build(run, "--occasion", "branch=feature/x")[0].code == 1


def test_the_list_says_that_a_condition_is_wrong(run: Runner, tmp_path: Path) -> None:
    (tmp_path / ".lazy").write_text(FILE.replace("when: pull-request}", "when: '{{ .GitBranch }} == main'}"))
    shown = run("build", "--dry-run", "-a", "settings", "--occasion", "branch=feature/x")
    assert "not known: its condition is wrong" in shown.out + shown.err
