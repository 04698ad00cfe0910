"""Moments that a program meets on somebody's machine: a full disk, no home, a directory that is gone."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lazyoci.cli import main
from tests import warm
from tests.e2e.cli import environment

LAZY = "version: 1\nartifacts:\n  - type: docker\n    image: a:1\n    targets: [{registry: r.example/a, tags: [v1]}]\n"
pytestmark = pytest.mark.skipif(os.name == "nt", reason="devices and users of POSIX")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    place = tmp_path / "project"
    place.mkdir()
    (place / ".lazy").write_text(LAZY)
    (place / "README").write_text("x")
    return place


@pytest.mark.parametrize(
    "command",
    [
        "validate",
        "validate -o json",
        "preview",
        "preview -o json",
        "preview -o html",
        "build --dry-run",
        "build --dry-run -o json",
        "format",
        "--version",
        "version",
        "--help",
        "explain invalid-tag",
        "schema",
        "config list",
        "init --stdout --force",
        "completion bash",
    ],
)
def test_a_full_disk_behind_stdout(command: str, project: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    (project / ".lazy").write_text(LAZY.replace("a:1", "a:1 "))  # something for `format` to do
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = _run(command.split(), project, stdout=full)
    assert done.returncode == 1, done.stderr
    assert done.stderr.endswith("lazyoci: the result cannot be written to stdout: No space left on device\n")


class Full(io.RawIOBase):
    """A file on a full disk."""

    full = True

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if self.full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return len(data)


def test_a_full_disk_that_kept_what_was_written_before(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What could not be written stays in the stream's buffer in some versions of Python, and fails at each try."""
    disk = Full()
    out = io.TextIOWrapper(io.BufferedWriter(disk), encoding="utf-8")
    out.write("1 file, no problems\n")
    monkeypatch.setattr(sys, "stdout", out)
    assert main(["--version"]) == 1
    assert capsys.readouterr().err.endswith(": No space left on device\n")
    disk.full = False


@pytest.mark.parametrize("command", ["validate", "preview", "build --dry-run", "--version"])
def test_streams_that_are_closed(command: str, project: Path) -> None:
    script = f"{sys.executable} -m lazyoci {command} >&- 2>&-"
    assert subprocess.run(["sh", "-c", script], cwd=project, env=environment(project)).returncode == 0


@pytest.mark.parametrize(
    "command", ["validate", "validate {file}", "validate .", "preview", "", "init", "build --dry-run {file}", "format"]
)
def test_a_working_directory_that_is_gone(command: str, project: Path) -> None:
    gone = project / "gone"
    gone.mkdir()
    arguments = command.format(file=project / ".lazy")
    script = f"rmdir ../gone && exec {sys.executable} -m lazyoci {arguments}"
    done = subprocess.run(["sh", "-c", script], cwd=gone, env=environment(project), capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr
    assert done.returncode in (0, 1, 2)
    if done.returncode:
        assert done.stderr.startswith("lazyoci")


@pytest.mark.parametrize("command", ["validate", "preview", "build --dry-run", "config list", "registry list", "init"])
def test_no_home_and_a_user_without_a_name(command: str, project: Path) -> None:
    """As in a container that runs under a number."""
    without = {key: value for key, value in environment(project).items() if not key.startswith(("HOME", "XDG_"))}
    program = (
        "import pwd, sys\n"
        "def nobody(number): raise KeyError(number)\n"
        "pwd.getpwuid = nobody; sys.argv[0] = 'lazyoci'\n"
        "from lazyoci.__main__ import run; run()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *command.split()], cwd=project, env=without, capture_output=True, text=True
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert "internal error" not in done.stderr
    if command in ("config list", "registry list"):
        assert done.returncode == 1
        assert "set HOME" in done.stderr
    else:
        assert done.returncode == (2 if command == "init" else 0), done.stderr


@pytest.mark.parametrize("command", ["validate .", "format .", "format --check ."])
def test_a_link_in_a_circle_is_passed_over(command: str, project: Path) -> None:
    (project / "loop.lazy").symlink_to("loop.lazy")
    (project / "dangling.lazy").symlink_to("nowhere")
    done = _run(command.split(), project)
    assert "loop.lazy is passed over: Too many levels of symbolic links" in done.stderr
    assert "dangling.lazy is passed over: it is a link to nothing" in done.stderr
    assert "internal error" not in done.stderr


def test_a_link_in_a_circle_that_is_named(project: Path) -> None:
    (project / "loop.lazy").symlink_to("loop.lazy")
    done = _run(["validate", "loop.lazy"], project)
    assert done.returncode == 2
    assert "Too many levels of symbolic links" in done.stderr


def _run(arguments: list[str], cwd: Path, stdout: object = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*warm.command(), *arguments],
        cwd=cwd,
        env=environment(cwd),
        stdout=stdout,  # type: ignore[arg-type]
        stderr=subprocess.PIPE,
        text=True,
    )
