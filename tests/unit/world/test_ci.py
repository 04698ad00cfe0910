"""What CI services tell of a run: environments as they set them, the facts in these, and the words that follow."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lazyoci.values import Values
from lazyoci.world import Face, World, ci
from lazyoci.world.ci.facts import Told, differ, pull_request_of
from lazyoci.world.ci.services import SERVICES
from lazyoci.world.ci.teamcity import properties
from tests.worlds import MemoryFiles, world

VECTORS = Path(__file__).parents[2] / "vectors" / "ci-context.jsonl"
CASES: list[dict[str, Any]] = [json.loads(line) for line in VECTORS.read_text(encoding="utf-8").splitlines()]


def made(case: dict[str, Any]) -> World:
    """The World of a case: its environment, and the files that this names."""
    files = {}
    for name, content in case.get("files", {}).items():
        if case["service"] == "TeamCity":
            files[f"/{name}"] = "".join(f"{key}={_escaped(text)}\n" for key, text in content.items())
        else:
            files[f"/{name}"] = json.dumps(content)
    environ = {key: f"/{text}" if text in case.get("files", {}) else text for key, text in case["env"].items()}
    return world(files, environ=environ, face=Face.BUILD)


def _escaped(text: str) -> str:
    """As java.util.Properties writes a value, with the path that leads on made absolute."""
    return (f"/{text}" if text.startswith("$") else text).replace("\\", "\\\\").replace(":", "\\:")


def ids(case: dict[str, Any]) -> str:
    return "-".join(filter(None, (case["service"], case["occasion"], case.get("variant"))))


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_the_facts(case: dict[str, Any]) -> None:
    seen = made(case)
    told = ci.told(seen.environ, seen.files)
    if told is None:
        assert case["env"] in ({}, {"CI": "true"})
        assert set(case["facts"].values()) == {None}
        return
    assert told.service == case["service"]
    assert {
        "event": told.event or None,
        "branch": told.branch or None,
        "tag": told.tag or None,
        "pr": told.pr,
        "base": told.base or None,
        "default_branch": told.default_branch or None,
        "is_default_branch": told.is_default_branch,
        "commit": told.commit or None,
        "fork": told.fork,
    } == case["facts"]


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_the_words(case: dict[str, Any]) -> None:
    expected = dict(case["words"])
    if case["env"] == {} and case["service"] != "none":  # a run that does not happen: nothing tells that it is one
        expected["local"] = True
    values = Values(made(case), Path("/repo"))
    assert values.occasion is not None
    assert {"event": values.occasion.event.kind, **values.words} == expected


def test_every_service_has_cases() -> None:
    told = {case["service"] for case in CASES} - {"none"}
    assert {service.name for service in SERVICES} == told, f"services and those of {VECTORS.name} differ"


def github(name: str, ref: str, payload: object = None, **more: str) -> Told:
    environ = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": name, "GITHUB_REF": ref, "GITHUB_EVENT_PATH": "/e.json"}
    content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    found = ci.told(environ | {f"GITHUB_{key}": text for key, text in more.items()}, MemoryFiles({"/e.json": content}))
    assert found is not None
    return found


REQUEST = {
    "number": 7,
    "pull_request": {
        "number": 7,
        "head": {"ref": "main", "repo": {"full_name": "anna/app"}},
        "base": {"ref": "main", "repo": {"full_name": "octo/app", "default_branch": "main"}},
    },
}
BY_ANOTHER = {
    "workflow_run": {
        "event": "pull_request",
        "head_branch": "main",
        "head_repository": {"full_name": "anna/app"},
        "pull_requests": [],
    },
    "repository": {"full_name": "octo/app", "default_branch": "main"},
}


@pytest.mark.parametrize(
    ("found", "pr", "fork"),
    [
        (github("pull_request_target", "refs/heads/main", REQUEST, HEAD_REF="main", BASE_REF="main"), 7, True),
        (github("pull_request_target", "refs/heads/main", None), None, None),
        (github("pull_request_review", "refs/pull/7/merge", {}), 7, None),
        (github("workflow_run", "refs/heads/main", BY_ANOTHER, REPOSITORY="octo/app"), None, True),
        (github("issue_comment", "refs/heads/main", {"issue": {"number": 7, "pull_request": {"url": "x"}}}), 7, None),
        (github("pull_request", "refs/pull/7/merge", b"\xff{"), 7, None),
        (github("pull_request", "refs/pull/7/merge", b"[" * 100_000), 7, None),
        (github("pull_request", "refs/pull/7/merge", {"number": "8", "pull_request": [1]}), 7, None),
    ],
)
def test_no_pull_request_is_a_run_of_a_branch(found: Told, pr: int | None, fork: bool | None) -> None:
    assert (found.event, found.pr, found.is_default_branch, found.fork) == ("pull_request", pr, False, fork)


@pytest.mark.parametrize(
    "environ",
    [
        {"GITHUB_ACTIONS": "true", "GITHUB_HEAD_REF": "feature", "GITHUB_BASE_REF": "main"},
        {"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "merge_request_event", "CI_COMMIT_BRANCH": "main"},
        {"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "external_pull_request_event", "CI_COMMIT_BRANCH": "main"},
        {"BITBUCKET_BUILD_NUMBER": "1", "BITBUCKET_BRANCH": "x", "BITBUCKET_PR_DESTINATION_BRANCH": "main"},
    ],
)
def test_one_variable_is_enough_to_tell_a_pull_request(environ: dict[str, str]) -> None:
    found = ci.told(environ, MemoryFiles({}))
    assert found is not None
    assert (found.event, found.is_default_branch) == ("pull_request", False)


@pytest.mark.parametrize(
    ("found", "event", "branch", "is_default"),
    [
        (github("issue_comment", "refs/heads/main", {"issue": {"number": 7}}), "", "main", None),
        (github("workflow_run", "refs/heads/main", {"workflow_run": {"event": "push"}}), "", "main", None),
        (
            github("merge_group", "refs/heads/gh-readonly-queue/main/pr-7-1f0c", {}),
            "",
            "gh-readonly-queue/main/pr-7-1f0c",
            None,
        ),
        (github("push", "refs/heads/refs/tags/v1", {}), "push", "refs/tags/v1", None),
        (github("push", "refs/heads/main", {"repository": {"default_branch": 5}}), "push", "main", None),
        (
            github("repository_dispatch", "refs/heads/main", {"repository": {"default_branch": "main"}}),
            "manual",
            "main",
            True,
        ),
    ],
)
def test_other_runs_of_github(found: Told, event: str, branch: str, is_default: bool | None) -> None:
    assert (found.event, found.branch, found.tag, found.is_default_branch) == (event, branch, "", is_default)


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        (
            {"GITLAB_CI": "1", "CI_PIPELINE_SOURCE": "external_pull_request_event", "CI_EXTERNAL_PULL_REQUEST_IID": "3",
             "CI_COMMIT_BRANCH": "x", "CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_NAME": "x",
             "CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME": "main"},
            ("pull_request", "x", "", 3, "main"),
        ),
        (
            {"TF_BUILD": "True", "BUILD_REASON": "PullRequest", "BUILD_SOURCEBRANCH": "refs/pull/7/merge",
             "SYSTEM_PULLREQUEST_PULLREQUESTID": "123456", "SYSTEM_PULLREQUEST_PULLREQUESTNUMBER": "7",
             "SYSTEM_PULLREQUEST_SOURCEBRANCH": "feature/x", "SYSTEM_PULLREQUEST_TARGETBRANCH": "main"},
            ("pull_request", "feature/x", "", 7, "main"),
        ),
        (
            {"TF_BUILD": "True", "BUILD_REASON": "Schedule", "BUILD_SOURCEBRANCH": "refs/heads/main"},
            ("schedule", "main", "", None, ""),
        ),
        ({"TRAVIS": "true", "TRAVIS_EVENT_TYPE": "cron", "TRAVIS_BRANCH": "main"}, ("schedule", "main", "", None, "")),
        ({"DRONE": "true", "DRONE_BUILD_EVENT": "cron", "DRONE_BRANCH": "main"}, ("schedule", "main", "", None, "")),
        (
            {"DRONE": "true", "DRONE_BUILD_EVENT": "promote", "DRONE_BRANCH": "main",
             "DRONE_COMMIT_REF": "refs/pull/7/head",
             "DRONE_SOURCE_BRANCH": "x", "DRONE_TARGET_BRANCH": "main"},
            ("pull_request", "x", "", 7, "main"),
        ),
        (
            {"APPVEYOR": "True", "APPVEYOR_REPO_BRANCH": "main", "APPVEYOR_PULL_REQUEST_NUMBER": "7",
             "APPVEYOR_PULL_REQUEST_HEAD_REPO_BRANCH": "x"},
            ("pull_request", "x", "", 7, "main"),
        ),
        ({"CIRCLECI": "true", "CIRCLE_BRANCH": "pull/7"}, ("pull_request", "", "", 7, "")),
        (
            {"CIRCLECI": "true", "CIRCLE_BRANCH": "main", "CIRCLE_PULL_REQUEST": "https://h/octo/app/pull/7/files"},
            ("pull_request", "main", "", None, ""),
        ),
        (
            {"CIRCLECI": "true", "CIRCLE_BRANCH": "main", "CIRCLE_PULL_REQUESTS": "https://h/octo/app/pull/x,y"},
            ("pull_request", "main", "", None, ""),
        ),
        (
            {"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "parent_pipeline",
             "CI_COMMIT_REF_NAME": "refs/merge-requests/7/head"},
            ("pull_request", "", "", 7, ""),
        ),
        (
            {"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "parent_pipeline", "CI_COMMIT_REF_NAME": "main"},
            ("", "main", "", None, ""),
        ),
        (
            {"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "push", "CI_COMMIT_REF_NAME": "v1.4.2"},
            ("push", "", "", None, ""),
        ),
        (
            {"GITHUB_ACTIONS": "true", "GITHUB_REF_NAME": "main", "GITHUB_REF_TYPE": "branch"},
            ("", "main", "", None, ""),
        ),
        (
            {"GITHUB_ACTIONS": "true", "GITHUB_REF_NAME": "7/merge", "GITHUB_REF_TYPE": "branch"},
            ("pull_request", "", "", 7, ""),
        ),
        (
            {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_REF_NAME": "v1.4.2",
             "GITHUB_REF_TYPE": "tag"},
            ("tag", "", "v1.4.2", None, ""),
        ),
        ({"CODEBUILD_BUILD_ID": "x", "CODEBUILD_SOURCE_VERSION": "pr/7"}, ("pull_request", "", "", 7, "")),
        ({"JENKINS_URL": "x", "GIT_BRANCH": "upstream/feature/x"}, ("", "feature/x", "", None, "")),
        ({"JENKINS_URL": "x", "GIT_BRANCH": "refs/heads/feature/x"}, ("", "feature/x", "", None, "")),
        ({"JENKINS_URL": "x", "GIT_BRANCH": "main"}, ("", "main", "", None, "")),
        (
            {"CI": "woodpecker", "CI_PIPELINE_EVENT": "release", "CI_COMMIT_TAG": "v1.0.0"},
            ("tag", "", "v1.0.0", None, ""),
        ),
        ({"BITBUCKET_BUILD_NUMBER": "1", "BITBUCKET_PR_ID": "9" * 5000}, ("pull_request", "", "", None, "")),
    ],
)  # fmt: skip
def test_other_runs(environ: dict[str, str], expected: tuple[str, str, str, int | None, str]) -> None:
    found = ci.told(environ, MemoryFiles({}))
    assert found is not None
    assert (found.event, found.branch, found.tag, found.pr, found.base) == expected
    if found.pull_request:
        assert found.is_default_branch is False


def test_only_the_variables_of_the_service_are_read() -> None:
    """Every service's variables at once: the one that is detected first counts, with nothing of the others."""
    everything: dict[str, str] = {}
    for case in CASES:
        everything |= {key: text for key, text in case["env"].items() if not key.startswith("GITHUB_")}
    for name in ("GITEA_ACTIONS", "FORGEJO_ACTIONS"):
        del everything[name]
    environ = everything | {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/heads/own"}
    found = ci.told(environ, MemoryFiles({}))
    assert found is not None
    assert (found.service, found.branch, found.tag, found.pr) == ("GitHub Actions", "own", "", None)


@pytest.mark.parametrize(
    "environ", [{}, {"CI": "true"}, {"CI": "true", "GITHUB_REF": "refs/tags/v1.0.0"}, {"DRONE": ""}]
)
def test_no_known_service(environ: dict[str, str]) -> None:
    assert ci.told(environ, MemoryFiles({})) is None


def test_addresses_of_repositories() -> None:
    same = ["https://github.com/octo/app.git", "git@github.com:octo/app.git", "ssh://git@github.com/Octo/app/"]
    assert [differ(one, same[0]) for one in same] == [False, False, False]
    assert differ("https://github.com/anna/app.git", same[0]) is True
    assert differ("", same[0]) is None


def test_refs_of_pull_requests() -> None:
    refs = ("refs/pull/7/merge", "pull/7", "refs/merge-requests/7/head", "refs/pull-requests/7/from")
    assert [pull_request_of(ref) for ref in refs] == [7, 7, 7, 7]
    assert [pull_request_of(ref) for ref in ("", "pull", "refs/heads/pull/7", "pull/x", "refs/pull/²/head")] == [
        None
    ] * 5


def test_a_file_of_java_properties() -> None:
    written = "# c\n! c\r\na=1\nb : 2\rc 3\nd\\:e=\\u00e4\\t\\\\\nf=one\\\n   two\n\n  g=\nh\nlast=x\\"
    assert properties(written) == {
        "a": "1", "b": "2", "c": "3", "d:e": "ä\t\\", "f": "onetwo", "g": "", "h": "", "last": "x",
    }  # fmt: skip
