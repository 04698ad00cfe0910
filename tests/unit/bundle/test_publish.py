"""`lazyoci build --bundle` and `lazyoci publish`: what one run built, another publishes, as its own file says."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from lazyoci.layout.read import open_layout
from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import parse_manifest
from tests.e2e.cli import git, repository
from tests.registry.fake import Basic, FakeRegistry
from tests.schemas import conforms
from tests.unit.bundle.made import AMD64, ARM64, bundle, edit, image, part, shards
from tests.unit.cli.running import Ran, Runner
from tests.unit.registry.homes import Home

LAZY = """\
version: 1
artifacts:
  - type: artifact
    name: notes
    files: [{path: notes.txt, mediaType: text/plain}]
    annotations: {team: "{{ .Var.TEAM }}"}
    targets:
      - registry: "{{ .Registry }}/notes"
        tags:
          - "{{ .VersionFull }}"
          - {tag: latest, when: release, moves: forward}
  - type: artifact
    name: tool
    files: [{path: dist/, mediaType: application/x-tar}]
    targets: [{registry: "{{ .Registry }}/tool", tags: ["{{ .VersionFull }}"]}]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A clone in which the job that builds has made `dist`."""
    place = tmp_path / "project"
    (place / "dist").mkdir(parents=True)
    (place / ".lazy").write_text(LAZY, "utf-8")
    (place / ".gitignore").write_text("dist/\n", "utf-8")
    (place / "notes.txt").write_text("notes", "utf-8")
    (place / "dist" / "tool").write_text("built", "utf-8")
    return repository(place)


@pytest.fixture
def checkout(project: Path, tmp_path: Path) -> Path:
    """The clone of the job that publishes: the same commit, and nothing built."""
    git(tmp_path, "clone", "--quiet", str(project), "checkout")
    return tmp_path / "checkout"


def build(run: Runner, project: Path, place: Path, *arguments: str) -> Ran:
    ran = run("build", str(project), "--tag", "v1.4.0", "--var", "TEAM=a", "--bundle", str(place), *arguments)
    assert ran.code == 0, ran
    return ran


@pytest.mark.parametrize("name", ["bundle", "bundle.tar"])
def test_built_here_and_published_there(
    name: str, run: Runner, fake: FakeRegistry, project: Path, checkout: Path, tmp_path: Path
) -> None:
    place = tmp_path / name
    build(run, project, place)
    assert fake.requests() == []
    ran = run("publish", str(place), "--file", str(checkout), "--tag", "v1.4.0", "-o", "json")
    assert ran.code == 0, ran
    notes, tool = conforms(ran.json, "build")
    assert [(one["reference"], one["state"]) for one in notes["targets"]] == [
        (f"{fake.host}/notes:1.4.0", "new"),
        (f"{fake.host}/notes:latest", "new"),
    ]
    assert fake.tag("notes", "latest") == fake.tag("notes", "1.4.0") == notes["digest"]
    assert fake.tag("tool", "1.4.0") == tool["digest"]
    direct = run("build", str(project), "--tag", "v1.4.0", "--var", "TEAM=a", "--no-push", "-o", "json")
    assert [one["digest"] for one in direct.json] == [notes["digest"], tool["digest"]]
    again = run("publish", str(place), "--file", str(checkout), "--tag", "v1.4.0")
    assert again.out.count("unchanged") == 3


def test_the_plan_is_what_its_schema_says(run: Runner, fake: FakeRegistry, project: Path, tmp_path: Path) -> None:
    build(run, project, tmp_path / "bundle")
    plan = conforms(json.loads((tmp_path / "bundle" / "lazyoci.json").read_text("utf-8")), "bundle")
    assert plan["version"] == 1 and plan["clock"].endswith("Z")
    notes, tool = plan["artifacts"]
    assert notes["commit"] == git(project, "rev-parse", "HEAD")
    assert notes["event"] == "tag" and notes["occasion"] == ["tag", "release", "local"]
    assert notes["releaseVersion"] == "1.4.0"
    assert notes["references"] == [
        {"reference": f"{fake.host}/notes:1.4.0", "moves": ""},
        {"reference": f"{fake.host}/notes:latest", "moves": "forward"},
    ]
    assert notes["values"] == {"Registry": fake.host, "VersionFull": "1.4.0"}  # and not what only content used
    assert "TEAM" not in json.dumps(plan)
    layout = open_layout(tmp_path / "bundle")
    assert {one.digest for one in layout.entries} == {one["manifest"]["digest"] for one in (notes, tool)}


def test_no_credential_is_read_and_no_registry_asked(run: Runner, project: Path, tmp_path: Path) -> None:
    trap = tmp_path / "docker"
    trap.mkdir()
    (trap / "config.json").write_text('{"credsStore": "trap"}', "utf-8")
    helper = tmp_path / "bin" / "docker-credential-trap"
    helper.parent.mkdir(exist_ok=True)
    helper.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n", "utf-8")
    helper.chmod(0o755)
    environ = {"DOCKER_CONFIG": str(trap), "PATH": f"{helper.parent}:{os.environ['PATH']}"}
    ran = run(
        *("build", str(project), "--tag", "v1.4.0", "--var", "TEAM=a", "--bundle", str(tmp_path / "b")), environ=environ
    )
    assert ran.code == 0, ran
    assert not (tmp_path / "sprung").exists()


def test_a_bundle_is_the_same_bytes_each_time(run: Runner, project: Path, tmp_path: Path) -> None:
    made = []
    for name in ("one.tar", "two.tar"):
        build(run, project, tmp_path / name)
        made.append((tmp_path / name).read_bytes().replace(b"\n", b""))
    clock = [data.partition(b'"clock": "')[2][:20] for data in made]
    assert made[0].replace(clock[0], b"") == made[1].replace(clock[1], b"")


def test_a_bundle_is_replaced_with_all_that_it_had(run: Runner, project: Path, tmp_path: Path) -> None:
    place = tmp_path / "bundle"
    build(run, project, place)
    (project / "notes.txt").write_text("other notes", "utf-8")
    build(run, project, place, "--artifact", "notes", "--occasion", "release=1.4.0")
    assert run("publish", str(place), "--dry-run", "-o", "json").code == 0
    (one,) = json.loads((place / "lazyoci.json").read_text("utf-8"))["artifacts"]
    assert one["name"] == "notes"


def test_places_for_no_bundle(run: Runner, project: Path, tmp_path: Path) -> None:
    def refuse(place: Path, *more: str) -> str:
        ran = run("build", str(project), "--tag", "v1.4.0", "--var", "TEAM=a", "--bundle", str(place), *more)
        assert ran.code in (1, 2)
        return ran.out + ran.err

    assert f"write {tmp_path / 'b.tar'}" in refuse(tmp_path / "b.tar.gz")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("x", "utf-8")
    assert "holds something else already" in refuse(tmp_path / "full")
    assert (tmp_path / "full" / "mine").exists()
    run("build", str(project), "--tag", "v1.4.0", "--var", "TEAM=a", "--no-push", "--layout", str(tmp_path / "layout"))
    assert "holds something else already" in refuse(tmp_path / "layout")
    (tmp_path / "mine.tar").write_text("mine", "utf-8")
    assert "is there and no bundle" in refuse(tmp_path / "mine.tar")
    (tmp_path / "link.tar").symlink_to(tmp_path / "mine.tar")
    assert "is there and no bundle" in refuse(tmp_path / "link.tar")
    assert (tmp_path / "mine.tar").read_text("utf-8") == "mine"
    (tmp_path / "empty.tar").touch()
    build(run, project, tmp_path / "empty.tar")
    build(run, project, tmp_path / "empty.tar")
    assert "contradict" in refuse(tmp_path / "b", "--dry-run")
    assert "contradict" in refuse(tmp_path / "b", "--require-published")
    assert "is published, and this run writes" in refuse(project / "dist" / "bundle")


def test_another_commit(run: Runner, fake: FakeRegistry, project: Path, checkout: Path, tmp_path: Path) -> None:
    build(run, project, tmp_path / "bundle")
    ours = git(project, "rev-parse", "HEAD")
    git(checkout, "commit", "--quiet", "--allow-empty", "--message=two")
    theirs = git(checkout, "rev-parse", "HEAD")
    ran = run("publish", str(tmp_path / "bundle"), "--file", str(checkout), "--tag", "v1.4.0")
    assert ran.code == 1
    assert f"notes was built from commit {ours}, and {theirs} is checked out here" in ran.out
    assert f"git checkout {ours}" in ran.out
    edit(tmp_path / "bundle", commit="")
    ran = run("publish", str(tmp_path / "bundle"), "--file", str(checkout), "--tag", "v1.4.0")
    assert "the bundle does not tell from which commit notes was built" in ran.out
    assert fake.requests() == []


def test_with_a_file_the_bundle_decides_nothing(
    run: Runner, fake: FakeRegistry, project: Path, checkout: Path, tmp_path: Path
) -> None:
    build(run, project, tmp_path / "bundle")
    place = tmp_path / "bundle"
    index = (place / "index.json").read_text("utf-8")
    (place / "index.json").write_text(index.replace(f"{fake.host}/notes:1.4.0", f"{fake.host}/evil/x:1"), "utf-8")
    edit(
        place,
        references=[
            {"reference": f"{fake.host}/evil/x:1", "moves": "always"},
            {"reference": f"{fake.host}/notes:latest", "moves": "always"},
        ],
        releaseVersion="99.0.0",
        annotations={"evil": "yes"},
    )
    ran = run("publish", str(place), "--file", str(checkout), "--tag", "v1.3.9")
    assert ran.code == 0, ran
    assert fake.requests(path="evil") == []
    assert fake.tag("notes", "1.3.9") == fake.tag("notes", "latest")
    ran = run("publish", str(place), "--allow", f"{fake.host}/notes", "--allow", f"{fake.host}/tool")
    assert f"the bundle would publish notes as {fake.host}/evil/x:1, which --allow does not" in ran.err
    assert fake.requests(path="evil") == []


def test_what_is_due_is_decided_here(run: Runner, project: Path, checkout: Path, tmp_path: Path) -> None:
    build(run, project, tmp_path / "bundle")
    options = ("--tag", "v1.5.0-rc.1", "--dry-run", "-o", "json")
    ran = run("publish", str(tmp_path / "bundle"), "-f", str(checkout), *options)
    assert ran.code == 0, ran
    notes, _ = ran.json
    assert [one["reference"].rpartition(":")[2] for one in notes["targets"]] == ["1.5.0-rc.1"]
    assert [one["template"] for one in notes["notNow"]] == ["latest"]


def test_names_that_do_not_fit(run: Runner, project: Path, checkout: Path, tmp_path: Path) -> None:
    build(run, project, tmp_path / "one", "--artifact", "notes")
    ran = run("publish", str(tmp_path / "one"), "--file", str(checkout), "--tag", "v1.4.0")
    assert ran.code == 1 and "no bundle has tool, which is due" in ran.out
    ran = run("publish", str(tmp_path / "one"), "--file", str(checkout), "--tag", "v1.4.0", "-a", "notes", "--dry-run")
    assert ran.code == 0, ran
    edit(tmp_path / "one", name="other")
    index = (tmp_path / "one" / "index.json").read_text("utf-8")
    assert index
    ran = run("publish", str(tmp_path / "one"), "--file", str(checkout), "--tag", "v1.4.0")
    assert ran.code == 1 and "the bundle has 'other'" in ran.err and "it declares notes, tool" in ran.err


def test_two_artifacts_of_one_name(run: Runner, project: Path, tmp_path: Path) -> None:
    lazy = (project / ".lazy").read_text("utf-8").replace("name: tool", "name: notes")
    (project / ".lazy").write_text(lazy, "utf-8")
    ran = run("build", str(project), "--tag", "v1", "--var", "TEAM=a", "--bundle", str(tmp_path / "b"), "-o", "json")
    assert ran.code == 1
    assert not (tmp_path / "b").exists()


def test_two_artifacts_of_the_same_content(run: Runner, fake: FakeRegistry, tmp_path: Path) -> None:
    parts = [part(image("amd64"), f"{fake.host}/{name}:v1", name=name) for name in ("api", "web")]
    assert parts[0].artifact.root == parts[1].artifact.root
    for place in (bundle(tmp_path / "one", *parts), bundle(tmp_path / "two.tar", *parts)):
        ran = run("publish", str(place), "--allow", fake.host)
        assert ran.code == 0 and fake.tag("api", "v1") == fake.tag("web", "v1") != "", ran


def test_neither_shows_what_it_is(run: Runner, fake: FakeRegistry, tmp_path: Path) -> None:
    place = bundle(tmp_path / "b", part(image("amd64"), f"{fake.host}/api:v1"))
    ran = run("publish", str(place))
    assert ran.code == 2
    assert f"[dry-run] would push {fake.host}/api:v1" in ran.out
    assert "--file .lazy" in ran.err and "--allow PREFIX" in ran.err
    assert fake.requests() == []


def test_shards_become_one_index(run: Runner, fake: FakeRegistry, tmp_path: Path) -> None:
    one, other = shards(tmp_path, f"{fake.host}/api:v1", annotations={"team": "a"})
    ran = run("publish", str(one), str(other), "--allow", fake.host, "-o", "json")
    assert ran.code == 0, ran
    (api,) = conforms(ran.json, "build")
    assert api["platforms"] == ["linux/arm64", "linux/amd64"]
    index = parse_manifest(fake.manifests("api")[fake.tag("api", "v1")], mediatype.OCI_INDEX)
    made = [open_layout(place).entries[0].digest for place in (other, one)]
    assert [child.digest for child in index.manifests] == made
    assert [child.platform for child in index.manifests] == [ARM64, AMD64]
    assert index.annotations == {"team": "a"}


def test_partial(run: Runner, fake: FakeRegistry, tmp_path: Path) -> None:
    one, _ = shards(tmp_path, f"{fake.host}/api:v1")
    ran = run("publish", str(one), "--allow", fake.host, "--partial", "-o", "json")
    assert ran.code == 0, ran
    index = parse_manifest(fake.manifests("api")[fake.tag("api", "v1")], mediatype.OCI_INDEX)
    assert [child.platform for child in index.manifests] == [AMD64]


def test_a_map_is_shown_and_done(run: Runner, fake: FakeRegistry, tmp_path: Path) -> None:
    place = bundle(tmp_path / "b", part(image("amd64"), "ghcr.io/acme/api:v1", "ghcr.io/acme/web/api:v1"))
    goal = f"{fake.host}/mirror"
    maps = ("--map", f"ghcr.io={fake.host}/rest", "--map", f"ghcr.io/acme={goal}")
    ran = run("publish", str(place), *maps, "--allow", goal)
    assert ran.code == 0, ran
    assert f"ghcr.io/acme/api:v1 → {goal}/api:v1" in ran.err
    assert fake.tag("mirror/api", "v1") == fake.tag("mirror/web/api", "v1") != ""


def test_moves_hold_for_what_a_bundle_proposes(run: Runner, fake: FakeRegistry, tmp_path: Path) -> None:
    first = bundle(tmp_path / "first", part(image("amd64", b"1"), f"{fake.host}/api:v1"))
    second = bundle(tmp_path / "second", part(image("amd64", b"2"), f"{fake.host}/api:v1"))
    assert run("publish", str(first), "--allow", fake.host).code == 0
    before = fake.tag("api", "v1")
    assert run("publish", str(second), "--allow", fake.host, "--no-clobber").code == 1
    edit(second, references=[{"reference": f"{fake.host}/api:v1", "moves": "never"}])
    ran = run("publish", str(second), "--allow", fake.host)
    assert ran.code == 1 and "moves: never forbids" in ran.out
    assert fake.tag("api", "v1") == before
    edit(second, references=[{"reference": f"{fake.host}/api:v1", "moves": ""}])
    ran = run("publish", str(second), "--allow", fake.host, "--dry-run", "--check")
    assert ran.code == 0 and "would move from" in ran.out
    assert fake.tag("api", "v1") == before
    ran = run("publish", str(second), "--allow", fake.host, "--metadata-file", str(tmp_path / "meta.json"))
    assert ran.code == 0 and "moved from" in ran.out
    (told,) = conforms(json.loads((tmp_path / "meta.json").read_text("utf-8")), "build")
    assert told["targets"][0]["state"] == "moved"


def test_going_on_where_something_fails(run: Runner, fake: FakeRegistry, tmp_path: Path) -> None:
    one, _ = shards(tmp_path, f"{fake.host}/api:v1")
    whole = bundle(tmp_path / "whole", part(image("amd64", b"web"), f"{fake.host}/web:v1", name="web"))
    ran = run("publish", str(one), str(whole), "--allow", fake.host)
    assert ran.code == 1 and fake.tag("web", "v1") == ""
    ran = run("publish", str(one), str(whole), "--allow", fake.host, "--keep-going")
    assert ran.code == 1 and fake.tag("web", "v1") != "" and fake.tag("api", "v1") == ""


def test_a_plain_layout(run: Runner, fake: FakeRegistry, project: Path, tmp_path: Path) -> None:
    layout = tmp_path / "layout"
    arguments = ("build", str(project), "-a", "notes", "--tag", "v1.4.0", "--var", "TEAM=a", "--no-push")
    assert run(*arguments, "--layout", str(layout)).code == 0
    reference = f"{fake.host}/else:v1"
    names = [entry.annotations["org.opencontainers.image.ref.name"] for entry in open_layout(layout).entries]
    assert len(names) == 2
    ran = run("publish", str(layout), "--to", reference, "--to", f"{fake.host}/else:v2", "-o", "json")
    assert ran.code == 0, ran
    conforms(ran.json, "build")
    assert fake.tag("else", "v1") == fake.tag("else", "v2") == open_layout(layout).entries[0].digest
    blob = max((layout / "blobs" / "sha256").iterdir(), key=lambda path: path.stat().st_size)
    blob.write_bytes(b"X" + blob.read_bytes()[1:])
    ran = run("publish", str(layout), "--to", f"{fake.host}/third:v1")
    assert ran.code == 1 and fake.requests(path="third") == []
    ran = run("publish", str(layout), "--to", f"{fake.host}/x@sha256:{'0' * 64}")
    assert ran.code == 2 and "names a digest" in ran.err
    for meant, told in (
        (f"{fake.host}/third", "names no tag"),
        (f"{fake.host}/third:v1,{fake.host}/third:v2", "repeat it"),
        ("third:v1", "where only Docker's official images are"),
        ("third", "names no registry and no tag"),
        ("./third", "is no reference"),
    ):
        ran = run("publish", str(layout), "--to", meant)
        assert (ran.code, told in ran.err, fake.requests(path="third")) == (2, True, []), ran


def test_a_registry_that_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    with FakeRegistry(guard=Basic({"anna": "x"})) as closed:
        place = bundle(tmp_path / "b", part(image("amd64"), f"{closed.host}/api:v1"))
        ran = Runner(monkeypatch, capsys, Home.make(tmp_path).environ)("publish", str(place), "--allow", closed.host)
        assert ran.code == 1 and f"lazyoci registry login {closed.host}" in ran.out
        assert closed.requests("PUT") == closed.requests("POST") == []
