"""`lazyoci copy` to layouts: what is there already, and what is in the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lazyoci.layout.read import open_layout
from tests.registry.fake import FakeRegistry
from tests.registry.test_copy import manifest
from tests.unit.cli.running import Runner
from tests.unit.registry.homes import Home

Fakes = Callable[..., FakeRegistry]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Runner:
    return Runner(monkeypatch, capsys, Home.make(tmp_path).environ)


@pytest.mark.parametrize("name", ["layout", "layout.tar"])
def test_no_clobber_counts_for_layouts(run: Runner, fakes: Fakes, tmp_path: Path, name: str) -> None:
    one = fakes()
    first = manifest(one, "a", b"x", tag="v1")
    place = tmp_path / name
    assert run("copy", f"{one.host}/a:v1", str(place), "--no-clobber").code == 0
    second = manifest(one, "a", b"y", tag="v1")
    read = (place / "index.json").read_bytes if place.is_dir() else place.read_bytes
    before = read()
    ran = run("copy", f"{one.host}/a:v1", str(place), "--no-clobber", "-o", "json")
    (told,) = ran.json[0]["targets"]
    assert (ran.code, told["state"], told["pushed"]) == (1, "refused", False)
    assert "--no-clobber forbids to" in ran.json[0]["error"] and read() == before
    ran = run("copy", f"{one.host}/a:v1", str(place), "-o", "json")
    (told,) = ran.json[0]["targets"]
    assert (ran.code, told["state"], told["previousDigest"]) == (0, "moved", first.digest)
    ran = run("copy", f"{one.host}/a:v1", str(place), "-o", "json")
    assert (ran.json[0]["targets"][0]["state"], ran.json[0]["digest"]) == ("unchanged", second.digest)


def test_no_clobber_and_another_name_in_a_directory(run: Runner, fakes: Fakes, tmp_path: Path) -> None:
    one = fakes()
    manifest(one, "a", b"x", tag="v1")
    manifest(one, "a", b"y", tag="v2")
    for tag in ("v1", "v2", "v1"):
        assert run("copy", f"{one.host}/a:{tag}", str(tmp_path / "layout"), "--no-clobber").code == 0
    assert len(open_layout(tmp_path / "layout").entries) == 2


def _in_the_way(place: Path, what: str) -> Path:
    """A target that no layout can be written to."""
    place.mkdir()
    layout = place / "layout"
    match what:
        case "file above":
            layout.write_text("mine", "utf-8")
            return layout / "below"
        case "no layout":
            layout.mkdir()
            (layout / "mine").write_text("mine", "utf-8")
        case "garbage index":
            layout.mkdir()
            (layout / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}', "utf-8")
            (layout / "index.json").write_text("{garbage", "utf-8")
        case "dangling link":
            layout.symlink_to(place / "nothing" / "at all")
        case "blobs is a file":
            layout.mkdir()
            (layout / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}', "utf-8")
            (layout / "blobs").write_text("mine", "utf-8")
        case "foreign tar":
            layout = place / "layout.tar"
            layout.write_text("mine", "utf-8")
        case "directory as tar":
            layout = place / "layout.tar"
            layout.mkdir()
    return layout


@pytest.mark.parametrize(
    "what",
    [
        "file above",
        "no layout",
        "garbage index",
        "dangling link",
        "blobs is a file",
        "foreign tar",
        "directory as tar",
    ],
)
def test_places_are_looked_at_before_anything_is_sent(run: Runner, fakes: Fakes, tmp_path: Path, what: str) -> None:
    one, other = fakes(), fakes()
    image = manifest(one, "a", b"x", tag="v1")
    bad = _in_the_way(tmp_path / "bad", what)
    before = {path: path.is_file() and path.read_bytes() for path in (tmp_path / "bad").rglob("*")}
    targets = (f"{other.host}/b:v1", str(tmp_path / "good"), str(bad))
    ran = run("copy", f"{one.host}/a:v1", *targets, "-o", "json")
    assert ran.code == 1, ran
    assert [target["state"] for target in ran.json[0]["targets"]] == ["skipped", "skipped", "failed"]
    assert str(tmp_path / "bad") in ran.json[0]["error"]
    assert other.requests("PUT") == other.requests("POST") == [] and not (tmp_path / "good").exists()
    ran = run("copy", f"{one.host}/a:v1", *targets, "--keep-going", "-o", "json")
    assert [target["state"] for target in ran.json[0]["targets"]] == ["new", "new", "failed"]
    assert ran.code == 1 and other.tag("b", "v1") == image.digest
    assert before == {path: path.is_file() and path.read_bytes() for path in (tmp_path / "bad").rglob("*")}


@pytest.mark.parametrize("command", ["build", "publish", "copy"])
@pytest.mark.parametrize("place", [".", "nothing/meta.json", "file/meta.json"])
def test_a_metadata_file_that_cannot_be_written(
    run: Runner, fakes: Fakes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, place: str
) -> None:
    one, other = fakes(), fakes()
    manifest(one, "a", b"x", tag="v1")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("x", "utf-8")
    target = f"{{registry: {other.host}/b, tags: [v1]}}"
    artifact = f"{{type: artifact, files: [{{path: file, mediaType: text/plain}}], targets: [{target}]}}"
    (tmp_path / ".lazy").write_text(f"version: 1\nartifacts: [{artifact}]\n", "utf-8")
    assert run("copy", f"{one.host}/a:v1", "./layout").code == 0
    arguments = {
        "build": ["build"],
        "publish": ["publish", "./layout", "--to", f"{other.host}/b:v1"],
        "copy": ["copy", f"{one.host}/a:v1", f"{other.host}/b:v1"],
    }[command]
    ran = run(*arguments, "--metadata-file", place)
    assert ran.code == 2 and f"--metadata-file: {place} cannot be written: " in ran.err, ran
    assert other.requests() == []
    ran = run(*arguments, "--metadata-file", "meta.json")
    assert ran.code == 0 and other.tag("b", "v1") and (tmp_path / "meta.json").exists()


@pytest.mark.parametrize("target", ["./out", "./out/layout.tar"])
def test_a_metadata_file_beside_what_the_run_makes(
    run: Runner, fakes: Fakes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    one = fakes()
    manifest(one, "a", b"x", tag="v1")
    monkeypatch.chdir(tmp_path)
    assert run("copy", f"{one.host}/a:v1", target, "--metadata-file", "out/meta.json").code == 0
    assert (tmp_path / "out" / "meta.json").exists()
