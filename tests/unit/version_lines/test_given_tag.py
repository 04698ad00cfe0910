"""A tag that somebody gives, where each artifact has its own line of versions."""

from __future__ import annotations

import pytest

from tests.unit.cli.running import Runner
from tests.unit.version_lines.components import FILE, WITH_ROOT, Repository, due


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


def test_a_tag_that_is_no_version_counts_where_it_is_named(repository: Repository, run: Runner) -> None:
    text = WITH_ROOT.replace("{tag: edge, when: branch}]", '{tag: "{{ .Tag }}", when: branch}]')
    (repository.root / ".lazy").write_text(text)
    repository.commit("root")
    assert "unused-tag" not in run("build", "--dry-run", "--tag", "v1.2").err


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
