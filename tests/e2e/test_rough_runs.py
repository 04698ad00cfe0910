"""The real program killed at any moment, interrupted, and given more than fits into memory.

What each moment of a push leaves behind exactly is in registry/test_push_killed.py; here the moments are random.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import warm
from tests.e2e.cli import environment
from tests.e2e.stand_ins import StandIns
from tests.registry.fake import Exchange, FakeRegistry, Reply, Traits
from tests.registry.kit import noise
from tests.servers import RealRegistry, docker_registry

pytestmark = pytest.mark.skipif(os.name == "nt", reason="sends signals, and asks for the peak of memory")

MIB = 1 << 20
KILL_MIB = int(os.environ.get("LAZYOCI_KILL_TEST_MIB", "12"))  # how much is pushed; by hand, 1024
LARGE_MIB = int(os.environ.get("LAZYOCI_LARGE_TEST_MIB", "1024"))  # how much is hashed; by hand, 2048 and more
KILLS = 10
FILES = 6


def lazy(repository: str, *names: str) -> str:
    """A .lazy file of one artifact of such files."""
    files = "".join(f"      - {{path: {name}, mediaType: application/octet-stream}}\n" for name in names)
    return (
        "version: 1\nartifacts:\n  - type: artifact\n    name: parts\n    mediaType: application/vnd.example.parts\n"
        f'    files:\n{files}    targets:\n      - {{registry: "{repository}", tags: ["{{{{ .Tag }}}}", latest]}}\n'
    )


def start(place: Path, *arguments: str, **environ: str) -> subprocess.Popen[str]:
    """Start lazyoci with a directory for temporary files of its own."""
    (place / "tmp").mkdir(exist_ok=True)
    return subprocess.Popen(
        [*warm.command(), *arguments],
        cwd=place,
        env=environment(place) | {"TMPDIR": str(place / "tmp")} | environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def assert_whole(registry: RealRegistry, repository: str, tags: list[str]) -> list[str]:
    """What the tags point to, "" for none; all that is named there is in the registry, whole."""
    digests = [registry.tag(repository, tag) for tag in tags]
    for digest in filter(None, digests):
        manifest = json.loads(registry.blob(digest))
        for one in [manifest["config"], *manifest["layers"]]:
            encoded = one["digest"].removeprefix("sha256:")
            file = registry.root / "docker/registry/v2/blobs/sha256" / encoded[:2] / encoded / "data"
            assert file.stat().st_size == one["size"]
            link = registry.root / "docker/registry/v2/repositories" / repository / "_layers/sha256" / encoded / "link"
            assert link.read_text("ascii") == one["digest"]
    return digests


def test_killed_at_random_moments(tmp_path: Path) -> None:
    names = [f"{number}.bin" for number in range(FILES)]
    for number, name in enumerate(names):
        (tmp_path / name).write_bytes(noise(KILL_MIB * MIB // FILES, number))
    (tmp_path / ".lazy").write_text(lazy("{{ .Registry }}/parts-{{ .Tag }}", *names), encoding="utf-8")
    with docker_registry(tmp_path / "registry") as registry:
        began = time.monotonic()
        run = start(tmp_path, "build", "--tag", "whole", LAZYOCI_REGISTRY=registry.host)
        assert run.wait() == 0, run.communicate()
        run.communicate()
        whole = time.monotonic() - began
        moments = random.Random(4)
        for number in range(KILLS):
            tag = f"v{number}"
            run = start(tmp_path, "build", "--tag", tag, LAZYOCI_REGISTRY=registry.host)
            time.sleep(whole * moments.uniform(0.1, 1.0))
            run.kill()
            run.communicate()
            assert_whole(registry, f"parts-{tag}", [tag, "latest"])
            run = start(tmp_path, "build", "--tag", tag, "-o", "json", LAZYOCI_REGISTRY=registry.host)
            out, err = run.communicate()
            assert run.returncode == 0, out + err
            assert err == ""
            (result,) = json.loads(out)
            assert assert_whole(registry, f"parts-{tag}", [tag, "latest"]) == [result["digest"]] * 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_interrupted_during_a_build(number: int, tmp_path: Path) -> None:
    stand_ins = StandIns(tmp_path / "bin")
    (tmp_path / "Dockerfile").write_text("FROM scratch\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("notes", encoding="utf-8")
    image = '  - {type: image, name: app, targets: [{registry: "{{ .Registry }}/app", tags: [v1]}]}\n'
    (tmp_path / ".lazy").write_text(lazy("{{ .Registry }}/notes", "notes.txt") + image, encoding="utf-8")
    with FakeRegistry() as fake:
        given = {"LAZYOCI_REGISTRY": fake.host, "PATH": stand_ins.path, "STAND_IN_HANGS": "1"}
        run = start(tmp_path, "build", "--tag", "v1", **given)
        assert run.stderr is not None
        while "hanging" not in (line := run.stderr.readline()):
            assert line, run.communicate()
        run.send_signal(number)
        out, err = run.communicate()
        assert run.returncode == 130, (out, err)
        assert "interrupted; what is not shown as pushed or moved was not published" in err
        assert " pushed" not in out
        assert out.count("skipped") == 3, out
        assert fake.requests("POST") == fake.requests("PUT") == []
    assert list((tmp_path / "tmp").iterdir()) == []


def test_each_blob_is_uploaded_once_to_a_host_of_three_repositories(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.bin").write_bytes(noise(100_000, number))
    text = lazy("{{ .Registry }}/one", "0.bin", "1.bin", "2.bin")
    more = "".join(f'      - {{registry: "{{{{ .Registry }}}}/{name}", tags: [v1]}}\n' for name in ("two", "three"))
    (tmp_path / ".lazy").write_text(text + more, encoding="utf-8")
    with docker_registry(tmp_path / "registry") as registry:
        run = start(tmp_path, "build", "--tag", "v1", "-o", "json", LAZYOCI_REGISTRY=registry.host)
        out, err = run.communicate()
        assert run.returncode == 0, err
        (result,) = json.loads(out)
        for name in ("one", "two", "three"):
            assert assert_whole(registry, name, ["v1"]) == [result["digest"]]
        blobs = 4  # with the empty config
        uploads = registry.requests("PUT", "/blobs/uploads/")
        assert sorted(re.findall(r"digest=(sha256:\w+)", " ".join(uploads))) == sorted(
            {found for line in uploads for found in re.findall(r"digest=(sha256:\w+)", line)}
        )
        assert len(uploads) == blobs
        mounts = registry.requests("POST", r"mount=sha256:\w+&from=")
        assert len(mounts) == 2 * blobs
        assert {line.rpartition(" ")[2] for line in mounts} == {"201"}


def sparse(path: Path, size: int) -> Path:
    """A file of zeros that takes no room."""
    with path.open("wb") as file:
        file.truncate(size)
    return path


# a process starts with the peak of the one that started it, so a small one has to
MEASURE = """\
import resource, subprocess, sys
subprocess.run([sys.executable, "-m", "lazyoci", *sys.argv[1:]], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024))
"""


def peak(place: Path, *arguments: str, **environ: str) -> int:
    """Run lazyoci, which must end well; the most memory it had, in bytes."""
    command = [sys.executable, "-c", MEASURE, *arguments, "-q"]
    done = subprocess.run(command, cwd=place, env=environment(place) | environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_what_is_built_is_never_held_in_memory(tmp_path: Path) -> None:
    sparse(tmp_path / "large.bin", LARGE_MIB * MIB)
    (tmp_path / ".lazy").write_text(lazy("localhost:5000/large", "large.bin"), encoding="utf-8")
    assert peak(tmp_path, "build", "--tag", "v1", "--no-push") < 64 * MIB


def test_what_is_pushed_is_never_held_in_memory(tmp_path: Path) -> None:
    size = 256 * MIB
    sparse(tmp_path / "large.bin", size)
    (tmp_path / ".lazy").write_text(lazy("{{ .Registry }}/large", "large.bin"), encoding="utf-8")
    seen: list[int] = []

    def discard(exchange: Exchange) -> None:
        count = 0
        while piece := exchange.read(MIB):
            count += len(piece)
        seen.append(count)
        digest = re.search(r"digest=(sha256:\w+)", exchange.request.target)
        assert digest is not None
        exchange.send(Reply(201, [("Docker-Content-Digest", digest[1])]))

    with FakeRegistry(traits=Traits(check_children=False)) as fake:
        fake.script.on("PUT", r"/blobs/uploads/", discard, nth=None)
        assert peak(tmp_path, "build", "--tag", "v1", LAZYOCI_REGISTRY=fake.host) < 64 * MIB
        assert sorted(seen) == [2, size]
        assert fake.tag("large", "v1") != ""
