"""A bundle is no plain layout: nothing is written into one, and none is sent where its plan does not say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lazyoci.registry.referrers import tag_of
from tests.registry.fake import FakeRegistry, Traits
from tests.registry.test_copy import SIGNATURE, about, listed, manifest
from tests.unit.bundle.made import bundle, image, part
from tests.unit.cli.running import Runner
from tests.unit.registry.homes import Home

Fakes = Callable[..., FakeRegistry]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Runner:
    return Runner(monkeypatch, capsys, Home.make(tmp_path).environ)


def content(place: Path) -> dict[str, bytes]:
    files = [place] if place.is_file() else sorted(one for one in place.rglob("*") if one.is_file())
    return {str(one): one.read_bytes() for one in files}


@pytest.mark.parametrize("name", ["bundle", "bundle.tar"])
def test_a_bundle_as_source_and_as_target(run: Runner, fakes: Fakes, tmp_path: Path, name: str) -> None:
    one = fakes()
    manifest(one, "a", b"x", tag="v1")
    place = bundle(tmp_path / name, part(image("amd64"), f"{one.host}/api:v1"))
    before = content(place)
    sent = len(one.requests())
    for command in (("copy", str(place), f"{one.host}/b:v1"), ("publish", str(place), "--to", f"{one.host}/b:v1")):
        ran = run(*command)
        assert ran.code == 1
        assert f"{place} is a bundle, which says itself where its artifacts go" in ran.err
        assert f"lazyoci publish {place} --file .lazy" in " ".join(ran.err.split())
    assert len(one.requests()) == sent
    for option in ((), ("--dry-run",)):
        ran = run("copy", f"{one.host}/a:v1", str(place), *option)
        assert ran.code == 1 and f"{place} is a bundle" in " ".join(ran.out.split()), ran
    assert content(place) == before
    assert run("publish", str(place), "--allow", one.host).code == 0


def test_other_commands_write_no_layout_into_one(run: Runner, fakes: Fakes, tmp_path: Path) -> None:
    one = fakes()
    manifest(one, "a", b"x", tag="v1")
    place = bundle(tmp_path / "bundle", part(image("amd64"), f"{one.host}/api:v1"))
    before = content(place)
    ran = run("pull", f"{one.host}/a:v1", "--dest", str(place))
    assert ran.code == 1 and f"{place} is a bundle" in ran.err, ran
    (tmp_path / "x.txt").write_text("x", "utf-8")
    text = "version: 1\nartifacts:\n  - type: artifact\n    files: [{path: x.txt, mediaType: text/plain}]\n"
    (tmp_path / ".lazy").write_text(f"{text}    targets: [{{registry: {one.host}/x, tags: [v1]}}]\n", "utf-8")
    for more in (("--no-push",), ()):
        ran = run("build", str(tmp_path), "--layout", str(place), *more)
        assert ran.code == 1 and f"{place} is a bundle" in " ".join(ran.out.split()), ran
    assert one.tag("x", "v1") == ""
    assert content(place) == before


def test_paths_that_are_one(run: Runner, tmp_path: Path) -> None:
    made = str(tmp_path / "out")
    ran = run("build", str(tmp_path), "--bundle", made, "--layout", made)
    assert ran.code == 2 and "--bundle and --layout name the same directory" in ran.err
    for name in ("lazyoci.json", "index.json", "oci-layout"):
        ran = run("build", str(tmp_path), "--bundle", made, "--metadata-file", f"{made}/{name}")
        assert ran.code == 2 and f"is a file of {made} itself" in ran.err


@pytest.mark.parametrize("name", ["layout", "layout.tar"])
@pytest.mark.parametrize("api", [True, False])
def test_a_plain_layout_is_published_with_what_is_about_it(
    run: Runner, fakes: Fakes, tmp_path: Path, name: str, api: bool
) -> None:
    one, other = fakes(traits=Traits(referrers=True)), fakes(traits=Traits(referrers=api))
    what = manifest(one, "a", b"layer" * 1000, tag="v1")
    signature = about(one, "a", what, SIGNATURE, b"signed")
    cosign = f"{tag_of(what.digest)}.sig"
    manifest(one, "a", b"cosigned", tag=cosign)
    place = tmp_path / name
    assert run("copy", f"{one.host}/a:v1", str(place)).code == 0
    ran = run("publish", str(place), "--to", f"{other.host}/b:v1", "--dry-run", "-o", "json")
    assert (ran.code, ran.json[0]["referrers"]) == (0, 2)
    ran = run("publish", str(place), "--to", f"{other.host}/b:v1")
    assert ran.code == 0 and "2 referrers" in ran.out, ran
    assert other.tag("b", "v1") == what.digest
    assert listed(other, "b", what) == {signature.digest}
    assert other.tag("b", cosign) == one.tag("a", cosign)
    ran = run("publish", str(place), "--to", f"{other.host}/c:v1", "--no-referrers", "-o", "json")
    assert ran.code == 0 and "referrers" not in ran.json[0]
    assert other.tag("c", cosign) == "" and listed(other, "c", what) == set()


def test_what_is_about_it_and_broken_is_told(run: Runner, fakes: Fakes, tmp_path: Path) -> None:
    one, other = fakes(traits=Traits(referrers=True)), fakes(traits=Traits(referrers=True))
    what = manifest(one, "a", b"layer", tag="v1")
    about(one, "a", what, SIGNATURE, b"signed by anna")
    place = tmp_path / "layout"
    assert run("copy", f"{one.host}/a:v1", str(place)).code == 0
    (blob,) = [path for path in (place / "blobs" / "sha256").iterdir() if path.read_bytes() == b"signed by anna"]
    blob.write_bytes(b"signed by mary")
    for command in (("publish", str(place), "--to", f"{other.host}/b:v1"), ("copy", str(place), f"{other.host}/c:v1")):
        ran = run(*command, "-o", "json")
        assert ran.code == 0, ran
        (lost,) = ran.json[0]["notCarried"]
        assert "is broken" in lost and "does not have the content its digest promises" in lost
    assert listed(other, "b", what) == listed(other, "c", what) == set()


def test_a_tag_that_stands_in_for_the_referrers_api_in_a_layout(run: Runner, fakes: Fakes, tmp_path: Path) -> None:
    """As a program leaves it that copies tag by tag."""
    one, other = fakes(traits=Traits(referrers=False)), fakes(traits=Traits(referrers=True))
    what = manifest(one, "a", b"layer", tag="v1")
    signature = about(one, "a", what, SIGNATURE, b"signed")
    place = tmp_path / "layout"
    for tag in ("v1", tag_of(what.digest)):
        assert run("copy", f"{one.host}/a:{tag}", str(place), "--no-referrers").code == 0
    index = json.loads((place / "index.json").read_text("utf-8"))
    assert len(index["manifests"]) == 2
    ran = run("publish", str(place), "--to", f"{other.host}/b:v1")
    assert ran.code == 0 and "1 referrer" in ran.out, ran
    assert listed(other, "b", what) == {signature.digest}
