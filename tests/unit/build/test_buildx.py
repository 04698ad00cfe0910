"""The image type by buildx: its command line, the choice of a builder, and what comes of recorded builds."""

from __future__ import annotations

import csv
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lazyoci.build import Context, build
from lazyoci.build.process import ToolError
from lazyoci.config.model import Attestations
from lazyoci.errors import BuildError, Interrupted
from lazyoci.oci import platform
from tests.unit.build.make import context, image, manifest_of
from tests.unit.build.stand_in import StandIn

REMOTE = {"buildx version": "version", "buildx inspect": "inspect", "buildx build": "ok-plain"}
AMD64, ARM64 = platform.parse("linux/amd64"), platform.parse("linux/arm64")


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    return StandIn(tmp_path / "bin", monkeypatch)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    directory = tmp_path / "project"
    directory.mkdir()
    (directory / "Dockerfile").write_text("FROM scratch\n")
    return directory


@pytest.fixture
def here(place: Path) -> Callable[..., Context]:
    return lambda **fields: context(place, **fields)


Here = Callable[..., Context]


def test_one_platform(docker: StandIn, here: Here) -> None:
    docker.plan(answers=REMOTE, archive="buildx/single-dir")
    lines: list[str] = []
    built = build(image(), here(on_output=lines.append))
    assert built.root.digest.startswith("sha256:6fcfda09")
    assert built.platforms == (AMD64,)
    assert lines[0] == "building with buildx (builder t, driver remote)"
    assert "#8 exporting to oci image format" in lines
    scratch = here().scratch
    assert docker.args("buildx", "build") == [
        *["buildx", "build", "--builder", "t", "--progress=plain", "--file", "Dockerfile"],
        *["--output", f"type=oci,dest={scratch / 'oci'},tar=false", "--metadata-file", str(scratch / "metadata.json")],
        ".",
    ]


def test_several_platforms_with_attestations(docker: StandIn, here: Here) -> None:
    docker.plan(answers=REMOTE | {"buildx build": "ok-multi-plain"}, archive="buildx/multi-dir")
    built = build(image(platforms=["linux/amd64", "linux/arm64/v8", "linux/arm64"]), here())
    assert built.root.digest.startswith("sha256:991877ff")
    assert built.platforms == (AMD64, ARM64)
    assert len(manifest_of(built)["manifests"]) == 4
    args = docker.args("buildx", "build")
    assert args[args.index("--platform") + 1] == "linux/amd64,linux/arm64"


def test_all_that_can_be_asked_for(docker: StandIn, here: Here, place: Path) -> None:
    (place / "services").mkdir()
    (place / "services" / "Dockerfile.api").write_text("FROM scratch\n")
    docker.plan(
        answers=REMOTE,
        archive="buildx/single-dir",
        environ=["VERSION", "SOURCE_DATE_EPOCH", "BUILDX_NO_DEFAULT_ATTESTATIONS"],
    )
    artifact = image(
        dockerfile="services/Dockerfile.api",
        context="services",
        target="prod",
        build_args={"VERSION": "1.0", "HTTP_PROXY": "http://proxy", "odd-name": "x"},
        labels={"a": "b"},
        secrets=["id=npm,src=.npmrc"],
        cache_from=["type=gha"],
        cache_to=["type=gha,mode=max"],
    )
    build(artifact, here(epoch=7))
    args = docker.args("buildx", "build")
    assert args[5:-5] == [
        *["--file", "services/Dockerfile.api", "--target", "prod"],
        *["--build-arg", "VERSION", "--build-arg", "HTTP_PROXY=http://proxy", "--build-arg", "odd-name=x"],
        *["--label", "a=b", "--secret", "id=npm,src=.npmrc", "--cache-from", "type=gha"],
        *["--cache-to", "type=gha,mode=max"],
    ]
    assert args[-1] == "services"
    assert args[args.index("--output") + 1].endswith(",tar=false,rewrite-timestamp=true")
    call = docker.calls[-1]
    assert call["environ"] == {"VERSION": "1.0", "SOURCE_DATE_EPOCH": "7", "BUILDX_NO_DEFAULT_ATTESTATIONS": "1"}
    assert Path(call["cwd"]).resolve() == place.resolve()


def test_attestations_contexts_and_ssh(docker: StandIn, here: Here, place: Path) -> None:
    (place / "shared").mkdir()
    docker.plan(answers=REMOTE, archive="buildx/single-provmax.tar")
    artifact = image(
        attestations=Attestations("max", True),
        contexts={"shared": "shared", "base": "docker-image://alpine:3.20"},
        ssh=["default", "deploy=keys/deploy"],
    )
    built = build(artifact, here())
    args = docker.args("buildx", "build")
    assert args[5:-5] == [
        *["--file", "Dockerfile", "--build-context", "shared=shared"],
        *["--build-context", "base=docker-image://alpine:3.20", "--ssh", "default", "--ssh", "deploy=keys/deploy"],
        *["--provenance=mode=max", "--sbom=true"],
    ]
    kinds = [child.get("annotations", {}) for child in manifest_of(built)["manifests"]]
    assert [kind.get("vnd.docker.reference.type") for kind in kinds] == [None, "attestation-manifest"]


@pytest.mark.parametrize("value", ["nowhere", "Dockerfile", ""])
def test_a_named_context_that_is_no_directory(docker: StandIn, here: Here, value: str) -> None:
    with pytest.raises(BuildError, match="image: the context base: ") as caught:
        build(image(contexts={"base": value}), here())
    assert caught.value.hint == "correct contexts.base"
    assert docker.calls == []


def test_a_scratch_directory_with_a_comma(
    docker: StandIn, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docker.plan(answers=REMOTE | {"buildx build": 1})
    scratch = tmp_path / 'a,"b'
    scratch.mkdir()
    with pytest.raises(ToolError):
        build(image(), Context(directory=place, scratch=scratch))
    args = docker.args("buildx", "build")
    (fields,) = csv.reader([args[args.index("--output") + 1]])
    assert fields == ["type=oci", f"dest={scratch / 'oci'}", "tar=false"]


def test_the_command_line_overrides(docker: StandIn, here: Here) -> None:
    docker.plan(answers=REMOTE, archive="buildx/single-dir")
    artifact = image(platforms=["linux/arm64"], builder="mine")
    build(artifact, here(platforms=("linux/amd64",), builder="theirs"))
    assert docker.args("buildx", "inspect") == ["buildx", "inspect", "theirs"]
    args = docker.args("buildx", "build")
    assert args[args.index("--platform") + 1] == "linux/amd64"


def test_annotations_go_on_the_root_and_leave_the_images_alone(docker: StandIn, here: Here) -> None:
    docker.plan(answers=REMOTE, archive="buildx/multi-dir")
    plain = build(image(), here())
    (here().scratch / "oci").rename(here().scratch / "first")
    built = build(image(), here(annotations={"org.opencontainers.image.source": "https://x.test"}))
    assert manifest_of(built)["annotations"] == {"org.opencontainers.image.source": "https://x.test"}
    assert manifest_of(built)["manifests"] == manifest_of(plain)["manifests"]
    assert built.root.digest != plain.root.digest
    assert built.size - plain.size == built.root.size - plain.root.size


def test_a_docker_driver_gives_way_to_another_builder(docker: StandIn, here: Here) -> None:
    answers = REMOTE | {"buildx inspect": "inspect-default", "buildx ls": "ls-json"}
    docker.plan(answers=answers, archive="buildx/single-dir")
    build(image(), here())
    assert docker.args("buildx", "build")[2:4] == ["--builder", "t"]


def test_the_docker_driver_of_the_containerd_store_can(docker: StandIn, here: Here) -> None:
    docker.plan(answers=REMOTE | {"buildx inspect": "inspect-containerd"}, archive="buildx/single-dir")
    build(image(), here())
    assert docker.args("buildx", "build")[2:4] == ["--builder", "default"]


def test_without_a_builder_docker_builds_one_platform(docker: StandIn, here: Here) -> None:
    answers = {"buildx version": "version", "buildx inspect": "inspect-default", "buildx ls": "ls-json-server-down"}
    docker.plan(answers=answers, archive="save-docker29-graphdriver/two-layers.tar")
    lines: list[str] = []
    built = build(image(build_args={"A": "1"}), here(on_output=lines.append))
    assert lines[0] == "building with docker build"
    name = docker.args("build")[3]
    flags = ["--force-rm", "--tag", name, "--file", "Dockerfile", "--build-arg", "A"]
    assert docker.args("build") == ["build", *flags, "."]
    assert docker.args("save")[-1] == name
    assert docker.args("image", "rm") == ["image", "rm", "--no-prune", name]
    kinds = {layer["mediaType"] for layer in manifest_of(built)["layers"]}
    assert kinds == {"application/vnd.oci.image.layer.v1.tar+gzip"}  # a fresh build has no digest to keep


def test_and_for_several_says_what_to_do(docker: StandIn, here: Here) -> None:
    answers = {"buildx version": "version", "buildx inspect": "inspect-default", "buildx ls": "ls-json-server-down"}
    docker.plan(answers=answers)
    with pytest.raises(BuildError) as caught:
        build(image(platforms=["linux/amd64", "linux/arm64"]), here())
    assert "builder default has the driver docker, which cannot export OCI layouts" in caught.value.message
    assert "docker: it builds for one platform at a time" in caught.value.message
    assert "buildah: not installed" in caught.value.message
    assert "docker buildx create --use" in caught.value.hint


def test_an_unknown_builder(docker: StandIn, here: Here) -> None:
    docker.plan(answers={"buildx version": "version", "buildx inspect": "inspect-unknown"})
    with pytest.raises(BuildError, match='no builder "nope" found'):
        build(image(builder="nope"), here())


def test_nothing_installed(here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BuildError) as caught:
        build(image(), here())
    assert caught.value.hint == "install Docker with buildx, or buildah, or podman"
    with pytest.raises(BuildError, match=r"\(podman: not installed\)"):
        build(image(), here(engine="podman"))


def test_the_only_engine_asked_for_cannot(docker: StandIn, here: Here) -> None:
    docker.plan(answers={"version": "version-docker-nodaemon"})
    with pytest.raises(BuildError, match="Cannot connect to the Docker daemon") as caught:
        build(image(), here(engine="docker"))
    assert caught.value.hint == "start Docker, or let --engine auto choose"


def test_a_failing_build_keeps_its_output(docker: StandIn, here: Here) -> None:
    docker.plan(answers=REMOTE | {"buildx build": "fail-run-plain"})
    with pytest.raises(ToolError) as caught:
        build(image(), here())
    assert caught.value.message == (
        "image: docker buildx build failed: failed to build: failed to solve: process "
        '"/bin/busybox sh -c echo to-stdout; echo to-stderr >&2; exit 3" did not complete successfully: exit code: 3'
    )
    assert "#5 0.063 to-stderr" in caught.value.output


# what a real buildx printed, and what is told of it
FAILURES = {
    "fail-copy-plain": '"/does-not-exist.txt": not found',
    "fail-syntax-plain": "dockerfile parse error on line 2: unknown instruction: COPPY (did you mean COPY?)",
    "fail-nocontext": 'unable to prepare context: path "./nope" not found',
    "fail-nodockerfile": "failed to read dockerfile: open Dockerfile: no such file or directory",
    "fail-option": "unknown flag: --no-such-flag",
    "fail-pull": "failed to resolve source metadata for 127.0.0.1:9/none:1",
    "fail-arch-run": 'process "/arm" did not complete successfully: exit code: 1',
    "fail-compression": "unsupported compression type lzma",
    "fail-builder-unknown": 'no builder "nope" found',
    "fail-server-dies-plain": "failed to receive status: rpc error: code = Unavailable",
    "dockerdriver-attest": "Attestation is not supported for the docker driver.",
}


@pytest.mark.parametrize("recorded", FAILURES)
def test_the_reason_of_a_failing_build(docker: StandIn, here: Here, recorded: str) -> None:
    docker.plan(answers=REMOTE | {"buildx build": recorded})
    with pytest.raises(ToolError) as caught:
        build(image(), here())
    assert caught.value.message.startswith("image: docker buildx build failed: ")
    assert FAILURES[recorded] in caught.value.message
    assert "\n" not in caught.value.message and caught.value.output


def test_a_builder_that_is_down(docker: StandIn, here: Here) -> None:
    docker.plan(answers=REMOTE | {"buildx build": "fail-server-down-plain"})
    with pytest.raises(ToolError, match="context deadline exceeded"):
        build(image(), here())


def test_a_digest_that_is_not_that_of_the_layout(docker: StandIn, here: Here) -> None:
    docker.plan(answers=REMOTE, archive="buildx/single-dir", digest="sha256:" + "0" * 64)
    with pytest.raises(BuildError, match="its layout holds sha256:6fcfda09"):
        build(image(), here())


def test_a_platform_that_was_not_built(docker: StandIn, here: Here) -> None:
    docker.plan(answers=REMOTE, archive="buildx/single-dir")
    with pytest.raises(Exception, match="asked for linux/arm64; the image is for linux/amd64"):
        build(image(platforms=["linux/arm64"]), here())


def test_secrets_are_in_no_line_and_no_command(docker: StandIn, here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_TOKEN", "from-the-environment")
    told = "using hunter2-hunter2 and from-the-environment\n\x1b[31mred\x1b[0m\n"
    docker.plan(answers=REMOTE, archive="buildx/single-dir", say={"buildx build": told})
    lines: list[str] = []
    artifact = image(build_args={"NPM_TOKEN": "hunter2-hunter2"}, secrets=["id=x,env=MY_TOKEN"])
    build(artifact, here(on_output=lines.append))
    assert "using *** and ***" in lines
    assert "red" in lines
    recorded: list[dict[str, Any]] = docker.calls
    assert "hunter2" not in json.dumps([call["args"] for call in recorded])


def test_an_interrupted_build_stops_the_builder(docker: StandIn, here: Here) -> None:
    docker.plan(answers=REMOTE, hang=["buildx build"])
    cancelled = threading.Event()

    def listen(line: str) -> None:
        if line == "hanging":
            cancelled.set()

    with pytest.raises(Interrupted):
        build(image(), here(on_output=listen, cancelled=cancelled))
    with pytest.raises(ProcessLookupError):
        os.kill(docker.calls[-1]["pid"], 0)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"dockerfile": "Nowhere"}, "there is no Dockerfile at"),
        ({"context": "nowhere"}, "is not a directory"),
        ({"context": "-"}, "is not a directory"),
        ({"platforms": ["amd64"]}, "'amd64' is not a platform"),
    ],
)
def test_what_is_missing(docker: StandIn, here: Here, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(BuildError, match=message) as caught:
        build(image(**fields), here())
    assert caught.value.message.startswith("image: ")
    assert docker.calls == []


def test_a_remote_context_is_left_to_the_builder(docker: StandIn, here: Here) -> None:
    docker.plan(answers=REMOTE, archive="buildx/single-dir")
    build(image(context="https://example.test/repo.git", dockerfile="sub/Dockerfile"), here())
    assert docker.args("buildx", "build")[-1] == "https://example.test/repo.git"
