"""A version that is in a file of the repository, beside the git tags of its line."""

from __future__ import annotations

import pytest

from tests.unit.cli.running import Runner
from tests.unit.version_lines.components import CHART, FILE, WITH_FILE, Repository, due


def test_a_file_and_a_line(run: Runner, repository: Repository) -> None:
    (repository.root / "chart").mkdir()
    (repository.root / "chart/Chart.yaml").write_text(CHART.format("0.3.1"))
    (repository.root / ".lazy").write_text(WITH_FILE)
    repository.commit("chart")
    assert due(run) == {"chart": ["next-0.3.1"]}
    assert due(run, "--tag", "chart-v0.3.1") == {"chart": ["0.3.1"]}
    assert due(run, "--occasion", "tag=v1.0.0") == {"chart": ["next-0.3.1"]}
    ran = run("build", "--dry-run", "--tag", "v1.0.0")
    assert ran.code == 1
    assert '"v1.0.0" is not one of chart-v*, so .VersionFull is not taken from it, but from chart/Chart.yaml' in ran.err
    ran = run("build", "--dry-run", "--tag", "chart-v0.4.0")
    assert ran.code == 1
    assert 'chart/Chart.yaml has the version 0.3.1, and this run is for "chart-v0.4.0"' in ran.err
    repository.git("tag", "chart-v0.3.1")
    assert due(run) == {"chart": ["0.3.1"]}
    repository.commit("later")
    ran = run("build", "--dry-run")
    assert "the version in chart/Chart.yaml, which an earlier commit has; raise it there" in ran.err


def test_a_file_alone_is_released_by_the_repositorys_tags(run: Runner, repository: Repository) -> None:
    (repository.root / "VERSION").write_text("1.4.0\n")
    text = WITH_FILE.replace('{file: chart/Chart.yaml, tag: "chart-v*"}', "{file: VERSION}")
    (repository.root / ".lazy").write_text(text.replace("helm", "docker").replace("chartPath: chart", "image: nginx"))
    repository.commit("version")
    assert due(run) == {"chart": ["next-1.4.0"]}
    assert due(run, "--tag", "v1.4.0") == {"chart": ["1.4.0"]}
    assert run("build", "--dry-run", "--tag", "v1.5.0").code == 1
    assert due(run, LAZYOCI_VERSION="1.4.0") == {"chart": ["1.4.0"]}


@pytest.mark.parametrize("line", ["", ', tag: "next-v*"'])
def test_a_file_that_names_a_version_which_another_commit_has(run: Runner, repository: Repository, line: str) -> None:
    """Be it that of a tag behind the nearest one, of another branch, or of the run itself."""
    name = "next-v" if line else "v"
    (repository.root / "VERSION").write_text("1.4.0\n")
    text = WITH_FILE.replace('{file: chart/Chart.yaml, tag: "chart-v*"}', f"{{file: VERSION{line}}}")
    (repository.root / ".lazy").write_text(text.replace("helm", "docker").replace("chartPath: chart", "image: nginx"))
    repository.commit("version")
    repository.git("tag", f"{name}1.4.0")
    repository.commit("more")
    repository.git("tag", f"{name}1.5.0")
    repository.commit("and more")
    for words in ((), ("--tag", f"{name}1.4.0")):
        ran = run("build", "--dry-run", *words)
        assert ran.code == 1
        assert f"belongs to git tag {name}1.4.0, on commit" in ran.err
        assert f"run git checkout {name}1.4.0, or raise the version in VERSION" in ran.err
    (repository.root / "VERSION").write_text("1.5.1\n")
    repository.commit("next")
    assert due(run) == {"chart": ["next-1.5.1"]}
    assert due(run, "--tag", f"{name}1.5.1") == {"chart": ["1.5.1"]}


def test_a_tag_that_is_no_version_releases_no_file(run: Runner, repository: Repository) -> None:
    (repository.root / "VERSION").write_text("1.4.0\n")
    text = WITH_FILE.replace('{file: chart/Chart.yaml, tag: "chart-v*"}', "{file: VERSION}")
    (repository.root / ".lazy").write_text(text.replace("helm", "docker").replace("chartPath: chart", "image: nginx"))
    repository.commit("version")
    github = {"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push"}
    assert due(run, **github, GITHUB_REF="refs/tags/nightly") == {"chart": []}
    assert due(run, **github, GITHUB_REF="refs/tags/api-v1.4.0") == {"chart": []}
    assert due(run, **github, GITHUB_REF="refs/tags/v1.4.0") == {"chart": ["1.4.0"]}


def test_a_file_is_released_by_no_tag_of_another_line(run: Runner, repository: Repository) -> None:
    (repository.root / "VERSION").write_text("1.4.0\n")
    text = WITH_FILE.replace('{file: chart/Chart.yaml, tag: "chart-v*"}', "{file: VERSION}")
    (repository.root / ".lazy").write_text(text.replace("helm", "docker").replace("chartPath: chart", "image: nginx"))
    repository.commit("version")
    repository.git("tag", "v1.4.0")
    ran = run("build", "--dry-run", "--tag", "1.5")
    assert ran.code == 1
    assert '--tag "1.5" is not a semantic version, so .VersionFull is not taken from it, but from VERSION' in ran.err


@pytest.mark.parametrize("content", [None, "1.4", "1.0.0\n2.0.0\n"])
def test_a_release_whose_version_file_is_wrong_fails(repository: Repository, run: Runner, content: str | None) -> None:
    text = FILE.partition("  - type: docker\n    name: web")[0].replace('{tag: "api-v*"}', "{file: VERSION}")
    (repository.root / ".lazy").write_text(text.replace("when: not tag", "when: release"))
    if content is not None:
        (repository.root / "VERSION").write_text(content)
    repository.commit("a version file")
    environ = {"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/tags/v1.4.0"}
    ran = run("build", "--dry-run", environ=environ)
    assert ran.code == 1
    assert "[invalid-version-from]" in ran.err
    branch = run("build", "--dry-run", environ=environ | {"GITHUB_REF": "refs/heads/main"})
    assert branch.code == 0, branch  # nothing is due there, whatever the version
