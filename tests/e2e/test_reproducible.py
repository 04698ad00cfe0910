"""An image that is built again, from another clone of the same commit and without a cache, is the one that is there."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import containers
from tests.containers import libpod
from tests.e2e.cli import git, lazyoci, repository
from tests.registry.fake import FakeRegistry
from tests.servers import program

LAZY = """\
version: 1
artifacts:
  - type: image
    name: app
    buildArgs: {GREETING: hello}
    targets:
      - {registry: "{{ .Registry }}/team/app", tags: [v1]}
"""
# two stages, files and directories of the checkout, what a step makes, and a directory that COPY makes by itself
DOCKERFILE = """\
FROM scratch AS made
ARG GREETING
COPY busybox /bin/busybox
COPY data /opt/deep/data
RUN ["/bin/busybox", "sh", "-c", "echo $GREETING > /greeting && /bin/busybox mkdir /empty"]
FROM scratch
ARG SOURCE_DATE_EPOCH
COPY --from=made /bin/busybox /bin/busybox
COPY --from=made /opt /opt
COPY --from=made /greeting /etc/greeting
COPY data/a.txt /a.txt
RUN ["/bin/busybox", "sh", "-c", "echo at $SOURCE_DATE_EPOCH > /epoch"]
LABEL made=here
"""
COMMITTED = 1_700_000_000
pytestmark = pytest.mark.slow


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """A repository with one commit, long ago."""
    place = tmp_path / "origin"
    (place / "data" / "deep").mkdir(parents=True)
    (place / "data" / "a.txt").write_text("a\n")
    (place / "data" / "deep" / "b.txt").write_text("b\n")
    shutil.copy(program("busybox"), place / "busybox")
    (place / ".lazy").write_text(LAZY)
    (place / "Dockerfile").write_text(DOCKERFILE)
    repository(place)
    stamp = f"{COMMITTED} +0000"
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--amend", "--no-edit"],
        cwd=place,
        env={**os.environ, "GIT_COMMITTER_DATE": stamp, "GIT_AUTHOR_DATE": "1600000000 +0000"},
        check=True,
    )
    return place


@pytest.fixture
def registry() -> Iterator[FakeRegistry]:
    with FakeRegistry() as running:
        yield running


@pytest.fixture(scope="module")
def dockerd() -> Iterator[str]:
    with containers.dockerd() as address:
        yield address


def clone(origin: Path, name: str, age: int) -> Path:
    """Another clone, whose files are `age` seconds old."""
    place = origin.parent / name
    git(origin.parent, "clone", "--quiet", str(origin), str(place))
    for path in (*place.rglob("*"), place):
        if ".git" not in path.parts:
            os.utime(path, (COMMITTED + age, COMMITTED + age))
    return place


def build(place: Path, registry: FakeRegistry, *arguments: str, **environ: str) -> dict[str, Any]:
    ran = lazyoci("build", "--insecure", "-o", "json", *arguments, cwd=place, LAZYOCI_REGISTRY=registry.host, **environ)
    assert ran.code == 0, ran
    (result,) = json.loads(ran.out)
    (target,) = result["targets"]
    return {"digest": result["digest"], "state": target["state"]}


def look(registry: FakeRegistry, digest: str) -> None:
    """What the image says is the time of the commit, and so is every file in it."""
    stored = registry.distribution.content
    manifest = json.loads(registry.manifests("team/app")[digest])
    config = json.loads(stored[manifest["config"]["digest"]])
    moments = [config["created"], *(step["created"] for step in config["history"])]
    assert {moment[:19] for moment in moments} == {"2023-11-14T22:13:20"}
    seen: dict[str, bytes] = {}
    for layer in manifest["layers"]:
        with tarfile.open(fileobj=io.BytesIO(stored[layer["digest"]]), mode="r:gz") as archive:
            for entry in archive:
                assert entry.mtime <= COMMITTED, entry.name
                stream = archive.extractfile(entry) if entry.isreg() else None
                seen[entry.name] = stream.read() if stream is not None else b""
    assert seen["etc/greeting"] == b"hello\n"
    assert seen["epoch"] == f"at {COMMITTED}\n".encode()


def check(origin: Path, registry: FakeRegistry, engine: str, forget: Any, **environ: str) -> None:
    """Build from two clones; in between nothing of the first build is left that could serve as a cache.

    Python orders sets differently in each.
    """
    first = build(clone(origin, "one", 100_000), registry, "--engine", engine, **environ, PYTHONHASHSEED="1")
    assert first["state"] == "new"
    look(registry, first["digest"])
    forget()
    second = build(clone(origin, "two", 200_001), registry, "--engine", engine, **environ, PYTHONHASHSEED="2")
    assert second == {"digest": first["digest"], "state": "unchanged"}
    forget()
    again = ("--engine", engine, "--no-clobber")
    third = build(clone(origin, "three", 300_002), registry, *again, **environ, PYTHONHASHSEED="3")
    assert third == second
    forget()
    other = build(origin, registry, "--engine", engine, **environ, SOURCE_DATE_EPOCH="1650000000")
    assert other["state"] == "moved"


@pytest.mark.parametrize("engine", ["buildah", "podman"])
def test_libpod(engine: str, origin: Path, registry: FakeRegistry, tmp_path: Path) -> None:
    program(engine)
    check(origin, registry, engine, lambda: None, **libpod(tmp_path))


def test_docker(origin: Path, registry: FakeRegistry, dockerd: str) -> None:
    def forget() -> None:
        found = containers.ask_docker(dockerd, "images", "-aq").stdout.split()
        assert found == []

    check(origin, registry, "docker", forget, DOCKER_HOST=dockerd)
