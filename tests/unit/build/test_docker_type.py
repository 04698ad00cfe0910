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
    daemon.plan(archive="save-docker29-containerd/multi.tar")
    built = build(docker("x"), context(place, platforms=("linux/amd64",)))
    assert built.platforms == (platform.parse("linux/amd64"),)
    assert build(docker("x", "linux/amd64"), context(place)).root == built.root
    arm = build(docker("x", "linux/amd64"), context(place, platforms=("linux/arm64",)))
    assert arm.platforms == (platform.parse("linux/arm64"),)  # the command line wins


@pytest.mark.parametrize(
    ("archive", "digest"),
    [
        ("pulled-multi", "sha256:bb09c5c5f2ff8e6880dabec653d0bcea9677e538f11f75b3b3fb7f5f3a3b0407"),
        ("pulled-by-digest", "sha256:bb09c5c5f2ff8e6880dabec653d0bcea9677e538f11f75b3b3fb7f5f3a3b0407"),
        ("cli29-multi-one-missing", "sha256:1f1f420668214188d01617be0ec6124034956cdf3d05c84a8ba026feab6f9fa6"),
    ],
)
def test_of_several_platforms_the_one_that_is_there(daemon: StandIn, place: Path, archive: str, digest: str) -> None:
    """As `docker push` does: its manifest alone, under the digest that its registry knows; and it is said."""
    daemon.plan(archive=f"save-docker29-containerd/{archive}.tar")
    said: list[str] = []
    built = build(docker("x"), context(place, on_output=said.append))
    assert built.root.digest == digest
    assert built.platforms == (platform.parse("linux/amd64"),)
    assert said[-1] == (
        "note: the image is for linux/amd64, linux/arm64, of which this machine has only linux/amd64: that is published"
    )
    with pytest.raises(LayoutError, match="linux/arm64 was asked for; the index lists it, but does not hold it"):
        build(docker("x", "linux/arm64"), context(place))


def test_all_platforms_where_all_are_there(daemon: StandIn, place: Path) -> None:
    daemon.plan(archive="save-docker29-containerd/pulled-multi-then-arm64.tar")
    said: list[str] = []
    built = build(docker("x"), context(place, on_output=said.append))
    assert built.root.digest == "sha256:5c23a0c43d98fbdc4e9241f28d3d1317762bd7f9d28c3743f0eecd553e5494aa"
    assert not any("note" in line for line in said)


NAMES = {
    "dupe": "dupe:latest",
    "team/dupe": "team/dupe:latest",
    "localhost:5000/dupe": "localhost:5000/dupe:latest",
    "dupe:1": "dupe:1",
    "localhost:5000/dupe:1": "localhost:5000/dupe:1",
    f"dupe@sha256:{'0' * 64}": f"dupe@sha256:{'0' * 64}",
    f"sha256:{'0' * 64}": f"sha256:{'0' * 64}",
}


@pytest.mark.parametrize("written", NAMES)
def test_a_name_without_a_tag_is_that_of_latest(daemon: StandIn, place: Path, written: str) -> None:
    """`docker save NAME` would save every tag of it."""
    daemon.plan(archive="save-docker20/two-layers.tar")
    build(docker(written), context(place))
    assert daemon.args("save")[-1] == NAMES[written]
    assert daemon.args("image", "inspect")[-1] == NAMES[written]


def test_an_id_is_a_name_first(daemon: StandIn, place: Path) -> None:
    daemon.plan(archive="save-docker20/by-id.tar", absent=["deadbeef:latest"])
    build(docker("deadbeef"), context(place))
    assert daemon.args("save")[-1] == "deadbeef"


def test_other_tags_are_named(daemon: StandIn, place: Path) -> None:
    daemon.plan(absent=["dupe:latest"], say={"image ls": "dupe:1\ndupe:2\ndupe:<none>\n"})
    with pytest.raises(BuildError, match="no image dupe:latest on this machine") as caught:
        build(docker("dupe"), context(place))
    assert caught.value.hint == "write its tag; docker has dupe:1, dupe:2"


def test_annotated(daemon: StandIn, place: Path) -> None:
    daemon.plan(archive="save-docker20/two-layers.tar")
    built = build(docker("x"), context(place, annotations={"a": "b"}))
    assert manifest_of(built)["annotations"] == {"a": "b"}


def test_an_image_that_is_not_there(daemon: StandIn, place: Path) -> None:
    daemon.plan(answers={"image inspect": 1}, say={"image inspect": "Error: No such image: nginx\n"})
    with pytest.raises(BuildError) as caught:
        build(docker("nginx"), context(place))
    assert caught.value.message == (
        "docker: no image nginx:latest on this machine (docker: Error: No such image: nginx; podman: not installed)"
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
    assert caught.value.message == f"docker: no image nginx:latest on this machine (docker: {down})"
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
