"""What CI services tell of a run: environments as they set them, the facts in these, and the words that follow."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lazyoci.values import Values
from lazyoci.world import Face, World, ci
from lazyoci.world.ci.services import SERVICES
from tests.worlds import world

VECTORS = Path(__file__).parents[2] / "vectors" / "ci-context.jsonl"
CASES: list[dict[str, Any]] = [json.loads(line) for line in VECTORS.read_text(encoding="utf-8").splitlines()]
NAMES = {
    "github-actions": "GitHub Actions",
    "gitea-actions": "Gitea Actions",
    "forgejo-actions": "Forgejo Actions",
    "gitlab-ci": "GitLab CI",
    "azure-pipelines": "Azure Pipelines",
    "jenkins": "Jenkins",
    "circleci": "CircleCI",
    "buildkite": "Buildkite",
    "bitbucket": "Bitbucket Pipelines",
    "drone": "Drone",
    "woodpecker": "Woodpecker CI",
    "travis": "Travis CI",
    "teamcity": "TeamCity",
    "appveyor": "AppVeyor",
    "aws-codebuild": "AWS CodeBuild",
    "google-cloud-build": "Google Cloud Build",
    "netlify": "Netlify",
    "vercel": "Vercel",
    "semaphore": "Semaphore",
}


def made(case: dict[str, Any]) -> World:
    """The World of a case: its environment, and the files that this names."""
    files = {}
    for name, content in case.get("files", {}).items():
        if case["service"] == "teamcity":
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
    assert told.service == NAMES[case["service"]]
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
    assert {service.name for service in SERVICES} == set(NAMES.values())
    assert {case["service"] for case in CASES} - {"none"} == set(NAMES)
