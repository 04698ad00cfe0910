"""A repository with several components: each artifact has its own line of versions in git."""

from __future__ import annotations

from pathlib import Path

import pytest

from lazyoci.world.version_line import Line, problem
from tests.unit.cli.running import Runner
from tests.unit.version_lines.components import FILE, Repository, due


@pytest.mark.parametrize(
    ("pattern", "tag", "version"),
    [
        ("api-v*", "api-v1.2.3", "1.2.3"),
        ("api-v*", "web-v1.2.3", None),
        ("api-v*", "api-v1.2", None),
        ("api/v*", "api/v1.2.3-rc.1", "1.2.3-rc.1"),
        ("@acme/cli@*", "@acme/cli@3.1.0", "3.1.0"),
        ("*-api", "1.2.3-api", "1.2.3"),
        ("aba*ba", "aba", None),
        ("v*", "v1.2.3", "1.2.3"),
    ],
)
def test_lines(pattern: str, tag: str, version: str | None) -> None:
    found = Line(pattern).version(tag)
    assert (found.full if found is not None else None) == version
    assert problem(pattern) == ""


@pytest.mark.parametrize("pattern", ["api", "*-*", "api v*", "refs/tags/v*", "a..*", "a[1]*", "-*"])
def test_what_is_no_line(pattern: str) -> None:
    assert problem(pattern)


def test_three_tags_on_one_commit(repository: Repository, run: Runner) -> None:
    for tag in ("api-v1.2.3", "web/v2.0.0", "@acme/cli@3.1.0", "v9.9.9", "nightly"):
        repository.git("tag", tag)
    assert due(run) == {"api": ["1.2.3"], "web": ["2.0.0"], "cli": ["acme-cli-3.1.0"]}
    repository.git("tag", "api-v1.10.0")
    assert due(run)["api"] == ["1.10.0"]


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("api-v1.2.4", {"api": ["1.2.4"], "web": [], "cli": []}),
        ("web/v2.1.0-rc.1", {"api": ["edge"], "web": ["2.1.0-rc.1"], "cli": []}),
        ("@acme/cli@3.2.0", {"api": ["edge"], "web": [], "cli": ["acme-cli-3.2.0"]}),
        ("@acme/cli@4.0.0", {"api": ["edge"], "web": [], "cli": []}),
        ("v1.0.0", {"api": ["edge"], "web": [], "cli": []}),
        ("nightly", {"api": ["edge"], "web": [], "cli": []}),
    ],
)
def test_a_tag_of_another_line_is_no_tag(
    repository: Repository, run: Runner, tag: str, expected: dict[str, list[str]]
) -> None:
    """Whether --tag gives it, it is stated, or CI runs for it."""
    github = {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_REF": f"refs/tags/{tag}",
        "GITHUB_REF_TYPE": "tag",
        "GITHUB_REF_NAME": tag,
    }
    if tag == "nightly":  # nothing names it, and `edge` is not what it means
        ran = run("build", "--dry-run", "--tag", tag)
        assert ran.code == 1
        assert ran.err.count("error[tag-makes-no-release]") == 1
    else:
        assert due(run, "--tag", tag) == expected
    assert due(run, "--occasion", f"tag={tag}") == expected
    assert due(run, **github) == expected


def test_a_commit_behind_a_release_has_its_version(repository: Repository, run: Runner) -> None:
    text = FILE.replace(", when: release}", "}").replace("{tag: edge, when: not tag}", "{tag: edge}")
    (repository.root / ".lazy").write_text(text)
    repository.commit("second")
    repository.git("tag", "api-v1.2.3")
    for name in ("api-v1.2", "api-vnext", "web/v2.0.0"):
        repository.commit(name)
        repository.git("tag", name)
    ran = run("build", "--dry-run", "-a", "api")
    assert ran.code == 1
    assert "names the version of git tag api-v1.2.3, 3 commits before HEAD" in ran.err


def test_a_shallow_clone_says_what_to_do(repository: Repository, run: Runner, tmp_path: Path) -> None:
    (repository.root / ".lazy").write_text(FILE.replace(", when: release}", "}"))
    repository.git("tag", "api-v1.2.3")
    repository.commit("second")
    clone = tmp_path / "clone"
    repository.git("clone", "-q", "--depth=1", "--no-tags", f"file://{repository.root}", str(clone))
    ran = run("build", str(clone), "--dry-run", "-a", "api")
    assert ran.code == 1
    assert "git fetch --unshallow --tags" in ran.err


def test_without_such_a_tag_it_says_which(run: Runner, repository: Repository) -> None:
    (repository.root / ".lazy").write_text(FILE.replace(", when: release}", "}"))
    ran = run("build", "--dry-run", "-a", "api")
    assert "no git tag of the line api-v* is reachable from HEAD; tag a commit: git tag api-v0.1.0" in ran.err


def test_forward_follows_the_line(repository: Repository, run: Runner) -> None:
    text = FILE.replace("{tag: edge, when: not tag}", "{tag: latest, moves: forward, when: release}")
    (repository.root / ".lazy").write_text(text)
    assert due(run, "--tag", "api-v1.2.4")["api"] == ["1.2.4", "latest"]


def test_a_version_of_the_line_that_another_commit_has(repository: Repository, run: Runner) -> None:
    """Whoever gave it, and as whichever variable it is used; with a remedy that holds."""
    repository.git("tag", "api-v1.0.0")
    repository.git("tag", "v9.0.0")  # another line's
    repository.commit("second")
    text = FILE.replace("{tag: edge, when: not tag}", '"{{ tagify .GitTag }}"')
    (repository.root / ".lazy").write_text(text)
    repository.commit("third")
    for ran, remedy in (
        (run("build", "--dry-run", "-a", "api", "--tag", "api-v1.0.0"), "or give --tag api-v1.0.1"),
        (run("build", "--dry-run", "-a", "api", "--occasion", "tag=api-v1.0.0"), "or give --occasion tag=api-v1.0.1"),
        (
            run("build", "--dry-run", "-a", "api", environ={"LAZYOCI_TAG": "api-v1.0.0"}),
            "or set LAZYOCI_TAG=api-v1.0.1",
        ),
        (
            run("build", "--dry-run", "-a", "api", environ={"LAZYOCI_VERSION": "1.0.0"}),
            "or set LAZYOCI_VERSION=api-v1.0.1",
        ),
    ):
        assert ran.code == 1
        assert 'tag "1.0.0" belongs to git tag api-v1.0.0, on commit' in ran.err
        assert f"run git checkout api-v1.0.0, {remedy}" in ran.err
    assert due(run, "-a", "api", "--tag", "api-v1.0.1") == {"api": ["1.0.1", "api-v1.0.1"]}
    assert due(run, "-a", "api", "--occasion", "tag=api-v1.0.1") == {"api": ["1.0.1", "api-v1.0.1"]}
    assert due(run, "-a", "api", LAZYOCI_VERSION="api-v1.0.1") == {"api": ["1.0.1", "api-v1.0.1"]}
    repository.git("checkout", "-q", "api-v1.0.0")
    assert due(run, "-a", "api", "--tag", "api-v1.0.0") == {"api": ["1.0.0"]}


def test_a_run_of_ci_for_a_commit_of_the_line_that_is_not_checked_out(repository: Repository, run: Runner) -> None:
    environ = {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_REF": "refs/tags/api-v1.0.0",
        "GITHUB_SHA": "1f0c2aa" + "0" * 33,
    }
    ran = run("build", "--dry-run", "-a", "api", environ=environ)
    assert ran.code == 1
    assert "belongs to 1.0.0, for which GitHub Actions runs on commit 1f0c2aa" in ran.err
    ran = run("build", "--dry-run", "-a", "api", "--tag", "api-v0.9.0", environ=environ)
    assert ran.code == 1
    assert "this run of CI is for the tag api-v1.0.0; give --tag api-v1.0.0" in ran.err
    assert "api-v1.0.0" not in run("build", "--dry-run", "-a", "web", "--tag", "web/v1.0.0", environ=environ).err


def test_changes_that_no_commit_of_the_line_holds(repository: Repository, run: Runner) -> None:
    repository.git("tag", "api-v1.0.0")
    (repository.root / ".lazy").write_text(FILE + "# changed\n")
    ran = run("build", "--dry-run", "-a", "api", "--tag", "api-v1.0.0")
    assert ran.code == 1
    assert 'tag "1.0.0" names git tag api-v1.0.0, but the work tree has uncommitted changes' in ran.err


@pytest.mark.parametrize(
    ("pattern", "example"),
    [
        ("api-v?", "api-v*"),
        ("web/v[0-9]", "web/v*"),
        ("web-${VERSION}", "web-*"),
        ("refs/tags/web-v", "web-v*"),
        ("web v", "api-v*"),
        ("^v", "api-v*"),
        ("web-v*.*.*", "web-v*"),
        ("-v", "api-v*"),
    ],
)
def test_the_pattern_to_write_is_none_that_is_refused_next(pattern: str, example: str) -> None:
    assert problem(pattern).endswith(f'write it as in "{example}"')
    assert problem(example) == ""
