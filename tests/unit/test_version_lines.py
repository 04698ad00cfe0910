"""A repository with several components: each artifact has its own line of versions, in git and for --tag."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from lazyoci.world.version_line import Line, problem
from tests.unit.cli.running import Runner

FILE = """version: 1
artifacts:
  - type: docker
    name: api
    image: nginx
    versionFrom: {tag: "api-v*"}
    targets: [{registry: r.example/api, tags: [{tag: "{{ .VersionFull }}", when: release}, {tag: edge, when: not tag}]}]
  - type: docker
    name: web
    image: nginx
    versionFrom: {tag: "web/v*"}
    targets: [{registry: r.example/web, tags: [{tag: "{{ .VersionFull }}", when: [release, prerelease]}]}]
  - type: docker
    name: cli
    image: nginx
    versionFrom: {tag: "@acme/cli@*"}
    targets: [{registry: r.example/cli, tags: [{tag: "{{ tagify .GitTag }}", when: "tag:@acme/cli@3.*"}]}]
"""


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


class Repository:
    def __init__(self, root: Path) -> None:
        self.root = root
        (root / ".lazy").write_text(FILE)
        self.git("init", "-q", "-b", "main")
        self.commit("first")

    def git(self, *arguments: str) -> None:
        who = ("-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false")
        subprocess.run(("git", *who, *arguments), cwd=self.root, check=True, capture_output=True)

    def commit(self, message: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], repository: Repository) -> Runner:
    monkeypatch.chdir(repository.root)
    return Runner(monkeypatch, capsys, {"PATH": "/usr/bin:/bin", "HOME": str(repository.root / "home")})


def due(run: Runner, *arguments: str, **environ: str) -> dict[str, list[str]]:
    """By artifact, the tags that a dry run would push."""
    ran = run("build", "--dry-run", "-o", "json", *arguments, environ=environ)
    results: list[dict[str, Any]] = ran.json
    assert not [one["error"] for one in results if "error" in one], ran.err
    return {one["name"]: [t["reference"].rpartition(":")[2] for t in one["targets"]] for one in results}


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


CHART = "apiVersion: v2\nname: chart\nversion: {}\n"
WITH_FILE = """version: 1
artifacts:
  - type: helm
    name: chart
    chartPath: chart
    versionFrom: {file: chart/Chart.yaml, tag: "chart-v*"}
    targets:
      - registry: r.example/chart
        tags: [{tag: "{{ .VersionFull }}", when: [release, prerelease]}, {tag: "next-{{ .VersionFull }}", when: branch}]
"""


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


WITH_ROOT = (
    FILE.replace("{tag: edge, when: not tag}", "{tag: edge, when: branch}")
    + """  - type: docker
    name: root
    image: nginx
    targets:
      - registry: r.example/root
        tags: [{tag: "{{ .VersionFull }}", when: [release, prerelease]}, {tag: edge, when: branch}]
"""
)


@pytest.mark.parametrize("given", ["--tag", "LAZYOCI_TAG"])
@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("v9.9.9", {"api": ["edge"], "web": [], "cli": [], "root": ["9.9.9"]}),
        ("v9.10.0", {"api": ["edge"], "web": [], "cli": [], "root": ["9.10.0"]}),
        ("api-v1.2.3", {"api": ["1.2.3"], "web": [], "cli": [], "root": ["edge"]}),
        ("api-v1.3.0", {"api": ["1.3.0"], "web": [], "cli": [], "root": ["edge"]}),
        ("web/v2.0.0", {"api": ["edge"], "web": ["2.0.0"], "cli": [], "root": ["edge"]}),
        ("@acme/cli@3.2.0", {"api": ["edge"], "web": [], "cli": ["acme-cli-3.2.0"], "root": ["edge"]}),
    ],
)
def test_a_given_version_comes_before_the_tags_on_head(
    repository: Repository, run: Runner, given: str, tag: str, expected: dict[str, list[str]]
) -> None:
    """A commit with the tags of four components: what is given for one of them releases no other."""
    (repository.root / ".lazy").write_text(WITH_ROOT)
    repository.commit("root")
    for one in ("api-v1.2.3", "web/v2.0.0", "@acme/cli@3.1.0", "v9.9.9"):
        repository.git("tag", one)
    assert due(run) == {"api": ["1.2.3"], "web": ["2.0.0"], "cli": ["acme-cli-3.1.0"], "root": ["9.9.9"]}
    everywhere = due(run, "--tag", tag) if given == "--tag" else due(run, LAZYOCI_TAG=tag)
    assert everywhere == expected
    for name, tags in expected.items():
        if tags:  # else nothing is due, which is an error where someone named the artifact
            alone = due(run, "-a", name, *(["--tag", tag] if given == "--tag" else []), **_environ(given, tag))
            assert alone == {name: tags}


def _environ(given: str, tag: str) -> dict[str, str]:
    return {} if given == "--tag" else {given: tag}


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("api-1.4.0", "api-v1.4.0"),
        ("api-v1.4", "api-v1.4.0"),
        ("api/v1.4.0", "api-v1.4.0"),
        ("web-v1.4.0", "web/v1.4.0"),
        ("web/1.4", "web/v1.4.0"),
        ("1.4", "v1.4.0"),
        ("V1.4.0", "v1.4.0"),
        ("web-v2.0.0", "a version after web/v2.0.0"),
    ],
)
def test_a_mistyped_tag_publishes_nothing_of_a_branch(
    repository: Repository, run: Runner, given: str, meant: str
) -> None:
    """The remedy names the component that was meant, and works."""
    (repository.root / ".lazy").write_text(WITH_ROOT)
    repository.commit("root")
    repository.git("tag", "web/v2.0.0")
    repository.commit("more")
    for chosen in ((), ("--artifact", "root")):
        ran = run("build", "--dry-run", "--tag", given, *chosen)
        assert ran.code == 1
        assert ran.err.count("error[tag-makes-no-release]") == 1
        assert "unused-tag" not in ran.err
        if not chosen:
            assert f"would be published; give --tag {meant}, or leave --tag out" in ran.err
    word = meant.split()[-1]
    mended = "web/v2.0.1" if word != meant else word
    assert any(tags not in ([], ["edge"]) for tags in due(run, "--tag", mended).values())


@pytest.mark.parametrize(("ref", "name"), [("refs/tags/nightly", "nightly"), ("refs/heads/main", "main")])
def test_the_ref_that_ci_runs_for_is_no_mistake(repository: Repository, run: Runner, ref: str, name: str) -> None:
    text = WITH_ROOT.replace("{tag: edge, when: branch}]", '{tag: edge, when: [branch, "tag:nightly"]}]')
    (repository.root / ".lazy").write_text(text)
    repository.commit("root")
    github = {"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_REF": ref}
    assert due(run, "--tag", name, **github)["root"] == ["edge"]
    ran = run("build", "--dry-run", "--tag", "weekly", environ=github)
    assert ran.code == 1
    assert "error[tag-makes-no-release]" in ran.err


def test_a_tag_that_another_file_of_the_run_uses_is_no_mistake(repository: Repository, run: Runner) -> None:
    (repository.root / ".lazy").write_text(WITH_ROOT)
    other = repository.root / "other"
    other.mkdir()
    (other / ".lazy").write_text(
        "version: 1\nartifacts: [{type: docker, name: other, image: nginx,"
        ' targets: [{registry: r.example/other, tags: ["{{ .Tag }}"]}]}]\n'
    )
    repository.commit("two files")
    assert run("build", "--dry-run", "--tag", "nightly").code == 1
    found = due(run, ".", "other", "--tag", "nightly")
    assert found["other"] == ["nightly"]
    assert found["root"] == ["edge"]


def test_a_given_tag_that_is_none_of_the_line_is_no_version(repository: Repository, run: Runner) -> None:
    """It would be published as what git has on HEAD; the remedy that the message gives does what is meant."""
    (repository.root / ".lazy").write_text(WITH_ROOT)
    repository.commit("root")
    repository.git("tag", "api-v1.2.3")
    for tag, meant in (
        ("1.2.4x", "a version such as api-v1.4.0"),
        ("api-1.2.4", "api-v1.2.4"),
        ("v1.3", "api-v1.3.0"),
        ("api-v1.2", "api-v1.2.0"),
    ):
        for ran in (
            run("build", "--dry-run", "-a", "api", "--tag", tag),
            run("build", "--dry-run", "-a", "api", environ={"LAZYOCI_TAG": tag}),
        ):
            assert ran.code == 1
            assert f'"{tag}" is not one of api-v*, so .VersionFull is not taken from it' in ran.err
            assert f"give --tag {meant}, or use .Tag" in ran.err
    assert due(run, "-a", "api", "--tag", "api-v1.2.4") == {"api": ["1.2.4"]}


def test_without_conditions_a_version_of_no_artifact_is_refused(repository: Repository, run: Runner) -> None:
    (repository.root / ".lazy").write_text(FILE.replace(", when: release}", "}"))
    repository.commit("always")
    repository.git("tag", "api-v1.2.3")
    ran = run("build", "--dry-run", "-a", "api", "--tag", "v1.2.4")
    assert ran.code == 1
    assert '--tag "v1.2.4" is not one of api-v*' in ran.err
    assert "give --tag api-v1.2.4" in ran.err
    assert due(run, "-a", "api", "--tag", "web/v2.0.0") == {"api": ["1.2.3", "edge"]}, "it is of the other artifact"
    ran = run("build", "--dry-run", "-a", "api", environ={"LAZYOCI_VERSION": "1.2.5", "LAZYOCI_TAG": "api-v1.2.4"})
    assert 'LAZYOCI_TAG "api-v1.2.4" is passed over, as LAZYOCI_VERSION gives .VersionFull' in ran.err


def test_a_version_of_no_artifact_that_is_built_is_told(repository: Repository, run: Runner) -> None:
    (repository.root / ".lazy").write_text(WITH_ROOT)
    repository.commit("root")
    ran = run("build", "--dry-run", "-a", "api", "--tag", "v1.2.4")
    assert ran.code == 0
    assert '--tag "v1.2.4" changes nothing here, as it is not one of api-v*; give --tag api-v1.2.4' in ran.err
    for words in (("-a", "root", "--tag", "v1.2.4"), ("-a", "api", "--tag", "api-v1.2.4"), ("--tag", "v1.2.4")):
        assert "unused-tag" not in run("build", "--dry-run", *words).err
    ran = run("build", "--dry-run", "-a", "web", "--tag", "api-v1.2.4")
    assert ran.code == 1
    assert "is not a semantic version" not in ran.err, "it is one, of another line"


def test_a_file_is_released_by_no_tag_of_another_line(run: Runner, repository: Repository) -> None:
    (repository.root / "VERSION").write_text("1.4.0\n")
    text = WITH_FILE.replace('{file: chart/Chart.yaml, tag: "chart-v*"}', "{file: VERSION}")
    (repository.root / ".lazy").write_text(text.replace("helm", "docker").replace("chartPath: chart", "image: nginx"))
    repository.commit("version")
    repository.git("tag", "v1.4.0")
    ran = run("build", "--dry-run", "--tag", "1.5")
    assert ran.code == 1
    assert '--tag "1.5" is not a semantic version, so .VersionFull is not taken from it, but from VERSION' in ran.err


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


def test_a_tag_that_is_no_version_counts_where_it_is_named(repository: Repository, run: Runner) -> None:
    text = WITH_ROOT.replace("{tag: edge, when: branch}]", '{tag: "{{ .Tag }}", when: branch}]')
    (repository.root / ".lazy").write_text(text)
    repository.commit("root")
    assert "unused-tag" not in run("build", "--dry-run", "--tag", "v1.2").err


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


@pytest.mark.parametrize("place", ["tag", "registry"])
def test_a_tag_of_another_artifact_is_on_no_branch_so_the_remedy_is_a_condition(
    repository: Repository, run: Runner, place: str
) -> None:
    """With a default, the tag would be published at every release of the other artifact."""
    old = "      - registry: r.example/root\n        tags: ["
    registry = "'r.example/root{{ .GitBranch }}'" if place == "registry" else "r.example/root"
    tag = "t" if place == "registry" else "br-{{ .GitBranch }}"
    text = WITH_ROOT.replace(old, f"      - registry: {registry}\n        tags: [{{tag: '{tag}', when: branch}}, ")
    assert text != WITH_ROOT
    (repository.root / ".lazy").write_text(text)
    repository.commit("root")
    ran = run("build", "--dry-run", "--tag", "api-v1.2.3")
    what = "tag" if place == "tag" else "target"
    assert f'give this {what} when: "branch:**"' in ran.err
    assert 'default "edge"' not in ran.err
    mended = text.replace("when: branch}", 'when: "branch:**"}')
    (repository.root / ".lazy").write_text(mended)
    assert ".GitBranch" not in run("build", "--dry-run", "--tag", "api-v1.2.3").err
