"""`lazyoci pull` from the real docker-registry: what the examples push comes back byte for byte."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import warm
from tests.certs import make
from tests.e2e.cli import Ran, lazyoci
from tests.schemas import conforms
from tests.servers import RealRegistry, docker_registry, program

ROOT = Path(__file__).parents[2]
ARCHIVES = ROOT / "tests/vectors/containers"


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[RealRegistry]:
    with docker_registry(tmp_path / "registry") as running:
        yield running


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The examples, away from this repository's own git."""
    shutil.copytree(ROOT / "examples", tmp_path / "project")
    return tmp_path / "project"


def push(project: Path, registry: RealRegistry, example: str) -> None:
    ran = lazyoci("build", example, "--tag", "v1.0.0", cwd=project, LAZYOCI_REGISTRY=registry.host)
    assert ran.code == 0, ran


def skopeo(*arguments: str | Path) -> str:
    done = subprocess.run([program("skopeo"), *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def push_archive(registry: RealRegistry, archive: str, repository: str) -> str:
    """Push an image that a builder made, with all its platforms; its reference."""
    reference = f"{registry.host}/{repository}:v1"
    skopeo(
        "copy", "--all", "--quiet", "--insecure-policy", "--dest-tls-verify=false",
        f"oci-archive:{ARCHIVES / archive}", f"docker://{reference}",
    )  # fmt: skip
    return reference


def pull(cwd: Path, *arguments: str | Path, **environ: str) -> Ran:
    return lazyoci("pull", *arguments, cwd=cwd, **environ)


def test_an_artifact_comes_back_as_files(project: Path, registry: RealRegistry, tmp_path: Path) -> None:
    push(project, registry, "artifact")
    reference = f"{registry.host}/examples/settings:v1.0.0"
    ran = pull(tmp_path, reference, "--files", "out", "-o", "json")
    assert (ran.code, ran.err) == (0, "")
    result = conforms(json.loads(ran.out), "pull")
    assert (result["artifactType"], result["typeDetail"]) == ("artifact", "application/vnd.example.settings.v1")
    assert result["digest"] == registry.tag("examples/settings", "v1.0.0")
    manifest = json.loads(registry.blob(result["digest"]))
    parts = [manifest["config"], *manifest["layers"]]
    assert result["size"] == len(registry.blob(result["digest"])) + sum(part["size"] for part in parts)
    for name in ("settings.json", "motd.txt"):
        assert (tmp_path / "out" / name).read_bytes() == (project / "artifact" / name).read_bytes()


def test_a_chart_comes_back_as_an_archive(project: Path, registry: RealRegistry, tmp_path: Path) -> None:
    push(project, registry, "helm")
    ran = pull(tmp_path, f"{registry.host}/examples/hello:0.1.0", "--files", ".", "-o", "json")
    result = conforms(json.loads(ran.out), "pull")
    assert result["artifactType"] == "helm" and result["files"] == ["hello-0.1.0.tgz"]
    manifest = json.loads(registry.blob(result["digest"]))
    assert (tmp_path / "hello-0.1.0.tgz").read_bytes() == registry.blob(manifest["layers"][0]["digest"])


def test_the_layout_lies_where_the_settings_say(project: Path, registry: RealRegistry, tmp_path: Path) -> None:
    push(project, registry, "artifact")
    ran = pull(
        tmp_path, f"{registry.host}/examples/settings:v1.0.0", "-o", "json", LAZYOCI_ARTIFACT_DIR=str(tmp_path / "art")
    )
    place = tmp_path / "art/oci" / registry.host / "examples/settings/v1.0.0"
    assert json.loads(ran.out)["destination"] == str(place)
    digest = registry.tag("examples/settings", "v1.0.0")
    ran = pull(
        tmp_path,
        f"{registry.host}/examples/settings@{digest}",
        "-o",
        "json",
        LAZYOCI_ARTIFACT_DIR=str(tmp_path / "art"),
    )
    assert json.loads(ran.out)["destination"] == str(place.parent / f"@{digest}")


def test_text_and_quiet(project: Path, registry: RealRegistry, tmp_path: Path) -> None:
    push(project, registry, "artifact")
    ran = pull(tmp_path, f"{registry.host}/examples/settings:v1.0.0", "-d", "out")
    assert ran.code == 0
    words = " ".join(ran.out.split())
    assert f"OK {registry.host}/examples/settings:v1.0.0 Type artifact Detail application/vnd.example" in words
    assert "Layers 2 Destination out" in words and "3 of 3 blobs fetched" in words
    assert "pulling" in ran.err
    quiet = pull(tmp_path, f"{registry.host}/examples/settings:v1.0.0", "-d", "out", "-q")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")


@pytest.mark.parametrize("archive", ["multi.tar", "multi-inline-attest-max.tar", "single-tag.tar", "single-zstd.tar"])
def test_skopeo_reads_what_was_pulled(archive: str, registry: RealRegistry, tmp_path: Path) -> None:
    reference = push_archive(registry, f"buildx/{archive}", "t/image")
    ran = pull(tmp_path, reference, "-d", "all", "--all-platforms", "-o", "json")
    result = conforms(json.loads(ran.out), "pull")
    assert result["digest"] == registry.tag("t/image", "v1")
    skopeo("copy", "--all", "--insecure-policy", f"oci:{tmp_path / 'all'}", f"dir:{tmp_path / 'dir'}")
    one = json.loads(pull(tmp_path, reference, "-d", "one", "--platform", "linux/amd64", "-o", "json").out)
    assert one["platforms"] == ["linux/amd64"]
    about = json.loads(skopeo("inspect", f"oci:{tmp_path / 'one'}:{reference}"))
    assert (about["Digest"], about["Architecture"]) == (one["digest"], "amd64")


def test_a_platform_that_is_not_there(registry: RealRegistry, tmp_path: Path) -> None:
    reference = push_archive(registry, "buildx/multi.tar", "t/multi")
    ran = pull(tmp_path, reference, "-d", "out", "--platform", "linux/s390x")
    assert ran.code == 1 and "it has linux/amd64, linux/arm64" in ran.err
    single = push_archive(registry, "buildx/single-tag.tar", "t/single")
    ran = pull(tmp_path, single, "-d", "out", "--platform", "linux/s390x")
    assert ran.code == 1 and "is for linux/amd64 alone" in ran.err
    assert not (tmp_path / "out").exists()


def test_what_cannot_be_done_is_said_before_anything_is_fetched(
    project: Path, registry: RealRegistry, tmp_path: Path
) -> None:
    push(project, registry, "artifact")
    image = push_archive(registry, "buildx/multi.tar", "t/multi")
    settings = f"{registry.host}/examples/settings:v1.0.0"
    for arguments, code, words in (
        ([image, "-d", "out", "--files", "files"], 1, "is an image"),
        ([settings, "-d", "out", "--docker"], 1, "of type artifact"),
        ([image, "-d", "out", "--docker", "--all-platforms"], 2, "one platform"),
        ([image, "-d", "out", "--platform", "linux/arm64", "--all-platforms"], 2, "contradict"),
        ([image, "-d", "out", "--platform", "linux"], 2, "not a platform"),
        (["localhost:1/UPPER"], 2, "upper-case"),
        ([f"{registry.host}/examples/settings:none", "-d", "out"], 1, "settings:none does not exist"),
        ([f"{registry.host}/nothing:v1", "-d", "out"], 1, "/nothing"),
        (["localhost:1/a/b", "-d", "out"], 1, "nothing listens"),
    ):
        ran = pull(tmp_path, *arguments)
        assert (ran.code, words in ran.err, ran.out) == (code, True, ""), (arguments, ran)
    assert not (tmp_path / "out").exists() and not (tmp_path / "files").exists()


def test_credentials_and_a_private_ca(project: Path, tmp_path: Path) -> None:
    certificate = make(tmp_path, "tls", "localhost", "127.0.0.1")
    secret = "s3cret"
    with docker_registry(tmp_path / "guarded", basic=True, tls=certificate) as registry:
        host = registry.host.replace("127.0.0.1", "localhost")
        keys = {"LAZYOCI_AUTH_HOST": host, "LAZYOCI_USERNAME": "alice", "LAZYOCI_PASSWORD": secret}
        built = lazyoci(
            "build", "artifact", "--tag", "v1.0.0", "--ca", certificate.cert, cwd=project, LAZYOCI_REGISTRY=host, **keys
        )
        assert built.code == 0, built
        reference = f"{host}/examples/settings:v1.0.0"
        ran = pull(tmp_path, reference, "-d", "out", "-v", "--ca", certificate.cert, **keys)
        assert ran.code == 0, ran
        assert secret not in ran.out + ran.err
        refused = pull(tmp_path, reference, "-d", "no", "--ca", certificate.cert)
        assert refused.code == 1 and host in refused.err
        unknown = pull(tmp_path, reference, "-d", "no", **keys)
        assert unknown.code == 1 and "certificate" in unknown.err
        insecure = pull(tmp_path, reference, "-d", "insecure", "--insecure", **keys)
        assert insecure.code == 0 and "warning" in insecure.err


@pytest.mark.skipif(sys.platform == "win32", reason="scripts with #!")
def test_docker_takes_it_or_the_layout_is_there_all_the_same(registry: RealRegistry, tmp_path: Path) -> None:
    reference = push_archive(registry, "buildx/multi.tar", "t/multi")
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    head = f"#!{sys.executable}\nimport sys\nif sys.argv[1] == 'version': sys.exit(0)\n"
    docker.write_text(head + f"open({str(tmp_path / 'got.tar')!r}, 'wb').write(sys.stdin.buffer.read())\n")
    docker.chmod(0o755)
    arguments = (reference, "-d", "out", "--platform", "linux/arm64", "--docker", "-o", "json")
    ran = pull(tmp_path, *arguments, PATH=str(docker.parent))
    result = conforms(json.loads(ran.out), "pull")
    assert ran.code == 0 and result["loadedToDocker"] is True and result["loadedTo"] == "docker"
    assert result["indexDigest"] == registry.tag("t/multi", "v1")
    with tarfile.open(tmp_path / "got.tar") as archive:
        assert "manifest.json" in archive.getnames()

    docker.write_text(head + "sys.stdin.buffer.read()\nsys.exit('no space left on device')\n")
    ran = pull(tmp_path, *arguments, PATH=str(docker.parent))
    result = conforms(json.loads(ran.out), "pull")
    assert ran.code == 1 and result["loadedToDocker"] is False
    assert result["error"] == "docker load failed: no space left on device" and result["fetched"] == 0
    assert ran.err.count("no space left on device") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_pull_that_is_stopped_goes_on_the_next_time(
    number: signal.Signals, project: Path, registry: RealRegistry, tmp_path: Path
) -> None:
    size = 128 << 20
    with (project / "artifact" / "motd.txt").open("wb") as file:
        for block in range(size >> 20):
            file.write(block.to_bytes(4, "big") * (1 << 18))
    push(project, registry, "artifact")
    out = tmp_path / "out"
    environ = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    process = subprocess.Popen(
        [*warm.command(), "pull", f"{registry.host}/examples/settings:v1.0.0", "-d", str(out), "-q"],
        env=environ | {"XDG_CONFIG_HOME": str(tmp_path / "config")},
        stderr=subprocess.PIPE,
    )
    left = out / ".partial" / f"sha256-{hashlib.sha256((project / 'artifact/motd.txt').read_bytes()).hexdigest()}"
    while process.poll() is None and not (left.exists() and left.stat().st_size > 1 << 20):
        time.sleep(0.002)
    process.send_signal(number)
    _, said = process.communicate()
    if process.returncode == 0:
        pytest.skip("it was done before it could be stopped")
    assert process.returncode == (130 if number is signal.SIGINT else -signal.SIGKILL), said
    assert not (out / "index.json").exists()
    assert left.stat().st_size > 1 << 20
    ran = pull(tmp_path, f"{registry.host}/examples/settings:v1.0.0", "-d", out, "--files", "files")
    assert ran.code == 0, ran
    assert (tmp_path / "files/motd.txt").read_bytes() == (project / "artifact/motd.txt").read_bytes()
    assert registry.requests("GET", f"/blobs/{left.name.replace('-', ':')}")[-1].endswith("206")
    assert not (out / ".partial").exists()
