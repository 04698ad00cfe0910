"""Bundles whose parts are of another kind than they should be, and paths that are none: nothing is asked or lost."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lazyoci.layout.read import PLAN
from tests.registry.fake import FakeRegistry
from tests.unit.bundle.made import bundle, edit_index, image, part
from tests.unit.cli.running import Ran, Runner

Publish = Callable[..., Ran]


@pytest.fixture
def publish(run: Runner, fake: FakeRegistry) -> Publish:
    """`lazyoci publish … --allow HOST`, which must fail before any request."""

    def publish(*arguments: Path | str, code: int = 1) -> Ran:
        ran = run("publish", *map(str, arguments), "--allow", fake.host)
        assert ran.code == code, ran
        assert fake.requests() == []
        return ran

    return publish


@pytest.fixture
def made(tmp_path: Path, fake: FakeRegistry) -> Path:
    """A good bundle."""
    return bundle(tmp_path / "bundle", part(image("amd64", b"layer" * 1000), f"{fake.host}/api:v1"))


def test_paths_that_are_empty(made: Path, publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(made)  # an empty path would mean this directory
    assert "it is empty; name a path" in publish("", code=2).err
    assert "it is empty; name a path" in publish(made, "--metadata-file", "", code=2).err


def test_the_result_is_not_written_over_a_bundle(tmp_path: Path, publish: Publish, fake: FakeRegistry) -> None:
    place = bundle(tmp_path / "b.tar", part(image("amd64"), f"{fake.host}/api:v1"))
    before = place.read_bytes()
    (tmp_path / "link").symlink_to(place)
    for name in ("b.tar", "link"):
        assert "b.tar itself" in publish(place, "--metadata-file", tmp_path / name, code=2).err
    directory = bundle(tmp_path / "d", part(image("amd64"), f"{fake.host}/api:v1"))
    assert "is a file of" in publish(directory, "--metadata-file", directory / "lazyoci.json", code=2).err
    assert place.read_bytes() == before


@pytest.mark.parametrize("kind", ["link", "dangling", "directory", "pipe"])
def test_a_plan_that_is_no_file(made: Path, publish: Publish, run: Runner, kind: str) -> None:
    """It is not told as a layout without a plan, which `--to` would be the remedy for."""
    plan = made / PLAN
    plan.rename(made.parent / "plan")
    if kind == "directory":
        plan.mkdir()
    elif kind == "pipe":
        os.mkfifo(plan)
    else:
        plan.symlink_to(made.parent / ("plan" if kind == "link" else "nowhere"))
    assert f"{plan} is no regular file" in publish(made).err
    assert "is a bundle" in run("publish", str(made), "--to", "registry.example/api:v1").err


@pytest.mark.parametrize("change", ["blobs are a file", "blobs are missing", "the index is a pipe"])
def test_parts_that_are_no_files_have_a_remedy(made: Path, publish: Publish, change: str) -> None:
    if change == "the index is a pipe":
        (made / "index.json").unlink()
        os.mkfifo(made / "index.json")
    else:
        shutil.rmtree(made / "blobs")
    if change == "blobs are a file":
        (made / "blobs").write_text("x", "utf-8")
    ran = publish(made)
    assert "build the bundle again" in ran.err and "is absent" not in ran.err


def test_an_entry_twice(made: Path, publish: Publish) -> None:
    edit_index(made, json.loads((made / "index.json").read_text("utf-8"))["manifests"])
    assert "its index lists an entry twice" in publish(made).err


@pytest.mark.parametrize(("head", "command"), [(b"BZh91AY", "bunzip2"), (b"PK\x03\x04rest", "unzip")])
def test_what_is_compressed(tmp_path: Path, publish: Publish, head: bytes, command: str) -> None:
    (tmp_path / "b.zip").write_bytes(head)
    assert f"uncompress it first: {command} " in publish(tmp_path / "b.zip").err
