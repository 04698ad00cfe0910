"""Many at once, and killed at any time: no login is lost, and no password stays behind."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

from tests.e2e.cli import environment, lazyoci
from tests.registry.fake import Basic, FakeRegistry

SECRET = "hunter2-5up3r-s3cret"
MANY = 12


@pytest.fixture
def registry() -> Iterator[FakeRegistry]:
    with FakeRegistry(guard=Basic({"anna": SECRET})) as running:
        yield running


def all_at_once(cwd: Path, commands: list[list[str]], stdin: str = "") -> None:
    """Start them all, then wait for all; each must succeed."""
    with ThreadPoolExecutor(len(commands)) as threads:
        for ran in threads.map(lambda command: lazyoci(*command, cwd=cwd, stdin=stdin), commands):
            assert ran.code == 0, ran


def settings(cwd: Path) -> Path:
    return cwd / ".home" / ".config" / "lazyoci"


def kept(cwd: Path) -> set[str]:
    return set(json.loads((settings(cwd) / "auth.json").read_text("utf-8"))["auths"])


@pytest.mark.parametrize("command", ["login", "add"])
def test_twelve_at_once(command: str, registry: FakeRegistry, tmp_path: Path) -> None:
    servers = [f"{registry.host}/team{number}" for number in range(MANY)]
    given = ["--user", "anna", "--pass-stdin"]
    all_at_once(tmp_path, [["registry", command, server, *given] for server in servers], SECRET)
    assert kept(tmp_path) == set(servers)
    if command == "add":
        entries = yaml.safe_load((settings(tmp_path) / "config.yaml").read_text("utf-8"))["registries"]
        assert {entry["url"] for entry in entries} == set(servers)
        all_at_once(tmp_path, [["registry", "remove", server] for server in servers])
        assert lazyoci("registry", "list", "-o", "json", cwd=tmp_path).out == "[]\n"
    else:
        all_at_once(tmp_path, [["registry", "logout", server] for server in servers])
    assert kept(tmp_path) == set()


STORE = f"""
import os
from lazyoci.registry.credentials.store import Store
from lazyoci.settings import Server
while True:
    Store(os.environ).store(Server("ghcr.io"), "anna", "{SECRET}")
    print("again", flush=True)
"""
DIES = f"""
import os, signal
from lazyoci.registry.credentials.store import Store
from lazyoci.settings import Server
os.fsync = lambda handle: os.kill(os.getpid(), signal.SIGKILL)  # written, and not yet in its place
Store(os.environ).store(Server("ghcr.io"), "anna", "{SECRET}")
"""


def left_behind(cwd: Path) -> list[str]:
    """The files with something in them, beside the one that holds the password."""
    return [one.name for one in settings(cwd).iterdir() if one.name != "auth.json" and one.stat().st_size]


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
@pytest.mark.parametrize("after", ["login", "logout"])
def test_what_a_killed_login_left_goes_with_the_next_one(after: str, registry: FakeRegistry, tmp_path: Path) -> None:
    for _ in range(3):
        died = subprocess.run([sys.executable, "-c", DIES], cwd=tmp_path, env=environment(tmp_path))
        assert died.returncode == -signal.SIGKILL
    assert len(left_behind(tmp_path)) == 1, "each removes what the one before left"
    given = ["--user", "anna", "--pass-stdin"] if after == "login" else []
    ran = lazyoci("registry", after, registry.host, *given, cwd=tmp_path, stdin=SECRET)
    assert ran.code == 0 and left_behind(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_killed_at_any_time(tmp_path: Path) -> None:
    moments = random.Random(9)
    for _ in range(20):
        with subprocess.Popen(
            [sys.executable, "-c", STORE], cwd=tmp_path, env=environment(tmp_path), stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None and process.stdout.readline()
            time.sleep(moments.random() / 100)  # whatever it is at then
            os.kill(process.pid, signal.SIGKILL)
        assert kept(tmp_path) == {"ghcr.io"}
        assert len(left_behind(tmp_path)) <= 1
    assert lazyoci("registry", "logout", "ghcr.io", cwd=tmp_path).code == 0
    assert left_behind(tmp_path) == [] and kept(tmp_path) == set()
