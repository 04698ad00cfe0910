"""Git is asked about hostile repositories, and runs nothing of theirs."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from lazyoci.init.remote import find_home
from lazyoci.world import RealGit, git_program
from tests.git_traps import Trap, arm, bare, git, repository

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the traps are shell scripts")


@pytest.fixture
def trap(tmp_path: Path) -> Trap:
    (tmp_path / "trap").mkdir()
    return Trap(tmp_path / "trap")


def test_the_traps_are_live(tmp_path: Path, trap: Trap) -> None:
    place = repository(tmp_path / "place")
    arm(place, trap)
    subprocess.run(["git", "status"], cwd=place, capture_output=True, check=False)
    assert any("fsmonitor" in one for one in trap.runs)
    assert any("clean" in one for one in trap.runs)


@pytest.mark.parametrize("where", ["local", "include", "includeIf", "worktree"])
def test_no_program_of_a_repository_runs(tmp_path: Path, trap: Trap, where: str) -> None:
    place = repository(tmp_path / "place")
    arm(place, trap, where=where)
    state = RealGit().state(place)
    home = find_home(place)
    assert trap.runs == []
    assert (state.reason, state.tag, state.branch, state.dirty) == ("", "v1.2.3", "main", False)
    assert (home.project, home.in_git) == ("place", True)  # ext:: is no address of a registry


@pytest.mark.parametrize("where", ["local", "worktree"])
def test_a_change_is_seen_with_the_filters_off(tmp_path: Path, trap: Trap, where: str) -> None:
    place = repository(tmp_path / "place")
    arm(place, trap, where=where)
    (place / "a.txt").write_text("other\n")
    state = RealGit().state(place)
    assert (state.dirty, state.unknown) == (False, ("a.txt",))  # its filter alone knows
    (place / ".gitattributes").write_text("\n")
    assert RealGit().state(place).changed == (".gitattributes", "a.txt")
    assert trap.runs == []


def test_a_bare_repository_inside_a_clone(tmp_path: Path, trap: Trap) -> None:
    place = repository(tmp_path / "place")
    inner = bare(place / "docs" / "x", trap)
    state = RealGit().state(inner)
    assert find_home(inner).in_git
    assert trap.runs == []
    assert (state.reason, state.tag) == ("", "v1.2.3")  # of the clone, which is what was cloned


def test_a_bare_repository_in_none(tmp_path: Path, trap: Trap) -> None:
    inner = bare(tmp_path / "x", trap)
    assert "not in a git repository" in RealGit().state(inner).reason
    assert not find_home(inner).in_git
    assert trap.runs == []


def test_a_link_and_a_file_that_lead_to_a_bare_one(tmp_path: Path, trap: Trap) -> None:
    inner = bare(tmp_path / "unpacked" / "inner", trap)
    (tmp_path / "unpacked" / ".git").write_text(f"gitdir: {inner}\n")
    RealGit().state(tmp_path / "unpacked")
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / ".git").symlink_to(inner)
    RealGit().state(tmp_path / "linked")
    assert trap.runs == []


def test_a_submodule(tmp_path: Path, trap: Trap) -> None:
    other = repository(tmp_path / "other")
    place = repository(tmp_path / "place")
    git(place, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other), "sub")
    git(place, "commit", "--quiet", "--message=with a submodule")
    arm(place / "sub", trap)
    git(place, "config", "submodule.sub.update", f"!{trap.script} update")
    (place / "sub" / "a.txt").write_text("other\n")
    trap.record.unlink(missing_ok=True)
    state = RealGit().state(place)
    assert trap.runs == []
    assert (state.reason, state.dirty) == ("", False)


def test_missing_objects_are_not_fetched(tmp_path: Path, trap: Trap) -> None:
    place = repository(tmp_path / "place")
    arm(place, trap)
    git(place, "config", "core.repositoryFormatVersion", "1")
    git(place, "config", "extensions.partialClone", "origin")
    tree = git(place, "rev-parse", "HEAD^{tree}")
    (place / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    state = RealGit().state(place)
    assert trap.runs == []
    assert state.reason
    assert "\n" not in state.reason


def test_variables_that_name_programs(tmp_path: Path, trap: Trap) -> None:
    place = repository(tmp_path / "place")
    names = ("GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_EDITOR")
    planted = {name: str(trap.script) for name in names} | {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": str(trap.script),
        "GIT_CONFIG_PARAMETERS": f"'core.fsmonitor'='{trap.script}'",
        "GIT_TRACE": str(tmp_path / "trace"),
    }
    state = RealGit({**os.environ, **planted}).state(place)
    assert trap.runs == []
    assert not (tmp_path / "trace").exists()
    assert state.tag == "v1.2.3"


@pytest.mark.parametrize("name", [b"a=b", b"\xff", b"a\xe9", b"\xed\xa0\x80", "\ufffd".encode()])
@pytest.mark.parametrize("key", [b"clean", b"process"])
def test_a_filter_that_cannot_be_named(name: bytes, key: bytes, tmp_path: Path, trap: Trap) -> None:
    """Switched off by another name, it would run."""
    place = repository(tmp_path / "place")
    _filter(place, name, key, trap)
    assert "filter" in RealGit().state(place).reason
    assert trap.runs == []


@pytest.mark.parametrize("name", ["caf\xe9", "\U0001f600", "A b", "", "a.b", '"', "\\"])
def test_a_filter_with_an_odd_name_is_switched_off(name: str, tmp_path: Path, trap: Trap) -> None:
    place = repository(tmp_path / "place")
    _filter(place, name.encode(), b"clean", trap)
    assert RealGit().state(place).reason == ""
    assert trap.runs == []


def _filter(place: Path, name: bytes, key: bytes, trap: Trap) -> None:
    """Give the repository a filter, and git a reason to run it."""
    shown = name.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    with (place / ".git" / "config").open("ab") as file:
        file.write(b'[filter "%b"]\n\t%b = %b\n' % (shown, key, os.fsencode(trap.script)))
    (place / ".git" / "info" / "attributes").write_bytes(b"a.txt filter=%b\n" % name)
    os.utime(place / "a.txt", (1_000_000_000, 1_000_000_000))


def test_a_git_of_the_working_directory_is_not_run(tmp_path: Path, trap: Trap, monkeypatch: pytest.MonkeyPatch) -> None:
    place = repository(tmp_path / "place")
    (place / "git").write_text(trap.script.read_text())
    (place / "git").chmod(0o755)
    monkeypatch.chdir(place)
    for path in (f".:{os.environ['PATH']}", f":{os.environ['PATH']}", f"./:../place:{os.environ['PATH']}"):
        assert RealGit({**os.environ, "PATH": path}).state(place).tag == "v1.2.3"
        monkeypatch.setenv("PATH", path)
        assert find_home(place).in_git
    assert RealGit({**os.environ, "PATH": "."}).state(place).reason == "git is not installed"
    assert trap.runs == []


def test_a_git_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither it nor what it started is left, though the child holds the pipes open."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "git").write_text(f"#!/bin/sh\nsleep 1000 & echo $! >> {tmp_path}/children\nwait\n")
    (programs / "git").chmod(0o755)
    place = repository(tmp_path / "place")
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    state = RealGit(timeout=1.0).state(place)
    assert state.reason == "git did not answer within 1 s"
    monkeypatch.setattr(git_program, "TIMEOUT", 0.5)
    assert find_home(place).reason == "git did not answer within 0.5 s"
    children = (tmp_path / "children").read_text().split() if (tmp_path / "children").exists() else []
    for child in children:
        while not _is_gone(int(child)):  # they were killed, and end when the machine has time for it
            time.sleep(0.01)


def _is_gone(process: int) -> bool:
    """Whether a process has ended, be it that nobody has asked for its exit code yet."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
