"""Which engine builds: what the user chose and nothing else; only without a choice the first that can."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lazyoci.build import build
from lazyoci.config.model import Attestations
from lazyoci.errors import BuildError
from tests.unit.build.make import context, image
from tests.unit.build.stand_in import StandIn

DOWN = {"buildx version": "version", "buildx inspect": "inspect-default-down", "version": "version-docker-nodaemon"}
GONE = DOWN | {"buildx inspect": "inspect-unknown"}


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """A docker whose daemon is down, beside a buildah that works as far as it is asked."""
    made = StandIn(tmp_path / "bin", monkeypatch)
    buildah = made.directory / "buildah"
    buildah.write_text("#!/bin/sh\necho buildah is asked to build >&2\nexit 7\n", encoding="utf-8")
    buildah.chmod(0o755)
    return made


@pytest.fixture
def place(tmp_path: Path) -> Path:
    directory = tmp_path / "project"
    directory.mkdir()
    (directory / "Dockerfile").write_text("FROM scratch\n")
    return directory


def refused(place: Path, *, builder: str = "", engine: str = "auto") -> BuildError:
    with pytest.raises(BuildError) as caught:
        build(image(**({"builder": builder} if builder else {})), context(place, engine=engine))
    return caught.value


@pytest.mark.parametrize("name", ["DOCKER_HOST", "DOCKER_CONTEXT"])
def test_an_address_or_context_that_is_down(
    docker: StandIn, place: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    docker.plan(answers=DOWN)
    monkeypatch.setenv(name, "tcp://farm.lan:2375")
    error = refused(place)
    assert "buildx: failed to connect to the docker API at unix:///nonexistent/docker.sock" in error.message
    assert "(unknown)" not in error.message and "buildah" not in error.message
    assert error.hint == f"start or mend {name}=tcp://farm.lan:2375; or let another engine build: --engine buildah"


def test_the_current_context_is_a_choice(docker: StandIn, place: Path) -> None:
    docker.plan(answers=DOWN, say={"context": "farm\n"})
    assert refused(place).hint.startswith("start or mend docker context farm; ")


@pytest.mark.parametrize("shown", ["default\n", "", "Usage:\n  docker context\n"])
def test_the_default_context_is_none(docker: StandIn, place: Path, shown: str) -> None:
    docker.plan(answers=DOWN, say={"context": shown})
    error = refused(place)
    assert "buildah is asked to build" in error.message  # by `buildah --version`, and it does not work either
    assert "failed to connect to the docker API" in error.message
    assert error.hint == "start Docker, or install buildah or podman"


def test_the_builder_of_the_environment(docker: StandIn, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docker.plan(answers=GONE)
    monkeypatch.setenv("BUILDX_BUILDER", "nope")
    error = refused(place)
    assert error.message == 'image: no builder can make this image (buildx: no builder "nope" found)'
    assert error.hint == (
        "correct its name; docker buildx ls shows the builders there are; or let another engine build: --engine buildah"
    )
    assert "buildah is asked" in refused(place, engine="buildah").message  # what --engine names wins


def test_the_builder_of_the_file(docker: StandIn, place: Path) -> None:
    docker.plan(answers=GONE)
    error = refused(place, builder="nope")
    assert error.message == 'image: no builder can make this image (buildx: no builder "nope" found)'
    assert error.hint == "correct its name; docker buildx ls shows the builders there are"


def test_the_active_builder_is_a_choice(docker: StandIn, place: Path) -> None:
    told = "Name:   farm\nDriver: docker-container\nError:  Cannot connect to the Docker daemon at tcp://farm.lan:1\n"
    docker.plan(answers=DOWN | {"buildx inspect": 0}, say={"buildx inspect": told})
    error = refused(place)
    assert error.message == (
        "image: no builder can make this image (buildx: Cannot connect to the Docker daemon at tcp://farm.lan:1)"
    )
    assert error.hint == "start or mend the builder farm; or let another engine build: --engine buildah"


def test_a_chosen_docker_that_cannot_is_not_replaced(
    docker: StandIn, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {"buildx version": "version", "buildx inspect": "inspect-default", "buildx ls": "ls-json-server-down"}
    docker.plan(answers=answers)
    monkeypatch.setenv("DOCKER_HOST", "tcp://farm.lan:2375")
    with pytest.raises(BuildError) as caught:
        build(image(platforms=["linux/amd64", "linux/arm64"]), context(place))
    assert "docker: it builds for one platform at a time" in caught.value.message
    assert "buildah" not in caught.value.message
    assert caught.value.hint == (
        "create a builder that can: docker buildx create --use; or let another engine build: --engine buildah"
    )


HELP = "Options:\n  --build-arg list\n  --secret id=x\n  --ssh stringArray\n"


@pytest.mark.parametrize(
    ("engine", "fields", "reason"),
    [
        ("docker", {"attestations": Attestations("min")}, "it makes no attestations"),
        ("docker", {"contexts": {"a": "."}, "ssh": ["default"]}, "this version of it knows no contexts"),
        ("buildah", {"attestations": Attestations(sbom=True)}, "it makes no attestations"),
        ("buildah", {"contexts": {"a": "."}}, "this version of it knows no contexts"),
        ("podman", {"contexts": {"a": "oci-layout://."}}, "it takes no oci-layout as a context (a)"),
    ],
)
def test_what_an_engine_cannot_is_said_before_it_builds(
    docker: StandIn, place: Path, engine: str, fields: dict[str, Any], reason: str
) -> None:
    docker.plan(say={"build": HELP})
    for name in ("buildah", "podman"):
        (docker.directory / name).write_text(f"#!/bin/sh\necho '{HELP}'\n", encoding="utf-8")
        (docker.directory / name).chmod(0o755)
    with pytest.raises(BuildError) as caught:
        build(image(**fields), context(place, engine=engine))
    assert caught.value.message == f"image: no builder can make this image ({engine}: {reason})"
    assert not any(call["args"][:2] == ["build", "--force-rm"] for call in docker.calls)


def test_a_builder_without_docker(docker: StandIn, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (docker.directory / "docker").unlink()
    monkeypatch.setenv("DOCKER_HOST", "unix:///run/podman/podman.sock")  # for those who speak to Podman's socket
    assert "buildah is asked to build" in refused(place).message
    monkeypatch.setenv("BUILDX_BUILDER", "farm")
    error = refused(place)
    assert "buildx: docker is not installed" in error.message
    assert error.hint == "install Docker with buildx; or let another engine build: --engine buildah"
