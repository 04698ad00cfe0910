"""Runs that are ended from outside, or that find neither room nor memory: nothing stays, and it is said."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from lazyoci.layout.read import open_layout
from tests import warm
from tests.e2e.cli import environment, lazyoci
from tests.registry.fake import FakeRegistry

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
DOCKER = """#!{python}
import pathlib, signal, sys, time
signal.signal(signal.SIGINT, signal.SIG_DFL)
if sys.argv[1] == "save":
    pathlib.Path(sys.argv[sys.argv.index("--output") + 1]).write_bytes(bytes(1 << 20))
    print("saving", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """One docker artifact, whose daemon never comes to an end, and a temporary directory of the test's own."""
    place = tmp_path / "project"
    (place / "bin").mkdir(parents=True)
    (tmp_path / "tmp").mkdir()
    (place / "bin" / "docker").write_text(DOCKER.format(python=sys.executable), encoding="utf-8")
    (place / "bin" / "docker").chmod(0o755)
    (place / ".lazy").write_text(
        "version: 1\nartifacts:\n  - type: docker\n    image: app:dev\n"
        "    targets: [{registry: localhost:1/app, tags: [v1]}]\n",
        encoding="utf-8",
    )
    return place


def started(project: Path) -> subprocess.Popen[str]:
    """A build that has begun to save its image."""
    environ = environment(project) | {"PATH": str(project / "bin"), "TMPDIR": str(project.parent / "tmp")}
    process = subprocess.Popen(
        [*warm.command(), "build", "--no-push"],
        cwd=project,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stderr is not None
    while line := process.stderr.readline():
        if line.rstrip().endswith("| saving"):
            return process
    raise AssertionError(process.communicate())


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_signal_cleans_up(name: str, project: Path) -> None:
    process = started(project)
    process.send_signal(getattr(signal, name))
    out, err = process.communicate()
    assert process.returncode == 130, (out, err)
    assert "Traceback" not in err and "interrupted" in out + err
    assert list((project.parent / "tmp").iterdir()) == []


def test_what_a_kill_left_the_next_run_removes(project: Path) -> None:
    process = started(project)
    living = started(project)
    try:
        process.kill()
        process.communicate()
        assert len(list((project.parent / "tmp").iterdir())) == 2
        (project / "file.txt").write_text("x", encoding="utf-8")
        (project / "other.lazy").write_text(
            "version: 1\nartifacts:\n  - type: artifact\n    files: [{path: file.txt, mediaType: text/plain}]\n"
            "    targets: [{registry: localhost:1/app, tags: [v1]}]\n",
            encoding="utf-8",
        )
        ran = lazyoci("build", "other.lazy", "--no-push", cwd=project, TMPDIR=str(project.parent / "tmp"))
        assert ran.code == 0, ran
        assert len(list((project.parent / "tmp").iterdir())) == 1  # that of the living run
    finally:
        living.send_signal(signal.SIGTERM)
        living.communicate()
    assert list((project.parent / "tmp").iterdir()) == []


def files_of(place: Path, number: int, host: str) -> Path:
    """A project of one file."""
    project = place / f"project{number}"
    project.mkdir()
    (project / "file.txt").write_text(f"content {number}" * 1000, encoding="utf-8")
    (project / ".lazy").write_text(
        "version: 1\nartifacts:\n  - type: artifact\n    files: [{path: file.txt, mediaType: text/plain}]\n"
        f"    targets: [{{registry: {host}/app{number}, tags: [v1]}}]\n",
        encoding="utf-8",
    )
    return project


def all_at_once(commands: Iterator[tuple[list[str], Path]]) -> list[tuple[int, str]]:
    running = [
        subprocess.Popen(
            [*warm.command(), *arguments],
            cwd=cwd,
            env=environment(cwd),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        for arguments, cwd in commands
    ]
    return [(process.returncode, out) for process in running for out, _ in [process.communicate()]]


@pytest.mark.parametrize("there", [True, False])
def test_builds_into_one_layout_at_once(there: bool, tmp_path: Path) -> None:
    count = 8
    projects = [files_of(tmp_path, number, "r.example") for number in range(count)]
    layout = tmp_path / "layout"
    if there:
        layout.mkdir()
    ended = all_at_once((["build", "--no-push", "--layout", str(layout)], project) for project in projects)
    assert [code for code, _ in ended] == [0] * count, ended
    names = {entry.annotations["org.opencontainers.image.ref.name"] for entry in open_layout(layout).entries}
    assert names == {f"r.example/app{number}:v1" for number in range(count)}
    assert not list(layout.rglob(".partial*"))


def test_pulls_into_one_layout_at_once(tmp_path: Path) -> None:
    count = 10
    with FakeRegistry() as fake:
        for number in range(count):
            assert lazyoci("build", cwd=files_of(tmp_path, number, fake.host)).code == 0
        commands = ((["pull", f"{fake.host}/app{number}:v1", "--dest", "layout"], tmp_path) for number in range(count))
        ended = all_at_once(commands)
        # one that fails meanwhile takes nothing away from the others
        (failed,) = all_at_once(iter([(["pull", f"{fake.host}/none:v1", "--dest", "layout"], tmp_path)]))
    assert [code for code, _ in ended] == [0] * count, ended
    assert failed[0] == 1
    layout = tmp_path / "layout"
    assert len(open_layout(layout).entries) == count
    assert not list(layout.rglob(".partial*"))


def test_no_directory_for_temporary_files(tmp_path: Path) -> None:
    project = files_of(tmp_path, 1, "r.example")
    script = (
        "import sys, tempfile\nfrom lazyoci.cli import main\n"
        "tempfile._candidate_tempdir_list = lambda: ['/proc/none']\nsys.exit(main(sys.argv[1:]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "build", "--no-push", "-o", "json"],
        cwd=project,
        env=environment(project),
        capture_output=True,
        encoding="utf-8",
    )
    assert (done.returncode, done.stderr) == (1, "")
    (result,) = json.loads(done.stdout)
    assert "no directory for temporary files" in result["error"]
    assert "TMPDIR" in result["hint"]


def test_a_pull_needs_no_temporary_directory(tmp_path: Path) -> None:
    with FakeRegistry() as fake:
        assert lazyoci("build", cwd=files_of(tmp_path, 1, fake.host)).code == 0
        ran = lazyoci("pull", f"{fake.host}/app1:v1", "--files", "out", cwd=tmp_path, TMPDIR="/proc/none")
    assert ran.code == 0, ran


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
@pytest.mark.parametrize("mebibytes", [60, 90, 120, 150, 180, 240, 300])
def test_little_memory(mebibytes: int, tmp_path: Path) -> None:
    """Done, or a clear error; never a bug, and never by halves without a word."""
    import resource

    with FakeRegistry() as fake:
        project = files_of(tmp_path, 1, fake.host)
        limit = mebibytes << 20
        start = [sys.executable, "-c", "import click, lazyoci.cli"]
        limited = partial(resource.setrlimit, resource.RLIMIT_AS, (limit, limit))
        if subprocess.run(start, preexec_fn=limited, capture_output=True).returncode:
            pytest.skip("not even this Python's own modules can be loaded")
        done = subprocess.run(
            [sys.executable, "-m", "lazyoci", "build"],
            cwd=project,
            env=environment(project) | {"MALLOC_ARENA_MAX": "1"},
            preexec_fn=limited,
            capture_output=True,
            encoding="utf-8",
        )
        there = bool(fake.tag("app1", "v1"))
    said = done.stdout + done.stderr
    assert done.returncode in (0, 1), done
    assert "Traceback" not in said and "internal error" not in said, said
    assert said
    if done.returncode == 0:
        assert there and "pushed" in said
    else:
        assert "memory" in said, said
