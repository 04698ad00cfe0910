"""A run in a forked process is what a run in a started one is: what tests/warm.py promises to all other tests."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests import warm
from tests.e2e.cli import environment

BAD = "version: 1\nartifacts:\n- {type: docker, image: 'ä:1', targets: [{registry: ghcr.io/a/b, tags: [\"a/b\"]}]}\n"
pytestmark = pytest.mark.skipif(not warm.can_start(os.environ), reason="every run starts Python here")


@pytest.mark.parametrize(
    "arguments",
    [["validate"], ["validate", "-"], ["--version"], ["nonsense"], [], ["build", "--dry-run"], ["config", "path"]],
    ids=" ".join,
)
def test_it_says_and_ends_the_same(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / ".lazy").write_text(BAD, encoding="utf-8")
    given = environment(tmp_path) | {"COLUMNS": "60", "HOME": str(tmp_path / "other"), "XDG_CONFIG_HOME": ""}
    command = [sys.executable, "-m", "lazyoci", *arguments]
    started = subprocess.run(command, cwd=tmp_path, env=given, input=BAD.encode(), capture_output=True)
    for _ in range(2):  # the first leaves nothing to the second
        forked = warm.run(arguments, tmp_path, given, BAD.encode())
        assert (forked.returncode, forked.stdout, forked.stderr) == (started.returncode, started.stdout, started.stderr)


def test_it_has_its_own_environment_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "of-the-test"))
    said = warm.run(["config", "path"], tmp_path, environment(tmp_path))
    assert b"of-the-test" not in said.stdout
    given = environment(tmp_path) | {"XDG_CONFIG_HOME": str(tmp_path / "given")}
    said = warm.run(["config", "path"], tmp_path, given)
    assert said.stdout == f"{tmp_path / 'given' / 'lazyoci' / 'config.yaml'}\n".encode()


def test_signals_reach_it(tmp_path: Path) -> None:
    reads, writes = os.pipe()
    out, told = os.pipe()
    process = warm.start(["validate", "/dev/stdin"], tmp_path, environment(tmp_path), [reads, told, told])
    for end in (reads, told):
        os.close(end)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert os.read(out, 1) == b""
    os.close(out)
    os.close(writes)


def test_what_only_a_start_sees_starts_python(tmp_path: Path) -> None:
    for name in ("PYTHONHASHSEED", "PYTHONDEVMODE", "LC_ALL", "TZ"):
        assert not warm.can_start(environment(tmp_path) | {name: "1"}), name


def test_the_program_for_others_says_and_ends_the_same(tmp_path: Path) -> None:
    (tmp_path / ".lazy").write_text(BAD, encoding="utf-8")
    given = environment(tmp_path) | {"COLUMNS": "60", "ODD": "ä\udcff"}
    path = str(warm.program(tmp_path / "lazyoci"))
    for arguments in (["validate"], ["validate", "-"], ["nonsense"], ["config", "path"], ["validate", "/dev/fd/0"]):
        for extra in ({}, {"PYTHONUTF8": "1"}, {"PYTHONIOENCODING": "latin-1:replace"}, {"PYTHONHASHSEED": "1"}):
            started, asked = (
                subprocess.run(
                    [*command, *arguments], cwd=tmp_path, env=given | extra, input=BAD.encode(), capture_output=True
                )
                for command in ([sys.executable, "-m", "lazyoci"], [path])
            )
            assert (asked.returncode, asked.stdout, asked.stderr) == (
                started.returncode,
                started.stdout,
                started.stderr,
            )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_program_for_others_passes_signals_on(number: signal.Signals, tmp_path: Path) -> None:
    """Here the test is who forks, so that it knows when there is a process that takes them."""
    address = f"\0{str(tmp_path)[-100:]}"
    (tmp_path / "lazyoci").write_text(warm.client(address), encoding="utf-8")
    (tmp_path / "lazyoci").chmod(0o755)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listens:
        listens.bind(address)
        listens.listen()
        with (
            subprocess.Popen([str(tmp_path / "lazyoci")], cwd=tmp_path) as client,
            subprocess.Popen(["cat"], stdin=subprocess.PIPE) as running,
        ):
            asker, _ = listens.accept()
            with asker:
                _, streams, _, _ = socket.recv_fds(asker, warm.LONGEST, 3)
                for stream in streams:
                    os.close(stream)
                client.send_signal(number)
                asker.send(str(running.pid).encode())
                assert running.wait() == -number
                asker.send(str(-number).encode())
            assert client.wait() == -number


def test_it_is_killed_with_the_program_for_others(tmp_path: Path) -> None:
    streams = dict.fromkeys(("stdin", "stdout"), subprocess.PIPE)
    with subprocess.Popen([*warm.command(), "validate", "-"], cwd=tmp_path, env=environment(tmp_path), **streams) as it:
        it.kill()
        assert it.stdout is not None and it.stdout.read() == b""  # while its input may still come
        assert it.wait() == -signal.SIGKILL
