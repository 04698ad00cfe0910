"""Which version is published: never one that belongs to another commit, to a release to come, or to nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.cli import Ran, git, lazyoci, repository
from tests.servers import RealRegistry, docker_registry

LAZY = """\
version: 1
artifacts:
  - type: artifact
    name: settings
    files: [{path: settings.json, mediaType: application/json}]
    targets:
      - registry: HOST/acme/settings
        tags: [TAGS]
"""
NO_VERSIONS = ("2.1", "1.2", "v1", "V1.2.3", "release-9", "v1.2.3.4")


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealRegistry]:
    with docker_registry(tmp_path_factory.mktemp("registry")) as running:
        yield running


def write(place: Path, host: str, tags: str) -> None:
    place.mkdir(parents=True, exist_ok=True)
    (place / ".lazy").write_text(LAZY.replace("HOST", host).replace("TAGS", tags), encoding="utf-8")


def made(place: Path, host: str, tags: str, content: str = "1") -> Path:
    write(place, host, tags)
    (place / "settings.json").write_text(content, encoding="utf-8")
    return repository(place)


def commit(place: Path, content: str) -> None:
    (place / "settings.json").write_text(content, encoding="utf-8")
    git(place, "commit", "--quiet", "--all", "--message=more")


def codes(ran: Ran) -> set[str]:
    """The codes of the errors that were found."""
    return {line.split("error[")[1].split("]")[0] for line in (ran.err + ran.out).splitlines() if "error[" in line}


@pytest.mark.parametrize("by", ["--tag", "LAZYOCI_TAG"])
@pytest.mark.parametrize("after", [0, 1])
def test_a_tag_that_is_no_version_moves_no_release(registry: RealRegistry, tmp_path: Path, after: int, by: str) -> None:
    place = made(tmp_path / "a", registry.host, '"{{ .Version }}", "{{ .VersionMajorMinor }}"')
    git(place, "tag", "v2.0.0")
    released = lazyoci("build", cwd=place)
    assert released.code == 0, released.err
    digest = registry.tag("acme/settings", "2.0.0")
    assert digest
    if after:
        commit(place, "2")
    else:
        (place / "settings.json").write_text("other", encoding="utf-8")  # what would be published is not the release
    for given in NO_VERSIONS:
        options, environ = (["--tag", given], {}) if by == "--tag" else ([], {by: given})
        for more in ([], ["--dry-run"]):
            ran = lazyoci("build", *options, *more, cwd=place, **environ)
            assert (ran.code, codes(ran)) == (1, {"version-ignores-tag"}), (given, ran.err)
            assert f'{by} "{given}" is not a semantic version, so .Version is not taken from it' in ran.err
        assert codes(lazyoci("preview", *options, cwd=place, **environ)) == {"version-ignores-tag"}
        assert registry.tag("acme/settings", "2.0.0") == digest
        assert registry.tag("acme/settings", "2.0") == digest


def test_the_remedy_of_a_tag_that_is_no_version(registry: RealRegistry, tmp_path: Path) -> None:
    place = made(tmp_path / "a", registry.host, '"{{ .Version }}"')
    git(place, "tag", "v2.0.0")
    commit(place, "2")
    ran = lazyoci("build", "--tag", "2.1", "--dry-run", cwd=place)
    assert "give --tag v2.1.0, or use .Tag" in ran.err
    assert lazyoci("build", "--tag", "v2.1.0", "--dry-run", cwd=place).code == 0
    write(place, registry.host, '"{{ .Tag }}"')
    assert lazyoci("build", "--tag", "2.1", "--dry-run", cwd=place).code == 0


def test_a_prerelease_is_not_published_as_the_release(registry: RealRegistry, tmp_path: Path) -> None:
    place = made(tmp_path / "a", f"{registry.host}/rc", '"{{ .Version }}", "{{ .Version }}-alpine"')
    for command in (["build"], ["build", "--dry-run"], ["preview"], ["validate"]):
        ran = lazyoci(*command, "--tag", "v1.4.2-rc.1", cwd=place)
        assert (ran.code, codes(ran)) == (1, {"prerelease-as-release"}), (command, ran.err)
    assert registry.tag("rc/acme/settings", "1.4.2") == ""
    assert lazyoci("validate", "--tag", "v1.4.2-rc.1", "--fix", cwd=place).code == 0
    assert '"{{ .VersionFull }}", "{{ .VersionFull }}-alpine"' in (place / ".lazy").read_text("utf-8")
    assert lazyoci("build", "--tag", "v1.4.2-rc.1", cwd=place).code == 0
    assert registry.tag("rc/acme/settings", "1.4.2-rc.1-alpine")


@pytest.mark.parametrize("template", ["{{ .Version }}", "{{ .VersionFull }}", "v{{ .VersionMajorMinor }}"])
def test_a_version_from_an_ancestor_or_a_changed_tree(registry: RealRegistry, tmp_path: Path, template: str) -> None:
    place = made(tmp_path / "a", f"{registry.host}/anc", f'"{template}", latest')
    git(place, "tag", "v1.4.2")
    assert lazyoci("build", cwd=place).code == 0
    latest = registry.tag("anc/acme/settings", "latest")
    (place / "settings.json").write_text("2", encoding="utf-8")
    for command in ("build", "preview"):
        ran = lazyoci(command, cwd=place)
        assert (ran.code, codes(ran)) == (1, {"version-from-dirty-tree"}), ran.err
    git(place, "commit", "--quiet", "--all", "--message=two")
    for command in ("build", "preview"):
        ran = lazyoci(command, cwd=place)
        assert (ran.code, codes(ran)) == (1, {"version-from-ancestor"}), ran.err
    assert registry.tag("anc/acme/settings", "latest") == latest
    git(place, "tag", "v1.4.3")
    assert lazyoci("build", cwd=place).code == 0
    assert registry.tag("anc/acme/settings", "latest") != latest


@pytest.mark.parametrize(
    ("by", "template", "name"),
    [
        ("--tag", "{{ .Tag }}", "v1.0.0"),
        ("LAZYOCI_TAG", "v{{ .VersionMajorMinor }}", "v1.0"),
        ("LAZYOCI_VERSION", "{{ .VersionFull }}", "1.0.0"),
    ],
)
def test_a_version_that_another_commit_has(
    registry: RealRegistry, tmp_path: Path, by: str, template: str, name: str
) -> None:
    place = made(tmp_path / "a", f"{registry.host}/given", f'"{template}"')
    git(place, "tag", "--annotate", "--message=x", "v1.0.0")

    def ran(*words: str, version: str = "v1.0.0") -> Ran:
        if by == "--tag":
            return lazyoci(*words, by, version, cwd=place)
        return lazyoci(*words, cwd=place, **{by: version})

    assert ran("build").code == 0
    released = registry.tag("given/acme/settings", name)
    assert released
    (place / "settings.json").write_text("2", encoding="utf-8")
    for words in (["build"], ["preview"]):
        found = ran(*words)
        assert (found.code, codes(found)) == (1, {"version-from-dirty-tree"})
    commit(place, "2")
    for words in (["build"], ["preview"], ["validate", "--resolve"]):
        found = ran(*words)
        assert (found.code, codes(found)) == (1, {"tag-of-another-commit"}), found.err
    assert "git checkout v1.0.0, or " + (f"give {by} v1.0.1" if by == "--tag" else f"set {by}=v1.0.1") in found.out
    assert ran("build", "--dry-run", "--allow-unresolved").code == 0
    assert registry.tag("given/acme/settings", name) == released
    assert ran("build", "--dry-run", version="v1.0.1").err == ""  # each of the two remedies
    git(place, "checkout", "--quiet", "v1.0.0")
    assert "unchanged" in ran("build").out


def test_a_run_of_ci_for_the_tag_of_another_commit(registry: RealRegistry, tmp_path: Path) -> None:
    place = made(tmp_path / "a", f"{registry.host}/ci", '"{{ .VersionFull }}"')
    ci = {"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/tags/v5.0.0"}
    ci["GITHUB_SHA"] = git(place, "rev-parse", "HEAD")
    assert lazyoci("build", cwd=place, **ci).code == 0
    released = registry.tag("ci/acme/settings", "5.0.0")
    (place / "settings.json").write_text("2", encoding="utf-8")
    assert codes(lazyoci("build", cwd=place, **ci)) == {"version-from-dirty-tree"}
    commit(place, "2")
    ran = lazyoci("build", cwd=place, **ci)
    assert (ran.code, codes(ran)) == (1, {"tag-of-another-commit"})
    assert registry.tag("ci/acme/settings", "5.0.0") == released
    ci["GITHUB_SHA"] = git(place, "rev-parse", "HEAD")
    ran = lazyoci("build", "--tag", "v1.0.0", cwd=place, **ci)  # copied from an example
    assert (ran.code, codes(ran)) == (1, {"tag-of-another-commit"})
    assert "this run of CI is for the tag v5.0.0; give --tag v5.0.0" in ran.err
    assert registry.tag("ci/acme/settings", "1.0.0") == ""


def test_a_chart_that_changes_under_its_version(registry: RealRegistry, tmp_path: Path) -> None:
    place = tmp_path / "a"
    (place / "chart").mkdir(parents=True)
    (place / "chart" / "Chart.yaml").write_text("apiVersion: v2\nname: chart\nversion: 0.3.0\n", encoding="utf-8")
    (place / "chart" / "values.yaml").write_text("a: 1\n", encoding="utf-8")
    target = f'targets: [{{registry: {registry.host}/chart, tags: ["{{{{ .ChartVersion }}}}"]}}]'
    text = f"version: 1\nartifacts:\n  - type: helm\n    chartPath: chart\n    {target}\n"
    (place / ".lazy").write_text(text, encoding="utf-8")
    repository(place)
    assert lazyoci("build", cwd=place).code == 0
    (place / "chart" / "values.yaml").write_text("a: 2\n", encoding="utf-8")
    ran = lazyoci("build", "--dry-run", "--check", cwd=place)
    assert 'warning[dirty-tree]: tag "0.3.0" is the chart\'s version, but chart/values.yaml has uncommitted' in ran.err
    git(place, "commit", "--quiet", "--all", "--message=two")
    ran = lazyoci("build", "--dry-run", "--check", cwd=place)
    assert "warning" not in ran.err
    assert "0.3.0 names the version of chart/Chart.yaml:3, and pointed to other content; publish changes as" in ran.out
    (place / ".lazy").write_text(text.replace("tags:", "moves: always, tags:"), encoding="utf-8")
    ran = lazyoci("build", "--dry-run", "--check", cwd=place)
    assert "chart:0.3.0  would move from" in ran.out
    assert "names the version" not in ran.out, "the file says that it is meant"
    (place / ".lazy").write_text(text, encoding="utf-8")
    assert lazyoci("build", "--no-clobber", cwd=place).code == 1


def test_what_no_commit_holds_is_warned_of(tmp_path: Path) -> None:
    place = made(tmp_path / "a", "ghcr.io", '"{{ .VersionFull }}"')
    (place / "settings.json").write_text("2", encoding="utf-8")
    (place / "new.json").write_text("2", encoding="utf-8")
    for command in (["build", "--dry-run"], ["preview"]):
        ran = lazyoci(*command, "--tag", "v1.0.0", cwd=place)
        assert (ran.code, ran.err.count("warning[dirty-tree]")) == (0, 1), ran.err
    commit(place, "2")  # a file that git does not track is no change
    assert lazyoci("build", "--dry-run", "--tag", "v1.0.0", cwd=place).err == ""


@pytest.mark.parametrize("by", ["settings", "comment"])
def test_a_lowered_severity_counts_for_build(registry: RealRegistry, tmp_path: Path, by: str) -> None:
    place = made(tmp_path / "a", f"{registry.host}/low-{by}", '"{{ .Version }}"')
    git(place, "tag", "v1.0.0")
    if by == "settings":
        (place / ".lazyoci.yaml").write_text("severities: {version-from-ancestor: warning}\n", encoding="utf-8")
    else:
        text = (place / ".lazy").read_text("utf-8")
        (place / ".lazy").write_text(
            text.replace("        tags:", "        # lazyoci: ignore[version-from-ancestor]\n        tags:"), "utf-8"
        )
    commit(place, "2")
    ran = lazyoci("build", cwd=place)
    assert ran.code == 0, ran.err
    assert ("warning[version-from-ancestor]" in ran.err) == (by == "settings")
    # the mistake before it is still an error, as it is another one
    assert codes(lazyoci("build", "--tag", "2.1", cwd=place)) == {"version-ignores-tag"}


def test_one_lowered_does_not_silence_the_other(tmp_path: Path) -> None:
    place = made(tmp_path / "a", "ghcr.io", '"{{ .Version }}"')
    git(place, "tag", "v1.0.0")
    (place / ".lazyoci.yaml").write_text("severities: {version-ignores-tag: warning}\n", encoding="utf-8")
    commit(place, "2")
    ran = lazyoci("build", "--tag", "2.1", "--dry-run", cwd=place)
    assert (ran.code, codes(ran)) == (1, {"version-from-ancestor"})


def test_a_dry_run_that_allows_what_is_unresolved(tmp_path: Path) -> None:
    place = made(tmp_path / "a", "ghcr.io", '"{{ .Version }}", "{{ .Tag }}"')
    git(place, "tag", "v1.0.0-rc.1")
    commit(place, "2")
    for given in ([], ["--tag", "2.1"], ["--tag", "v1.0.0-rc.2"]):
        ran = lazyoci("build", "--dry-run", "--allow-unresolved", *given, cwd=place)
        assert (ran.code, codes(ran)) == (0, set()), ran.err
        assert "warning[" in ran.err
        ran = lazyoci("validate", "--resolve", "--allow-unresolved", *given, cwd=place)
        assert (ran.code, codes(ran)) == (0, set()), ran.err
        assert lazyoci("validate", "--resolve", *given, cwd=place).code == 1


def test_a_dry_run_that_allows_what_is_unresolved_allows_nothing_else(tmp_path: Path) -> None:
    """Where the project lets warnings fail, these still do; and what it silenced stays silent."""
    place = made(tmp_path / "a", "ghcr.io", '"{{ .Version }}", "{{ .Tag }}"')
    git(place, "tag", "v1.0.0-rc.1")
    (place / ".lazyoci.yaml").write_text("severity: warning\n", encoding="utf-8")
    commit(place, "2")
    for command in (["build", "--dry-run"], ["preview"], ["validate", "--resolve"], ["validate"]):
        ran = lazyoci(*command, "--allow-unresolved", cwd=place)
        assert ran.code == 0, ran.err
    assert lazyoci("validate", "--allow-unresolved", cwd=place).err == lazyoci("validate", cwd=place).err
    text = (place / ".lazy").read_text("utf-8")
    (place / ".lazy").write_text(text.replace('"{{ .Tag }}"', '"{{ .Tag }}", a, a'), encoding="utf-8")
    for command in (["build", "--dry-run"], ["preview"], ["validate", "--resolve"], ["validate"]):
        ran = lazyoci(*command, "--allow-unresolved", cwd=place)
        assert ran.code == 1
        assert "warning[duplicate-tag]" in ran.out + ran.err


def test_the_version_tag_on_head_counts(tmp_path: Path) -> None:
    place = made(tmp_path / "a", "ghcr.io", '"{{ .VersionFull }}"')
    for tag in ("v2.3.0-rc.2", "v2.3.0", "nightly", "v2.2.9", "api-v9.0.0", "v10.0"):
        git(place, "tag", "--annotate", "--message=x", tag)
    ran = lazyoci("build", "--dry-run", "-o", "json", cwd=place)
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)[0]["targets"][0]["reference"] == "ghcr.io/acme/settings:2.3.0"


def test_a_run_of_ci_for_a_tag(tmp_path: Path) -> None:
    origin = made(tmp_path / "a", "ghcr.io", '"{{ .VersionFull }}", "{{ .GitTag }}", "{{ .Tag }}"')
    git(tmp_path, "clone", "--quiet", "--depth=1", origin.as_uri(), "clone")
    place = tmp_path / "clone"
    ci = {"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/tags/v1.4.0-rc.1"}
    ran = lazyoci("build", "--dry-run", cwd=place, **ci)
    assert ".Tag has no value: give --tag or set LAZYOCI_TAG; or use .GitTag or .VersionRaw" in ran.err
    write(place, "ghcr.io", "'{{ .VersionFull }}', '{{ .GitTag }}', 'b{{ .GitBranch | default \"none\" }}'")
    git(place, "commit", "--quiet", "--all", "--message=tags")
    ran = lazyoci("build", "--dry-run", cwd=place, **ci)  # no tag was fetched: CI says which one it is
    assert ran.code == 0, ran.err
    for tag in ("1.4.0-rc.1", "v1.4.0-rc.1", "bnone"):
        assert f"would push ghcr.io/acme/settings:{tag}\n" in ran.out


def test_values_of_the_user(tmp_path: Path) -> None:
    place = made(tmp_path / "a", "ghcr.io", '"{{ .Var.REGION }}-{{ .PullRequest }}"')
    given = ("build", "--dry-run", "--occasion", "pull-request=7")
    ran = lazyoci(*given, cwd=place, REGION="eu")
    assert ".Var.REGION has no value: give --var REGION=… or set LAZYOCI_VAR_REGION" in ran.err
    assert "ghcr.io/acme/settings:eu-7" in lazyoci(*given, "--var", "REGION=eu", cwd=place).out
    ran = lazyoci("build", "--dry-run", cwd=place, LAZYOCI_VAR_REGION="us", LAZYOCI_OCCASION="pull-request=8")
    assert "ghcr.io/acme/settings:us-8" in ran.out
    ran = lazyoci("build", "--dry-run", "--var", "REGION=eu", cwd=place)
    assert (
        "this run is for the branch main, not for a pull request; state one: --occasion pull-request=NUMBER" in ran.err
    )
    assert lazyoci("preview", "--var", "REGION", cwd=place).code == 2
    assert lazyoci("preview", "--occasion", "pull-reqest=7", cwd=place).code == 2
