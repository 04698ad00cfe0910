"""`type: copy`: what was tested is published, by its digest, with what is about it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import Descriptor, dump, parse_manifest
from tests.registry.fake import Exchange, FakeRegistry
from tests.registry.test_copy import SIGNATURE, about, listed, manifest
from tests.schemas import conforms
from tests.unit.cli.running import Ran, Runner
from tests.unit.registry.homes import Home

Fakes = Callable[..., FakeRegistry]
LAZY = """\
version: 1
artifacts:
  - type: copy
    name: production
    from: "{source}/staging/api:{{{{ .Tag }}}}"{more}
    targets:
      - {{registry: {goal}/api, tags: [v1, latest]}}
  - type: artifact
    name: notes
    files: [{{path: notes.txt, mediaType: text/plain}}]
    targets: [{{registry: {goal}/notes, tags: [v1]}}]
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Runner:
    return Runner(monkeypatch, capsys, Home.make(tmp_path).environ)


def project(tmp_path: Path, source: FakeRegistry, goal: FakeRegistry, more: str = "") -> str:
    place = tmp_path / "project"
    place.mkdir()
    (place / ".lazy").write_text(LAZY.format(source=source.host, goal=goal.host, more=more), "utf-8")
    (place / "notes.txt").write_text("notes", "utf-8")
    return str(place)


def build(run: Runner, place: str, *more: str) -> Ran:
    return run("build", place, "--tag", "tested", "-o", "json", *more)


def test_a_copy_is_the_source(run: Runner, fakes: Fakes, tmp_path: Path) -> None:
    source, goal = fakes(), fakes(traits=None)
    image = manifest(source, "staging/api", b"layer" * 1000, tag="tested")
    signature = about(source, "staging/api", image, SIGNATURE, b"signed")
    place = project(tmp_path, source, goal)
    dry = build(run, place, "--dry-run", "--check")
    assert dry.code == 0, dry
    assert [one["state"] for one in conforms(dry.json, "build")[0]["targets"]] == ["new", "new"]
    ran = build(run, place)
    assert ran.code == 0, ran
    production, notes = conforms(ran.json, "build")
    assert (production["type"], production["digest"], production["referrers"]) == ("copy", image.digest, 1)
    assert goal.tag("api", "v1") == goal.tag("api", "latest") == image.digest
    assert listed(goal, "api", image) == {signature.digest}
    assert goal.tag("notes", "v1") == notes["digest"]
    again = build(run, place)
    assert {one["state"] for artifact in again.json for one in artifact["targets"]} == {"unchanged"}


def test_on_one_host_nothing_passes_through(run: Runner, fake: FakeRegistry, tmp_path: Path) -> None:
    manifest(fake, "staging/api", b"layer" * 100_000, tag="tested")
    assert build(run, project(tmp_path, fake, fake), "-a", "production").code == 0
    assert fake.count("GET", "/blobs/sha256") == fake.count("PUT", "/blobs/") == 0
    assert fake.count("POST", "mount=") == 2


def test_a_source_that_is_missing(run: Runner, fakes: Fakes, tmp_path: Path) -> None:
    source, goal = fakes(), fakes()
    manifest(source, "staging/api", b"other", tag="other")
    place = project(tmp_path, source, goal)
    ran = build(run, place)
    assert ran.code == 1
    production, notes = ran.json
    assert f"{source.host}/staging/api:tested does not exist" in production["error"]
    assert "not attempted, because production failed" in notes["error"]
    assert goal.requests("PUT") == goal.requests("POST") == []


def test_a_source_that_moves_meanwhile(run: Runner, fakes: Fakes, tmp_path: Path) -> None:
    source, goal = fakes(), fakes()
    manifest(source, "staging/api", b"first", tag="tested")
    second = manifest(source, "staging/api", b"second")

    def move(exchange: Exchange) -> None:
        source.distribution.repositories["staging/api"].tags["tested"] = second.digest
        exchange.send(exchange.serve())

    source.script.on("HEAD", "/manifests/tested", move)
    ran = build(run, project(tmp_path, source, goal))
    assert ran.code == 1 and "when it was looked up, and is sha256:" in ran.json[0]["error"]
    assert goal.requests("PUT") == goal.requests("POST") == []


def test_some_platforms_without_referrers(run: Runner, fakes: Fakes, tmp_path: Path) -> None:
    source, goal = fakes(), fakes()
    children = []
    for architecture in ("amd64", "arm64", "riscv64"):
        raw = dump({"os": "linux", "architecture": architecture, "rootfs": {"type": "layers", "diff_ids": []}})
        blob = Descriptor(mediatype.OCI_CONFIG, source.seed_blob("staging/api", raw), len(raw))
        child = manifest(source, "staging/api", architecture.encode(), config=blob.to_json())
        children.append({**child.to_json(), "platform": {"os": "linux", "architecture": architecture}})
    index = dump({"schemaVersion": 2, "mediaType": mediatype.OCI_INDEX, "manifests": children})
    source.seed_manifest("staging/api", index, mediatype.OCI_INDEX, "tested")
    more = "\n    platforms: [linux/arm64, linux/amd64]\n    referrers: false"
    place = project(tmp_path, source, goal, more)
    ran = build(run, place)
    assert ran.code == 0, ran
    assert ran.json[0]["platforms"] == ["linux/amd64", "linux/arm64"]
    assert "for which no signature of the whole counts" in ran.json[0]["notCarried"][0]
    found = parse_manifest(goal.manifests("api")[goal.tag("api", "v1")], mediatype.OCI_INDEX)
    assert [one.digest for one in found.manifests] == [one["digest"] for one in children[:2]]
    assert source.requests("GET", "/referrers/") == []
    lazy = Path(place, ".lazy")
    lazy.write_text(lazy.read_text("utf-8").replace("linux/arm64, linux/amd64", "linux/s390x"), "utf-8")
    ran = build(run, place)
    assert ran.code == 1 and "has no image for linux/s390x" in ran.json[0]["error"]


def test_platforms_of_what_is_for_none(run: Runner, fakes: Fakes, tmp_path: Path) -> None:
    source, goal = fakes(), fakes()
    manifest(source, "staging/api", b"x", tag="tested")
    ran = build(run, project(tmp_path, source, goal, "\n    platforms: [linux/amd64]"))
    assert ran.code == 1 and "names no platform that it is for, and linux/amd64 is wanted" in ran.json[0]["error"]
    assert goal.requests("PUT") == goal.requests("POST") == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--no-push",), "production is a copy, which has no content before a registry is asked"),
        (("--bundle", "out"), "production is a copy, which has no content before a registry is asked"),
        (("--platform", "linux/amd64"), "--platform is for what is built"),
    ],
)
def test_what_is_not_for_a_copy(
    run: Runner, fakes: Fakes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    source, goal = fakes(), fakes()
    place = project(tmp_path, source, goal)
    ran = build(run, place, *arguments)
    assert ran.code == 1 and message in ran.json[0]["error"]
    assert source.requests() == goal.requests() == []
    assert not (tmp_path / "out" / "lazyoci.json").exists()
    others = [one for one in arguments if one != "--platform" and one != "linux/amd64"]
    assert build(run, place, "-a", "notes", *(others or ["--no-push"])).code == 0


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("\n    annotations: {a: b}", "annotations would change the digest"),
        ("\n    metadata: auto", "metadata would change the digest"),
    ],
)
def test_what_would_change_the_digest(run: Runner, fakes: Fakes, tmp_path: Path, more: str, message: str) -> None:
    source, goal = fakes(), fakes()
    ran = build(run, project(tmp_path, source, goal, more))
    assert ran.code == 1 and message in ran.json[0]["error"]
    assert source.requests() == goal.requests() == []


def test_a_source_without_a_value(run: Runner, fakes: Fakes, tmp_path: Path) -> None:
    source, goal = fakes(), fakes()
    place = project(tmp_path, source, goal)
    ran = run("build", place, "-o", "json")
    assert ran.code == 1 and ".Tag" in ran.json[0]["error"]
    shown = run("preview", place, "--tag", "tested").out
    assert f"from {source.host}/staging/api:tested" in shown
    assert conforms(run("preview", place, "--tag", "tested", "-o", "json").json, "preview")
    assert source.requests() == goal.requests() == []
