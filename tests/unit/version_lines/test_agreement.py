"""It makes no difference who names a tag: an option, a variable, CI, a statement or a scenario."""

from __future__ import annotations

import pytest

from tests.unit.cli.running import Runner
from tests.unit.version_lines.components import Repository, due

COMPONENTS = """version: 1
artifacts:
  - type: docker
    name: api
    image: nginx
    versionFrom: {tag: "api-v*"}
    targets: [{registry: r.example/api, tags: &all [
      {tag: "{{ .VersionFull }}", when: [release, prerelease]},
      {tag: edge, when: default-branch},
      {tag: tagged, when: tag},
      {tag: on-branch, when: branch},
      {tag: on-main, when: "branch:main"},
      {tag: on-any, when: "branch:**"},
      {tag: like-api, when: "tag:api-v*"},
      {tag: 'b-{{ .GitBranch | default "none" }}', when: not tag},
    ]}]
  - type: docker
    name: tool
    image: nginx
    versionFrom: {tag: "*-tool"}
    targets: [{registry: r.example/tool, tags: *all}]
  - type: docker
    name: root
    image: nginx
    targets: [{registry: r.example/root, tags: *all}]
"""
_NO_TAG = ["on-branch", "b-none"]


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("v1.4.0", {"api": _NO_TAG, "tool": _NO_TAG, "root": ["1.4.0", "tagged"]}),
        ("1.4.0-rc.1", {"api": _NO_TAG, "tool": _NO_TAG, "root": ["1.4.0-rc.1", "tagged"]}),
        ("api-v1.4.0", {"api": ["1.4.0", "tagged", "like-api"], "tool": _NO_TAG, "root": _NO_TAG}),
        ("1.4.0-tool", {"api": _NO_TAG, "tool": ["1.4.0", "tagged"], "root": _NO_TAG}),
    ],
)
def test_it_makes_no_difference_who_names_a_tag(
    repository: Repository, run: Runner, tag: str, expected: dict[str, list[str]]
) -> None:
    """The user, CI, git, or a scenario: a tag of one component is none for the others, and on no branch."""
    (repository.root / ".lazy").write_text(COMPONENTS)
    repository.commit("components")
    repository.git("update-ref", "refs/remotes/origin/main", "HEAD")
    repository.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    ci = {"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push"}
    by_hand = {**ci, "GITHUB_EVENT_NAME": "workflow_dispatch", "GITHUB_REF": "refs/heads/main"}
    in_pull_request = {**ci, "GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF": "refs/pull/7/merge"}
    for words, environ in (
        (("--tag", tag), {}),
        ((), {"LAZYOCI_TAG": tag}),
        *([((), {"LAZYOCI_VERSION": tag})] if tag == "api-v1.4.0" else []),  # others are versions for every artifact
        (("--tag", tag), by_hand),
        (("--tag", tag), in_pull_request),
        (("--occasion", f"tag={tag}"), {}),
        (("--occasion", f"tag={tag}"), by_hand),
        ((), {**ci, "GITHUB_REF": f"refs/tags/{tag}"}),
    ):
        found = due(run, *words, **environ)
        assert found == expected, (words, environ)
    ran = run("preview", "--scenario", f"tag={tag}", "-o", "json")
    foretold: dict[str, list[str]] = {name: [] for name in expected}
    for row in ran.json["rows"]:
        foretold[row["artifact"]] += [cell["tag"] for cell in row["cells"] if cell["state"] == "due"]
    assert foretold == expected
    repository.git("tag", tag)  # git tells which tag is on HEAD, and the branch beside it
    on_main = ["edge", "on-branch", "on-main", "on-any", "b-main"]
    assert due(run) == {name: on_main if tags == _NO_TAG else tags for name, tags in expected.items()}


@pytest.mark.parametrize("word", ["release=1.4.0", "release=v1.4.0", "prerelease=1.5.0-rc.1"])
def test_a_release_that_someone_names_is_the_repositorys_alone(repository: Repository, run: Runner, word: str) -> None:
    """As `build` with that version as `--tag` does: the other lines have no such version."""
    (repository.root / ".lazy").write_text(COMPONENTS)
    repository.commit("components")
    version = word.partition("=")[2]
    ran = run("preview", "--scenario", word, "-o", "json")
    foretold: dict[str, list[str]] = {"api": [], "tool": [], "root": []}
    for row in ran.json["rows"]:
        foretold[row["artifact"]] += [cell["tag"] for cell in row["cells"] if cell["state"] == "due"]
    assert foretold == due(run, "--tag", version) == due(run, "--occasion", word)
    assert foretold["root"] == [version.removeprefix("v"), "tagged"]


@pytest.mark.parametrize("stated", ["pull-request=7", "branch=feature/x", "tag=api-v2.0.0", "tag=web/v2.0.0"])
def test_a_version_of_a_line_and_another_run_are_refused(repository: Repository, run: Runner, stated: str) -> None:
    for command in (("build", "--dry-run"), ("preview",)):
        ran = run(*command, str(repository.root), "--tag", "api-v1.2.3", "--occasion", stated)
        assert ran.code == 1, ran
        assert "--tag api-v1.2.3 means a run for that version, and --occasion means another" in ran.out + ran.err


def test_a_version_of_a_line_in_the_environment_and_another_run_are_refused(
    repository: Repository, run: Runner
) -> None:
    environ = {"LAZYOCI_VERSION": "api-v1.2.3"}
    ran = run("build", "--dry-run", str(repository.root), "--occasion", "pull-request=7", environ=environ)
    assert ran.code == 1, ran
    assert "LAZYOCI_VERSION api-v1.2.3 means a run for that version, and --occasion means another" in ran.err
    ran = run("build", "--dry-run", str(repository.root), "--occasion", "tag=api-v1.2.3", environ=environ)
    assert ran.code == 0, ran


def test_a_version_of_a_line_and_the_same_run_agree(repository: Repository, run: Runner) -> None:
    ran = run("build", "--dry-run", str(repository.root), "--tag", "api-v1.2.3", "--occasion", "tag=api-v1.2.3")
    assert ran.code == 0, ran
