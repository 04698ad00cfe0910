"""What a person sees while a push goes on: bars on a terminal as wide as any, plain lines elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import warm
from tests.e2e.cli import environment, lazyoci
from tests.registry.fake import FakeRegistry, faults
from tests.registry.kit import noise

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
NAME = "model-of-a-rather-long-name.bin"
BLOB = r"  [0-9a-f]{12} .*/24\.0 MB"
NARROW = r"weights  pu.* [\d.]+ [KM]?B/24\.0 MB "  # there is no room to name a blob and its numbers


@pytest.fixture
def fake() -> Iterator[FakeRegistry]:
    """An open registry."""
    with FakeRegistry() as registry:
        yield registry


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / NAME).write_bytes(noise(24 << 20))  # more than the buffers of a connection take
    (tmp_path / "small.txt").write_text("small\n", "utf-8")
    (tmp_path / "app.lazy").write_text(
        "version: 1\nartifacts:\n  - type: artifact\n    name: weights\n    mediaType: application/vnd.example.w\n"
        f"    files: [{{path: {NAME}, mediaType: application/x}}, {{path: small.txt, mediaType: text/plain}}]\n"
        '    targets: [{registry: "{{ .Registry }}/team/weights", tags: [v1]}]\n',
        "utf-8",
    )
    return tmp_path


def on_terminal(
    project: Path, fake: FakeRegistry, columns: int, *options: str, line: str = BLOB, **environ: str
) -> tuple[int, str]:
    """The exit code of a push on a terminal so wide, and what it wrote; uploads are held until such a line is seen."""
    import fcntl
    import pty
    import struct
    import termios

    go_on = threading.Event()
    fake.script.on("PUT", r"/blobs/uploads/.*digest=sha256", faults.hold(go_on, after=3 << 20), nth=None)
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    given = environment(project) | {"TERM": "xterm-256color", "LAZYOCI_REGISTRY": fake.host, **environ}
    given.pop("COLUMNS")
    command = [*warm.command(), "build", "app.lazy", *options]
    process = subprocess.Popen(command, cwd=project, env=given, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    written = b""
    while True:
        try:
            written += os.read(master, 65536)
        except OSError:  # the last of the other side is gone
            break
        if any(re.match(line, one) for one in shown(written.decode("utf-8", "replace"))):
            go_on.set()
    os.close(master)
    return process.wait(), written.decode("utf-8")


def shown(written: str) -> list[str]:
    """The lines that were drawn, without what moves the cursor and colours."""
    return [line for line in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written).replace("\r", "\n").split("\n") if line]


@pytest.mark.parametrize("columns", [80, 120])
def test_bars(columns: int, project: Path, fake: FakeRegistry) -> None:
    code, written = on_terminal(project, fake, columns)
    assert code == 0, written
    lines = shown(written)
    numbers = r"(?:[\d.]+ [KM]?B)/24\.0 MB +(?:[\d.]+ [KMG]?B/s)? +(?:\d+:\d\d|-+:--)"
    total = [line for line in lines if re.fullmatch(rf"weights  pushing +[━╸╺]+ +{numbers} *", line)]
    blob = [line for line in lines if re.fullmatch(rf"  [0-9a-f]{{12}}  model-of\S* +[━╸╺]+ +{numbers} *", line)]
    assert total and blob, lines
    assert all(len(line) <= columns for line in (*total, *blob))
    assert "\x1b[?25h" in written.rpartition("━")[2], "the cursor is there again"
    assert lines[-1].startswith("      ") and lines[-1].endswith("pushed")


def test_a_narrow_terminal_has_the_numbers(project: Path, fake: FakeRegistry) -> None:
    code, written = on_terminal(project, fake, 45, line=NARROW)
    assert code == 0, written
    assert "━" not in written
    assert any(re.match(NARROW, line) for line in shown(written))


def test_without_colour(project: Path, fake: FakeRegistry) -> None:
    code, written = on_terminal(project, fake, 80, "--color", "never")
    assert code == 0, written
    assert not re.search(r"\x1b\[[0-9;]*3[0-9][0-9;]*m", written)


def test_plain_lines_where_nothing_can_move(project: Path, fake: FakeRegistry) -> None:
    ran = lazyoci("build", "app.lazy", cwd=project, LAZYOCI_REGISTRY=fake.host)
    assert ran.code == 0, ran
    lines = ran.err.splitlines()
    assert lines[:2] == ["weights: building", "weights: pushing"]
    assert re.fullmatch(rf"sha256:[0-9a-f]{{12}}…: {NAME}", lines[2])
    assert len(lines) == 3 and "\x1b" not in ran.err


def test_quiet_and_machines_see_none(project: Path, fake: FakeRegistry) -> None:
    for options in (("--quiet",), ("-o", "json")):
        ran = lazyoci("build", "app.lazy", *options, cwd=project, LAZYOCI_REGISTRY=fake.host)
        assert (ran.code, ran.err) == (0, "")
