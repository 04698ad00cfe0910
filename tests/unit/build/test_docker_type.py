"""The docker type: the daemon that has the image saves it, and its layers stay as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from lazyoci.build import build
from lazyoci.errors import BuildError, LayoutError
from lazyoci.oci import platform
from tests.unit.build.make import context, docker, manifest_of
from tests.unit.build.stand_in import StandIn


@pytest.fixture
def daemon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    return StandIn(tmp_path / "bin", monkeypatch)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


def test_the_image_as_the_daemon_has_it(daemon: StandIn, place: Path) -> None:
    daemon.plan(archive="save-docker29-containerd/multi.tar")
    here = context(place)
    built = build(docker("fx.example/multi:1"), here)
    assert built.root.digest.startswith("sha256:349f0385")
    assert daemon.args("save") == ["save", "--output", str(here.scratch / "save.tar"), "fx.example/multi:1"]


def test_narrowed_to_a_platform(daemon: StandIn, place: Path) -> None:
    daemon.plan(archive="save-docker29-containerd/pulled-multi.tar")
    with pytest.raises(LayoutError, match="manifests that are not there: linux/arm64"):
        build(docker("x"), context(place))
    built = build(docker("x"), context(place, platforms=("linux/amd64",)))
    assert built.platforms == (platform.parse("linux/amd64"),)


def test_annotated(daemon: StandIn, place: Path) -> None:
    daemon.plan(archive="save-docker20/two-layers.tar")
    built = build(docker("x"), context(place, annotations={"a": "b"}))
    assert manifest_of(built)["annotations"] == {"a": "b"}


def test_an_image_that_is_not_there(daemon: StandIn, place: Path) -> None:
    daemon.plan(answers={"image inspect": 1}, say={"image inspect": "Error: No such image: nginx\n"})
    with pytest.raises(BuildError) as caught:
        build(docker("nginx"), context(place))
    assert caught.value.message == (
        "docker: no image nginx on this machine (docker: Error: No such image: nginx; podman: not installed)"
    )
    assert caught.value.hint == "fetch it first: docker pull nginx"


def test_the_image_of_another_program_is_not_taken_for_that_of_a_docker_that_is_down(
    daemon: StandIn, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    podman = daemon.directory / "podman"
    podman.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    podman.chmod(0o755)
    down = "Cannot connect to the Docker daemon at tcp://farm.lan:2375. Is the docker daemon running?"
    daemon.plan(answers={"image inspect": 1}, say={"image inspect": down})
    monkeypatch.setenv("DOCKER_HOST", "tcp://farm.lan:2375")
    with pytest.raises(BuildError) as caught:
        build(docker("nginx"), context(place))
    assert caught.value.message == f"docker: no image nginx on this machine (docker: {down})"
    assert caught.value.hint == (
        "start or mend DOCKER_HOST=tcp://farm.lan:2375; or take Podman's image: --engine podman"
    )


def test_neither_docker_nor_podman(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BuildError) as caught:
        build(docker("nginx"), context(place))
    assert caught.value.hint == "install Docker or Podman"


@pytest.mark.parametrize("name", ["", "--all"])
def test_what_is_no_image(daemon: StandIn, place: Path, name: str) -> None:
    with pytest.raises(BuildError, match="is not an image"):
        build(docker(name), context(place))
    assert daemon.calls == []
