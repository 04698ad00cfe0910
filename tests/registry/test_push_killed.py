"""The program killed or interrupted at chosen moments: the registry never shows something incomplete, a re-run ends it.

The fake registry pulls the trigger, so that each moment is met exactly.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import warm
from tests.registry.fake import Exchange, FakeRegistry
from tests.registry.kit import noise

LAZY = """\
version: 1
artifacts:
  - type: artifact
    name: parts
    mediaType: application/vnd.example.parts.v1
    files:
      - {path: one.bin, mediaType: application/octet-stream}
      - {path: two.bin, mediaType: application/octet-stream}
      - {path: three.bin, mediaType: application/octet-stream}
    targets:
      - {registry: "{{ .Registry }}/team/parts", tags: [v1, latest]}
"""


@dataclass(slots=True)
class Program:
    """`lazyoci build` on a project of three files, or other `arguments`, with a directory for temporary files."""

    project: Path
    host: str
    process: subprocess.Popen[bytes] | None = None
    arguments: tuple[str, ...] = ()

    @property
    def temporary(self) -> Path:
        return self.project / "tmp"

    def start(self) -> None:
        """Run it in the background."""
        environ = {
            **os.environ,
            "LAZYOCI_REGISTRY": self.host,
            "HOME": str(self.project / "home"),
            "XDG_CONFIG_HOME": str(self.project / "home"),
            "TMPDIR": str(self.temporary),
            "TEMP": str(self.temporary),
            "PYTHONIOENCODING": "utf-8",
        }
        self.process = subprocess.Popen(
            [*warm.command(), *(self.arguments or ("build", str(self.project))), "-o", "json"],
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def send(self, number: int) -> None:
        """Send it a signal."""
        assert self.process is not None
        self.process.send_signal(number)

    def end(self) -> tuple[int, list[dict[str, object]], str]:
        """Its exit code, results (none if it printed none) and messages."""
        assert self.process is not None
        out, err = self.process.communicate()
        return self.process.returncode, json.loads(out) if out.strip() else [], err.decode("utf-8", "replace")


@pytest.fixture
def program(fake: FakeRegistry, tmp_path: Path) -> Program:
    """The program, not yet started."""
    for number, name in enumerate(("one", "two", "three")):
        (tmp_path / f"{name}.bin").write_bytes(noise(2_000_000, number))
    (tmp_path / ".lazy").write_text(LAZY, "utf-8")
    (tmp_path / "tmp").mkdir()
    return Program(tmp_path, fake.host)


def complete(fake: FakeRegistry) -> bool:
    """Whether every tag points to a manifest that is there with all its blobs."""
    stored = fake.distribution.repository("team/parts")
    for digest in stored.tags.values():
        document = json.loads(stored.manifests[digest][1])
        if not {one["digest"] for one in [document["config"], *document["layers"]]} <= stored.blobs:
            return False
    return True


def in_the_middle(act: Callable[[], None]) -> Callable[[Exchange], None]:
    """Act when half of the body is here, and wait for what comes of it."""

    def run(exchange: Exchange) -> None:
        exchange.request.body = exchange.read(1_000_000)
        act()
        exchange.send(exchange.serve())

    return run


def before(act: Callable[[], None]) -> Callable[[Exchange], None]:
    """Act when the request is here, but not done."""

    def run(exchange: Exchange) -> None:
        exchange.read_all()
        act()
        exchange.hang_up()

    return run


def after(act: Callable[[], None]) -> Callable[[Exchange], None]:
    """Act when the request is done, but not answered."""

    def run(exchange: Exchange) -> None:
        reply = exchange.serve()
        act()
        exchange.send(reply)

    return run


MOMENTS = {
    "at the first question": ("GET", r"/v2/$", 1, before),
    "at the first upload": ("POST", r"/blobs/uploads/", 1, after),
    "in the middle of a blob": ("PUT", r"/blobs/uploads/", 2, in_the_middle),
    "between two blobs": ("PUT", r"/blobs/uploads/", 3, after),
    "before the manifest with its tag": ("PUT", r"/manifests/v1$", 1, before),
    "after the manifest with its tag": ("PUT", r"/manifests/v1$", 1, after),
    "before latest": ("PUT", r"/manifests/latest$", 1, before),
    "before the last look": ("HEAD", r"/manifests/latest$", 2, before),  # the first one was the preflight's
}


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
@pytest.mark.parametrize("moment", MOMENTS)
def test_killed(fake: FakeRegistry, program: Program, moment: str) -> None:
    method, path, nth, when = MOMENTS[moment]
    fake.script.on(method, path, when(lambda: program.send(signal.SIGKILL)), nth=nth)
    program.start()
    assert program.end()[0] == -signal.SIGKILL
    assert complete(fake)
    program.start()
    code, results, err = program.end()
    assert (code, err) == (0, "")
    (result,) = results
    assert fake.tag("team/parts", "v1") == fake.tag("team/parts", "latest") == result["digest"]
    assert complete(fake)


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT and SIGTERM")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_interrupted_in_the_middle_of_a_blob(fake: FakeRegistry, program: Program, number: int) -> None:
    go_on = threading.Event()

    def interrupt() -> None:
        program.send(number)
        go_on.wait(0.5)  # its signal handler runs meanwhile

    fake.script.on("PUT", r"/blobs/uploads/", in_the_middle(interrupt))
    program.start()
    code, (result,), err = program.end()
    assert code == 130, err
    targets = result["targets"]
    assert isinstance(targets, list)
    assert [(one["state"], one["pushed"]) for one in targets] == [("skipped", False)] * 2
    assert "interrupted" in err
    assert fake.distribution.repository("team/parts").tags == {}
    assert list(program.temporary.iterdir()) == []
