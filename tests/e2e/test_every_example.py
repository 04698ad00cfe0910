"""Every example, built by real engines and pushed to the real docker-registry of each kind, comes back the same.

Skopeo and Podman, which are not ours, read it too.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import containers
from tests.certs import make
from tests.containers import ask_docker, libpod
from tests.e2e.cli import lazyoci, repository
from tests.e2e.test_publish import EXAMPLES, SECRET, docker_config
from tests.registry.token_server import TokenServer
from tests.servers import RealRegistry, docker_registry, program

REFERENCES = (
    "examples/settings:v1.2.3", "examples/settings:latest", "examples/hello:0.1.0", "examples/myapp:v1.2.3",
    "examples/shop:1.2.3", "examples/charts/shop:0.3.0", "examples/shop-api:v1.2.3", "examples/shop-api:1.2",
    "examples/web:v1.2.3",
)  # fmt: skip
pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Peer:
    """A registry, how we reach it, and what skopeo and podman must be told besides."""

    registry: RealRegistry
    environ: dict[str, str]
    options: tuple[str, ...] = ()
    credentials: str = ""


@pytest.fixture(scope="module")
def dockerd() -> Iterator[str]:
    """A dockerd that has the image of the docker example, as far as its name goes."""
    with containers.dockerd() as address:
        command = ["docker", "-H", address, "build", "--tag", "nginx:alpine", str(EXAMPLES / "image")]
        subprocess.run(command, capture_output=True, check=True)
        yield address


@pytest.fixture(params=["plain", "basic", "bearer", "tls"])
def peer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Peer]:
    place = tmp_path / "registry"
    with ExitStack() as stack:
        keys: dict[str, str] = {}
        if request.param == "plain":
            yield Peer(stack.enter_context(docker_registry(place)), keys)
        elif request.param == "tls":
            certificate = make(tmp_path, "tls", "127.0.0.1")
            running = stack.enter_context(docker_registry(place, tls=certificate))
            yield Peer(running, keys, ("--ca", str(certificate.cert)))
        elif request.param == "basic":
            running = stack.enter_context(docker_registry(place, basic=True))
            yield Peer(running, docker_config(tmp_path / "keys", running.host, "alice", SECRET), (), f"alice:{SECRET}")
        else:
            certificate = make(tmp_path, "tokens", use_rsa=True)
            tokens = stack.enter_context(TokenServer(certificate))
            running = stack.enter_context(docker_registry(place, token=(tokens.realm, certificate)))
            yield Peer(running, docker_config(tmp_path / "keys", running.host, "alice", SECRET), (), f"alice:{SECRET}")


def test_every_example(peer: Peer, dockerd: str, tmp_path: Path) -> None:
    program("buildah")
    project = tmp_path / "project"
    shutil.copytree(EXAMPLES, project)
    repository(project)
    (tmp_path / "store").mkdir()
    storage = libpod(tmp_path / "store")
    environ = {**storage, **peer.environ, "DOCKER_HOST": dockerd, "LAZYOCI_REGISTRY": peer.registry.host}
    targets = []
    # the docker that was chosen builds one platform at a time, so for the image of two another engine is named
    for files in (["artifact", "helm", "image", "docker"], ["multi", "--engine", "buildah"]):
        ran = lazyoci(
            "build", *files, "--tag", "v1.2.3", *peer.options, "-o", "json", cwd=project, **environ
        )  # fmt: skip
        assert ran.code == 0, [one.get("error") for one in json.loads(ran.out)]
        targets += [target for result in json.loads(ran.out) for target in result["targets"]]
    pushed = {target["reference"].partition("/")[2]: target["digest"] for target in targets}
    assert set(REFERENCES) <= set(pushed)
    assert ask_docker(dockerd, "images", "-q").stdout.count("\n") == 1, "what was built for the push is gone again"

    for name, digest in pushed.items():
        assert peer.registry.tag(*name.split(":")) == digest
        place = tmp_path / "pulled" / name.replace("/", "-").replace(":", "-")
        got = lazyoci(
            "pull", f"{peer.registry.host}/{name}", "--all-platforms", "-d", place, *peer.options, "-o", "json",
            cwd=tmp_path, **peer.environ,
        )  # fmt: skip
        assert got.code == 0, got
        (entry,) = json.loads((place / "index.json").read_text("utf-8"))["manifests"]
        assert entry["digest"] == digest
        read_by_skopeo(peer, name, tmp_path)
    for name in ("examples/myapp:v1.2.3", "examples/shop:1.2.3", "examples/web:v1.2.3"):
        read_by_podman(peer, name, storage)


def read_by_skopeo(peer: Peer, name: str, tmp_path: Path) -> None:
    """Copy all of it, which verifies every digest."""
    keys = ["--src-creds", peer.credentials] if peer.credentials else []
    target = tmp_path / "skopeo" / name.replace("/", "-").replace(":", "-")
    target.mkdir(parents=True)
    command = [program("skopeo"), "copy", "--all", "--quiet", "--insecure-policy", "--src-tls-verify=false", *keys]
    command += [f"docker://{peer.registry.host}/{name}", f"oci:{target}:x"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def read_by_podman(peer: Peer, name: str, storage: dict[str, str]) -> None:
    """Pull the image as a user of Podman does."""
    keys = ["--creds", peer.credentials] if peer.credentials else []
    command = [program("podman"), "pull", "--quiet", "--tls-verify=false", *keys, f"{peer.registry.host}/{name}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **storage})
    assert done.returncode == 0, done.stderr
