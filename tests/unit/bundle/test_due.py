"""`lazyoci build --list`: what is due, for the matrix of a CI service."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
import yaml

from tests.unit.cli.running import Runner
from tests.unit.registry.homes import Home

LAZY = """\
version: 1
artifacts:
  - type: image
    name: api
    platforms: [linux/arm64, linux/amd64]
    buildArgs: {KEY: "{{ .Var.UNSET }}"}
    targets: [{registry: ghcr.io/acme/api, tags: ["{{ .VersionFull }}"]}]
  - type: helm
    name: $HOME
    chartPath: not/there
    targets: [{registry: ghcr.io/acme/charts/api, tags: ["{{ .VersionFull }}"]}]
  - type: artifact
    name: nightly
    files: [{path: x, mediaType: text/plain}]
    when: schedule
    targets: [{registry: ghcr.io/acme/nightly, tags: [nightly]}]
  - type: copy
    name: production
    from: ghcr.io/acme/staging:v1
    targets: [{registry: ghcr.io/acme/production, tags: [v1]}]
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Runner:
    (tmp_path / ".lazy").write_text(LAZY, "utf-8")
    monkeypatch.chdir(tmp_path)
    return Runner(monkeypatch, capsys, Home.make(tmp_path).environ)


def test_what_is_due_and_no_more(run: Runner) -> None:
    ran = run("build", "--tag", "v1.0.0", "--list")
    assert ran.code == 0, ran
    assert ran.out == "api    linux/arm64\napi    linux/amd64\n$HOME\n"
    rows = run("build", "--tag", "v1.0.0", "--list", "-o", "json").json
    assert [(one["artifact"], one["platform"], one["bundle"]) for one in rows] == [
        ("api", "linux/arm64", "api-linux-arm64"),
        ("api", "linux/amd64", "api-linux-amd64"),
        ("$HOME", "", "HOME"),
    ]
    nightly = run("build", "--tag", "v1.0.0", "--occasion", "schedule", "--list", "-o", "json").json
    assert [one["artifact"] for one in nightly][-1] == "nightly"


def test_as_matrices(run: Runner) -> None:
    ran = run("build", "--tag", "v1.0.0", "--list", "-o", "matrix")
    assert ran.out.count("\n") == 1
    assert len(json.loads(ran.out)["include"]) == 3
    rows = yaml.safe_load(run("build", "--tag", "v1.0.0", "--list", "-o", "gitlab-matrix").out)["matrix"]
    assert rows[2] == {"ARTIFACT": "$$HOME", "PLATFORM": "", "BUNDLE": "HOME"}
    only = run("build", "--tag", "v1.0.0", "--list", "-a", "api", "--platform", "linux/amd64", "-o", "json").json
    assert [one["platform"] for one in only] == ["linux/amd64"]


@pytest.mark.parametrize(
    "names",
    [
        ["../x", "a b", "a/b", "a:b", "-", "é" * 300],
        ["a", "a/", "a.2"],
        ["a.2", "a", "a/", "A", "a.3", "a:"],
        ["API", "api", "Api.2"],
    ],
)
def test_names_of_bundles_are_safe_and_differ(run: Runner, tmp_path: Path, names: list[str]) -> None:
    target = "targets: [{registry: a.b/c%d, tags: [v1]}]"
    artifacts = "".join(
        f"  - {{type: docker, name: {json.dumps(name)}, image: nginx, {target % at}}}\n"
        for at, name in enumerate(names)
    )
    (tmp_path / ".lazy").write_text(f"version: 1\nartifacts:\n{artifacts}", "utf-8")
    rows = run("build", "--list", "-o", "json").json
    bundles = [one["bundle"] for one in rows]
    assert [one["artifact"] for one in rows] == names
    assert len({one.lower() for one in bundles}) == len(bundles)
    assert all(one and len(one) <= 110 and not one.startswith(".") and "/" not in one for one in bundles), bundles


def test_errors_and_contradictions(run: Runner) -> None:
    ran = run("build", "--list", "-o", "matrix")
    assert ran.code == 1 and ran.out == "" and ".VersionFull" in ran.err
    assert "-o matrix is for --list alone" in run("build", "-o", "matrix").err
    for option in (("--dry-run",), ("--bundle", "x"), ("--layout", "x"), ("--no-push",), ("--metadata-file", "x")):
        ran = run("build", "--tag", "v1.0.0", "--list", *option)
        assert (ran.code, f"--list and {option[0]} contradict" in ran.err) == (2, True), ran


def test_the_printed_command_publishes_what_the_bundle_was_built_for(run: Runner, tmp_path: Path) -> None:
    """All that decided what is due is in it: without `--tag`, the tags of a branch would be published."""
    (tmp_path / "a b").mkdir()
    (tmp_path / "a b" / "x").write_text("x", "utf-8")
    tags = '["{{ .VersionFull }}", {tag: "{{ .Var.NAME }}", when: schedule}]'
    (tmp_path / "a b" / ".lazy").write_text(
        LAZY[: LAZY.index("  - type: image")]
        + "  - {type: artifact, name: api, files: [{path: x, mediaType: text/plain}],"
        + f" targets: [{{registry: ghcr.io/acme/api, tags: {tags}}}]}}\n",
        "utf-8",
    )
    given = ("--tag", "v1.0.0", "--artifact", "api", "--var", "NAME=night", "--occasion", "schedule")
    built = run("build", "a b", *given, "--bundle", "out put")
    assert built.code == 0, built
    command = shlex.split((built.out + built.err).rpartition("Publish it: ")[2])
    assert command[:2] == ["lazyoci", "publish"]
    published = run(*command[1:], "--dry-run", "-o", "json")
    assert published.code == 0, published
    found = [target["reference"] for one in published.json for target in one["targets"]]
    assert found == ["ghcr.io/acme/api:1.0.0", "ghcr.io/acme/api:night"]
