"""One file in five CI services on nine occasions: a real registry gets what `preview --scenario` foretold alone."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers import RealRegistry, docker_registry
from tests.unit.cli.running import Runner

FILE = """version: 1
artifacts:
  - type: artifact
    name: settings
    files: [{path: a.json, mediaType: application/json}]
    targets:
      - registry: "{{ .Registry }}/settings"
        tags:
          - {tag: "{{ .VersionFull }}", when: [release, prerelease], moves: never}
          - {tag: "{{ .VersionMajorMinor }}", when: release, moves: forward}
          - {tag: latest, when: [release, prerelease], moves: forward}
          - {tag: edge, when: {all: [default-branch, not schedule, not manual]}}
          - {tag: nightly, when: schedule}
          - {tag: by-hand, when: manual}
          - {tag: "pr-{{ .PullRequest }}", when: pull-request}
          - {tag: "{{ tagify .GitBranch }}", when: ["branch:feature/*", "branch:dev/**"]}
"""
Environment = dict[str, str]

# an occasion: what kind, its branch or tag, and what started it
OCCASIONS = {
    "push-default": ("branch", "main", "push"),
    "push-feature": ("branch", "feature/x", "push"),
    "push-nested": ("branch", "dev/anna/main", "push"),
    "release": ("tag", "v1.4.2", "push"),
    "candidate": ("tag", "v1.5.0-rc.1", "push"),
    "pull-request": ("pull", "topic", "push"),
    "pull-request-fork": ("pull", "main", "push"),
    "schedule": ("branch", "main", "schedule"),
    "manual": ("branch", "main", "manual"),
}
EXPECTED = {
    "push-default": {"edge"},
    "push-feature": {"feature-x"},
    "push-nested": {"dev-anna-main"},
    "release": {"1.4.2", "1.4", "latest"},
    "candidate": {"1.5.0-rc.1"},
    "pull-request": {"pr-7"},
    "pull-request-fork": {"pr-7"},
    "schedule": {"nightly"},
    "manual": {"by-hand"},
}
SCENARIOS = {
    "push-default": ["default-branch"],
    "push-feature": ["branch=feature/x"],
    "push-nested": ["branch=dev/anna/main"],
    "release": ["release=v1.4.2"],
    "candidate": ["prerelease=v1.5.0-rc.1"],
    "pull-request": ["pull-request=7"],
    "pull-request-fork": ["pull-request=7"],
    "schedule": ["schedule"],
    "manual": ["manual"],
}


def github(kind: str, name: str, started: str) -> Environment:
    event = {"schedule": "schedule", "manual": "workflow_dispatch"}.get(started, "push")
    if kind == "pull":
        more = {"GITHUB_HEAD_REF": name, "GITHUB_BASE_REF": "main", "GITHUB_REF": "refs/pull/7/merge"}
        return {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", **more}
    ref = f"refs/{'tags' if kind == 'tag' else 'heads'}/{name}"
    return {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": event, "GITHUB_REF": ref, "GITHUB_REF_NAME": name}


def gitlab(kind: str, name: str, started: str) -> Environment:
    source = {"schedule": "schedule", "manual": "web"}.get(started, "push")
    common = {
        "GITLAB_CI": "true",
        "CI_DEFAULT_BRANCH": "main",
        "CI_PIPELINE_SOURCE": source,
        "CI_COMMIT_REF_NAME": name,
    }
    if kind == "pull":
        names = {"CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": name, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}
        return common | {"CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_IID": "7", **names}
    return common | {"CI_COMMIT_TAG" if kind == "tag" else "CI_COMMIT_BRANCH": name}


def azure(kind: str, name: str, started: str) -> Environment:
    reason = {"schedule": "Schedule", "manual": "Manual"}.get(started, "IndividualCI")
    if kind == "pull":
        names = {"SYSTEM_PULLREQUEST_SOURCEBRANCH": f"refs/heads/{name}", "SYSTEM_PULLREQUEST_PULLREQUESTNUMBER": "7"}
        return {"TF_BUILD": "True", "BUILD_REASON": "PullRequest", "BUILD_SOURCEBRANCH": "refs/pull/7/merge", **names}
    ref = f"refs/{'tags' if kind == 'tag' else 'heads'}/{name}"
    return {"TF_BUILD": "True", "BUILD_REASON": reason, "BUILD_SOURCEBRANCH": ref}


def bitbucket(kind: str, name: str, started: str) -> Environment:
    common = {"BITBUCKET_BUILD_NUMBER": "1"}
    if kind == "pull":
        return common | {
            "BITBUCKET_BRANCH": name,
            "BITBUCKET_PR_ID": "7",
            "BITBUCKET_PR_DESTINATION_BRANCH": "main",
        }
    return common | {"BITBUCKET_TAG" if kind == "tag" else "BITBUCKET_BRANCH": name}


def buildkite(kind: str, name: str, started: str) -> Environment:
    source = {"schedule": "schedule", "manual": "ui"}.get(started, "webhook")
    common = {"BUILDKITE": "true", "BUILDKITE_BRANCH": name, "BUILDKITE_SOURCE": source}
    common |= {"BUILDKITE_PULL_REQUEST": "false", "BUILDKITE_PIPELINE_DEFAULT_BRANCH": "main"}
    if kind == "pull":
        return common | {"BUILDKITE_PULL_REQUEST": "7", "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main"}
    return common | ({"BUILDKITE_TAG": name} if kind == "tag" else {})


SERVICES: dict[str, Callable[[str, str, str], Environment]] = {
    "github": github,
    "gitlab": gitlab,
    "azure": azure,
    "bitbucket": bitbucket,
    "buildkite": buildkite,
}
UNTOLD = {"bitbucket": {"schedule", "manual"}}  # what a service does not tell from a push


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealRegistry]:
    with docker_registry(tmp_path_factory.mktemp("registry")) as one:
        yield one


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("checkout")
    (root / ".lazy").write_text(FILE)
    (root / "a.json").write_text("{}")
    who = ("-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false")
    for command in (
        ("init", "-q", "-b", "main"),
        ("add", "-A"),
        ("commit", "-qm", "x"),
        ("update-ref", "refs/remotes/origin/main", "HEAD"),
        ("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"),
        ("checkout", "-q", "--detach"),
    ):
        subprocess.run(("git", *who, *command), cwd=root, check=True, capture_output=True)
    return root


def held(registry: RealRegistry, repository: str) -> set[str]:
    with urllib.request.urlopen(f"{registry.url}/v2/{repository}/tags/list") as reply:
        return set(json.load(reply)["tags"] or ())


@pytest.mark.parametrize("occasion", OCCASIONS)
@pytest.mark.parametrize("service", SERVICES)
def test_what_is_published(
    service: str,
    occasion: str,
    registry: RealRegistry,
    checkout: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(checkout)
    name = f"{service}-{occasion}"
    common = {"PATH": "/usr/bin:/bin", "HOME": str(checkout), "LAZYOCI_REGISTRY": f"{registry.host}/{name}"}
    run = Runner(monkeypatch, capsys, common | {"CI": "true"} | SERVICES[service](*OCCASIONS[occasion]))
    built = run("build", "-o", "json")
    assert built.code == 0, built.out + built.err
    told = "push-default" if occasion in UNTOLD.get(service, ()) else occasion
    assert held(registry, f"{name}/settings") == EXPECTED[told]
    foretold = run("preview", "-o", "json", "--scenario", *SCENARIOS[told]).json
    due = {row["cells"][0]["tag"] for row in foretold["rows"] if row["cells"][0]["state"] == "due"}
    assert due == EXPECTED[told]
