"""`lazyoci pull --docker` with the real thing: a dockerd of the test's own, and podman where none answers."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from lazyoci.oci import platform
from tests import containers
from tests.containers import ask_docker, libpod
from tests.e2e.cli import lazyoci
from tests.e2e.test_pull import push_archive
from tests.schemas import conforms
from tests.servers import RealRegistry, docker_registry, program


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealRegistry]:
    with docker_registry(tmp_path_factory.mktemp("registry")) as running:
        yield running


@pytest.fixture(scope="module")
def dockerd() -> Iterator[str]:
    with containers.dockerd() as address:
        yield address


def config_of(registry: RealRegistry, digest: str) -> str:
    """The digest of the configuration of the image with this digest, which is what engines know it by."""
    found: str = json.loads(registry.blob(digest))["config"]["digest"]
    return found


# what a builder wrote, and the platform to ask for: "" where this machine's is taken unasked
ARCHIVES = {
    "one": ("buildx/single-tag.tar", ""),
    "several": ("buildx/multi.tar", ""),
    "another": ("buildx/multi.tar", "linux/arm64"),
    "attested": ("buildx/multi-inline-attest-max.tar", ""),
}


@pytest.mark.parametrize("case", ARCHIVES)
def test_docker(case: str, registry: RealRegistry, dockerd: str, tmp_path: Path) -> None:
    archive, wanted = ARCHIVES[case]
    reference = push_archive(registry, archive, f"team/{case}")
    options = ("--platform", wanted) if wanted else ()
    ran = lazyoci("pull", reference, "--docker", *options, "-o", "json", cwd=tmp_path, DOCKER_HOST=dockerd)
    assert ran.code == 0, ran
    result = conforms(json.loads(ran.out), "pull")
    assert (result["loadedToDocker"], result["loadedTo"]) == (True, "docker")
    try:
        (shown,) = json.loads(ask_docker(dockerd, "image", "inspect", reference).stdout)
    finally:
        ask_docker(dockerd, "image", "rm", reference)
    assert shown["Id"] == config_of(registry, result["digest"])
    assert shown["RepoTags"] == [reference]
    assert shown["Architecture"] == (platform.parse(wanted) if wanted else platform.host()).architecture


def test_there_and_back(registry: RealRegistry, dockerd: str, tmp_path: Path) -> None:
    """What docker was given is what the docker type pushes: the same layers, the same configuration."""
    reference = push_archive(registry, "buildx/single-tag.tar", "back/from")
    ran = lazyoci("pull", reference, "--docker", "-o", "json", cwd=tmp_path, DOCKER_HOST=dockerd)
    assert ran.code == 0, ran
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / ".lazy").write_text(
        f"version: 1\nartifacts:\n  - type: docker\n    name: back\n    image: {reference}\n"
        f"    targets: [{{registry: {registry.host}/back/to, tags: [v1]}}]\n"
    )
    try:
        built = lazyoci("build", "p", "-o", "json", cwd=tmp_path, DOCKER_HOST=dockerd)
    finally:
        ask_docker(dockerd, "image", "rm", reference)
    assert built.code == 0, built
    assert config_of(registry, registry.tag("back/to", "v1")) == config_of(registry, registry.tag("back/from", "v1"))


def test_podman_where_no_docker_answers(registry: RealRegistry, tmp_path: Path) -> None:
    podman = program("podman")
    reference = push_archive(registry, "buildx/multi.tar", "podman/multi")
    environ = {**libpod(tmp_path), "DOCKER_HOST": f"unix://{tmp_path}/nobody.sock"}
    ran = lazyoci("pull", reference, "--docker", "-o", "json", cwd=tmp_path, **environ)
    assert ran.code == 0, ran
    result = conforms(json.loads(ran.out), "pull")
    assert (result["loadedToDocker"], result["loadedTo"]) == (True, "podman")
    command = [podman, "image", "inspect", "--format", "{{.Id}}", reference]
    shown = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environ}, check=True)
    assert f"sha256:{shown.stdout.strip()}" == config_of(registry, result["digest"])
