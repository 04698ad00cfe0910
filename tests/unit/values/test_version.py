"""Versions, against what the original resolved in real repositories."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lazyoci import semver
from lazyoci.values import Values
from lazyoci.world import Face, GitState, World

VECTORS = Path(__file__).parents[2] / "vectors"


def cases(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (VECTORS / name).read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("case", cases("semver.jsonl"), ids=lambda case: repr(case["input"]))
def test_semver(case: dict[str, object]) -> None:
    found = semver.parse(str(case["input"]))
    assert (found is not None) is case["valid"]
    if found is None:
        return
    assert {
        "raw": found.raw,
        "major": found.major,
        "minor": found.minor,
        "patch": found.patch,
        "prerelease": found.prerelease,
        "build": found.build,
        "version": found.version,
        "version_full": found.full,
        "major_minor": found.major_minor,
    } == {key: case[key] for key in case if key not in ("input", "valid")}


class FakeGit:
    def __init__(self, state: GitState) -> None:
        self._state = state

    def state(self, directory: Path) -> GitState:
        return self._state


@pytest.mark.parametrize(
    "case", cases("version-resolution.jsonl"), ids=lambda c: f"{c['env']!r}-{c['tag']!r}-{c['git_tag']!r}"
)
def test_resolution(case: dict[str, object]) -> None:
    environ = {} if case["env"] is None else {"LAZYOCI_VERSION": str(case["env"])}
    git = GitState(sha="abc1234", tag=str(case["git_tag"] or ""))
    values = Values(World(git=FakeGit(git), environ=environ, tag=str(case["tag"]), face=Face.BUILD), Path())
    fields = case["fields"]
    assert isinstance(fields, dict)
    # where Go sees the empty text, there may be no value here: then `build` refuses to print it
    assert {name: values.get(name).text or "" for name in fields} == fields


@pytest.mark.parametrize(
    "given", ["alice:hunter22@r.io/acme", "hunter22@r.io/acme", "https://alice:hunter22@r.io/acme", "a:p@ss@r.io/acme"]
)
def test_a_registry_with_credentials_is_no_value_since_an_annotation_would_publish_it(given: str) -> None:
    registry = Values(World(environ={"LAZYOCI_REGISTRY": given}, face=Face.BUILD), Path()).get("Registry")
    assert (registry.text, registry.unset) == (None, False)
    assert registry.source == "LAZYOCI_REGISTRY contains credentials; give r.io/acme alone, and use: docker login"


def test_every_value_knows_its_source() -> None:
    git = GitState(sha="abc1234", sha_long="abc1234" * 5, branch="main", tag="v1.4.2", distance=3)
    values = Values(World(git=FakeGit(git), environ={"LAZYOCI_REGISTRY": "r.io"}, face=Face.BUILD), Path())
    assert values.get("Version").source == "git tag v1.4.2, 3 commits before HEAD"
    assert values.get("Registry").source == "LAZYOCI_REGISTRY"
    assert values.get("GitSHA").source == "git HEAD"
    tag = values.get("Tag")
    assert (tag.text, tag.unset) == (None, True)
    assert tag.source == "give --tag or set LAZYOCI_TAG"


def test_the_branch_is_what_ci_says() -> None:
    git = GitState(sha="abc1234")
    environ = {"GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/heads/feature/x"}
    branch = Values(World(git=FakeGit(git), environ=environ), Path()).get("GitBranch")
    assert (branch.text, branch.source) == ("feature/x", "GitHub Actions")


def test_git_is_not_asked_when_the_tag_decides() -> None:
    class Never:
        def state(self, directory: Path) -> GitState:
            raise AssertionError("git was asked")

    values = Values(World(git=Never(), environ={}, tag="v2.0.0-rc.1"), Path())
    assert values.get("Version").text == "2.0.0"
    assert values.get("VersionPrerelease").text == "rc.1"
