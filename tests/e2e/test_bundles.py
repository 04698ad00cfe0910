"""Two builders, two bundles, one index in a real registry, read back by podman and skopeo."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.containers import libpod
from tests.e2e.cli import Ran, lazyoci, repository
from tests.servers import RealRegistry, docker_registry, program

LAZY = """\
version: 1
artifacts:
  - type: image
    name: api
    platforms: [linux/arm64, linux/amd64]
    annotations: {org.opencontainers.image.vendor: Acme}
    targets: [{registry: "{{ .Registry }}/api", tags: ["{{ .VersionFull }}"]}]
"""


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[RealRegistry]:
    with docker_registry(tmp_path / "registry") as running:
        yield running


def test_two_builds_become_one_index(tmp_path: Path, registry: RealRegistry) -> None:
    for name in ("buildah", "podman", "skopeo"):
        program(name)
    project = tmp_path / "project"
    project.mkdir()
    (project / ".lazy").write_text(LAZY, "utf-8")
    (project / "Dockerfile").write_text("FROM scratch\nARG TARGETARCH\nCOPY hello.txt /hello-$TARGETARCH\n", "utf-8")
    (project / "hello.txt").write_text("hello\n", "utf-8")
    repository(project)
    environ = {**libpod(tmp_path), "LAZYOCI_REGISTRY": registry.host.replace("127.0.0.1", "localhost")}

    def run(*arguments: str) -> Ran:
        return lazyoci(*arguments, cwd=project, **environ)

    shards = {}
    for architecture in ("amd64", "arm64"):
        place = str(tmp_path / f"{architecture}.tar")
        options = ("--tag", "v1.0.0", "--engine", "buildah", "--platform", f"linux/{architecture}", "-o", "json")
        ran = run("build", *options, "--bundle", place)
        assert ran.code == 0, ran
        shards[architecture] = (place, json.loads(ran.out)[0]["digest"])
    assert registry.requests() == []

    places = [place for place, _ in shards.values()]
    alone = run("publish", places[0], "--file", ".lazy", "--tag", "v1.0.0")
    assert alone.code == 1 and "api lacks linux/arm64" in alone.out
    assert registry.requests() == []
    ran = run("publish", *places, "--file", ".lazy", "--tag", "v1.0.0", "-o", "json")
    assert ran.code == 0, ran
    digest = json.loads(ran.out)[0]["digest"]

    reference = f"{environ['LAZYOCI_REGISTRY']}/api:1.0.0"
    raw = subprocess.run(
        ["skopeo", "inspect", "--raw", "--tls-verify=false", f"docker://{reference}"], capture_output=True, check=True
    ).stdout
    index = json.loads(raw)
    assert [(one["platform"]["architecture"], one["digest"]) for one in index["manifests"]] == [
        ("arm64", shards["arm64"][1]),
        ("amd64", shards["amd64"][1]),
    ]
    assert index["annotations"] == {"org.opencontainers.image.vendor": "Acme"}
    for architecture in shards:
        pull = ["podman", "pull", "--quiet", "--tls-verify=false", "--arch", architecture, reference]
        done = subprocess.run(pull, capture_output=True, text=True, env={**os.environ, **environ})
        assert done.returncode == 0, done.stderr
        inspect = ["podman", "image", "inspect", "--format", "{{.Architecture}}", done.stdout.strip()]
        told = subprocess.run(inspect, capture_output=True, text=True, env={**os.environ, **environ}, check=True)
        assert told.stdout.strip() == architecture

    whole = run("build", "--tag", "v1.0.0", "--engine", "buildah", "--no-push", "-o", "json")
    assert json.loads(whole.out)[0]["digest"] == digest  # as if one machine had built both
