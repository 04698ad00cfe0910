"""Content of a bundle goes only where its own file says, and what plans decide together must agree."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.cli import git, repository
from tests.registry.fake import FakeRegistry
from tests.schemas import conforms
from tests.unit.bundle.made import bundle, edit, image, part, shards
from tests.unit.cli.running import Runner
from tests.unit.registry.homes import Home


@pytest.fixture
def fake() -> Iterator[FakeRegistry]:
    with FakeRegistry() as registry:
        yield registry


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fake: FakeRegistry
) -> Runner:
    environ = {**Home.make(tmp_path).environ, "LAZYOCI_REGISTRY": fake.host, "PATH": os.environ["PATH"]}
    return Runner(monkeypatch, capsys, environ)


def lazy(directory: str, name: str = "") -> str:
    named = f"    name: {name}\n" if name else ""
    return (
        f"version: 1\nartifacts:\n  - type: artifact\n{named}    files: [{{path: x.txt, mediaType: text/plain}}]\n"
        f'    targets: [{{registry: "{{{{ .Registry }}}}/{directory}", tags: ["{{{{ .VersionFull }}}}"]}}]\n'
    )


def two_files(tmp_path: Path, name: str = "") -> Path:
    """A clone with a file in `a`, and one in `b`."""
    place = tmp_path / "project"
    for directory in ("a", "b"):
        (place / directory).mkdir(parents=True)
        (place / directory / ".lazy").write_text(lazy(directory, name), "utf-8")
        (place / directory / "x.txt").write_text(f"of {directory}", "utf-8")
    return repository(place)


@pytest.mark.parametrize("name", ["", "app"])
def test_content_goes_where_its_own_file_says(name: str, run: Runner, fake: FakeRegistry, tmp_path: Path) -> None:
    project = two_files(tmp_path, name)
    made = tmp_path / "made"
    ran = run("build", str(project / "a"), "--tag", "v1.4.0", "--bundle", str(made))
    assert ran.code == 0, ran
    plan = conforms(json.loads((made / "lazyoci.json").read_text("utf-8")), "bundle")
    assert plan["artifacts"][0]["file"] == "a/.lazy"

    ran = run("publish", str(made), "--file", str(project / "b"), "--tag", "v1.4.0")
    label = name or "artifact[0]"
    assert ran.code == 1
    assert f"{label} was built from a/.lazy, and b/.lazy is to publish it" in " ".join(ran.out.split()), ran
    both = ("--file", str(project / "a"), "--file", str(project / "b"))
    ran = run("publish", str(made), *both, "--tag", "v1.4.0")
    assert ran.code == 1 and f"two artifacts are called {label}" in ran.err, ran
    assert fake.requests() == []
    ran = run("publish", str(made), "--file", str(project / "a"), "--tag", "v1.4.0")
    assert ran.code == 0 and fake.tag("a", "1.4.0") != "", ran


def test_the_hint_for_names_that_repeat_holds(run: Runner, tmp_path: Path) -> None:
    project = two_files(tmp_path)
    made = ("--tag", "v1.4.0", "--bundle", str(tmp_path / "made"))
    ran = run("build", str(project / "a"), str(project / "b"), *made)
    assert ran.code == 1 and "build and publish each file by itself" in " ".join(ran.out.split()), ran


def test_no_reference_is_published_twice(run: Runner, fake: FakeRegistry, tmp_path: Path) -> None:
    reference = f"{fake.host}/app:v1"
    parts = [part(image("amd64", name.encode()), reference, name=name) for name in ("api", "web")]
    one = bundle(tmp_path / "one.tar", *parts)
    several = [bundle(tmp_path / made.artifact.name, made) for made in parts]
    for places in ([one], several):
        ran = run("publish", *map(str, places), "--allow", fake.host)
        assert ran.code == 1 and f"api and web would both be published as {reference}" in ran.err, ran
    elsewhere = bundle(tmp_path / "else", part(image("amd64", b"web"), "ghcr.io/acme/app:v1", name="web"))
    maps = ("--map", f"ghcr.io/acme={fake.host}", "--allow", fake.host)
    assert run("publish", str(several[0]), str(elsewhere), *maps).code == 1
    assert fake.requests() == []


def test_parts_agree_on_references(run: Runner, fake: FakeRegistry, tmp_path: Path) -> None:
    one, other = shards(tmp_path, f"{fake.host}/api:v1")
    edit(other, references=[{"reference": f"{fake.host}/api:v1", "moves": "never"}])
    third = shards(tmp_path / "others", f"{fake.host}/api:v2")[1]
    for second, shown in ((other, "api:v1 (moves: never)"), (third, "api:v2")):
        ran = run("publish", str(one), str(second), "--allow", fake.host)
        told = "".join(ran.out.split())
        assert ran.code == 1 and "apiisoftwobuilds:itsreferencesare" in told and shown.replace(" ", "") in told, ran
    assert fake.requests() == []


@pytest.mark.parametrize("options", [(), ("--to", "r.example/x:1"), ("--allow", "r.example")])
def test_a_pipe_is_no_bundle(options: tuple[str, ...], run: Runner, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    ran = run("publish", *options, str(tmp_path / "pipe"))
    assert ran.code == 1 and "is no regular file or directory" in ran.err, ran


@pytest.mark.parametrize("given", [(), ("--tag", "v1.4.0")], ids=["git", "given"])
def test_changes_that_are_not_committed_are_no_release(
    given: tuple[str, ...], run: Runner, fake: FakeRegistry, tmp_path: Path
) -> None:
    project = two_files(tmp_path, "app")
    (project / "a" / "x.txt").write_text("changed", "utf-8")
    made = tmp_path / "made"
    ran = run("build", str(project / "a"), "--tag", "v1.4.0", "--bundle", str(made))
    assert ran.code == 0, ran
    plan = conforms(json.loads((made / "lazyoci.json").read_text("utf-8")), "bundle")
    assert plan["artifacts"][0]["dirty"] is True

    git(project, "checkout", "--quiet", ".")
    ran = run("publish", str(made), "--file", str(project / "a"), "--tag", "v1.5.0")
    assert ran.code == 0 and "app was built with changes that are not committed" in " ".join(ran.err.split()), ran
    git(project, "tag", "v1.4.0")
    sent = len(fake.requests())
    ran = run("publish", str(made), "--file", str(project / "a"), *given)
    assert ran.code == 1 and "1.4.0 is the tag of a release" in " ".join(ran.out.split()), ran
    assert len(fake.requests()) == sent
