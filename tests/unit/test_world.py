"""Git as it really is: tags, branches, worktrees, hooks' variables, and why it has no answer."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lazyoci.world import Disk, Face, NoGit, RealGit, World, real


def git(directory: Path, *arguments: str) -> str:
    environ = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environ |= {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@example.com",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@example.com",
    }
    done = subprocess.run(["git", *arguments], cwd=directory, env=environ, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    place = tmp_path / "repository"
    place.mkdir()
    git(place, "init", "--quiet", "--initial-branch=main")
    (place / "file").write_text("1\n", encoding="utf-8")
    git(place, "add", "file")
    git(place, "commit", "--quiet", "--message=one")
    return place


def commit(place: Path) -> None:
    git(place, "commit", "--quiet", "--allow-empty", "--message=more")


def test_state_without_a_tag(repository: Path) -> None:
    state = RealGit().state(repository)
    assert state.reason == ""
    assert state.sha == git(repository, "rev-parse", "--short", "HEAD")
    assert state.sha_long == git(repository, "rev-parse", "HEAD")
    assert (state.branch, state.tag, state.dirty) == ("main", "", False)


def test_nearest_tag_and_distance(repository: Path) -> None:
    git(repository, "tag", "v1.4.2-rc.1-gold")
    assert RealGit().state(repository).tag == "v1.4.2-rc.1-gold"
    commit(repository)
    state = RealGit().state(repository)
    assert (state.tag, state.distance) == ("v1.4.2-rc.1-gold", 1)


def test_branch_with_slash_and_dirty_tree(repository: Path) -> None:
    git(repository, "checkout", "--quiet", "-b", "feature/x")
    (repository / "file").write_text("2\n", encoding="utf-8")
    state = RealGit().state(repository)
    assert (state.branch, state.dirty) == ("feature/x", True)


def test_detached_head_has_no_branch(repository: Path) -> None:
    git(repository, "checkout", "--quiet", "--detach")
    assert RealGit().state(repository).branch == ""


def test_a_branch_and_a_tag_of_one_name(repository: Path) -> None:
    git(repository, "tag", "main")
    assert RealGit().state(repository).branch == "main"


def test_the_variables_of_a_hook_do_not_mislead(repository: Path, tmp_path: Path) -> None:
    elsewhere = {"GIT_DIR": str(tmp_path / "elsewhere"), "GIT_INDEX_FILE": "nowhere", "GIT_WORK_TREE": str(tmp_path)}
    assert RealGit(dict(os.environ) | elsewhere).state(repository).branch == "main"


def test_a_directory_inside_and_a_worktree(repository: Path, tmp_path: Path) -> None:
    inner = repository / "a" / "b"
    inner.mkdir(parents=True)
    assert RealGit().state(inner).branch == "main"
    git(repository, "worktree", "add", "--quiet", str(tmp_path / "tree"), "-b", "other")
    assert RealGit().state(tmp_path / "tree").branch == "other"


def test_one_repository_is_asked_once(repository: Path) -> None:
    asked = RealGit()
    first = asked.state(repository)
    commit(repository)
    assert asked.state(repository) is first


def test_what_is_begun_is_the_answer(repository: Path) -> None:
    asked = RealGit()
    asked.begin(repository)
    asked.begin(repository / ".")
    state = asked.state(repository)
    assert state == RealGit().state(repository)
    assert not state.reason


def test_what_cannot_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init", "--quiet")
    monkeypatch.setenv("PATH", str(tmp_path))
    asked = RealGit()
    asked.begin(tmp_path)
    assert asked.state(tmp_path).reason == "git is not installed"


def test_why_there_is_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "not in a git repository" in RealGit().state(tmp_path).reason
    git(tmp_path, "init", "--quiet")
    assert "no commit yet" in RealGit().state(tmp_path).reason
    monkeypatch.setenv("PATH", str(tmp_path))
    assert RealGit().state(tmp_path).reason == "git is not installed"


def test_validate_does_not_ask_git() -> None:
    assert not real().has_git
    assert real(face=Face.EDITOR).has_git
    assert "--resolve" in NoGit().state(Path()).reason


def test_one_run_has_one_moment() -> None:
    moments = iter([datetime(2026, 2, 8, 12, tzinfo=UTC), datetime(2026, 2, 9, tzinfo=UTC)])
    world = World(clock=lambda: next(moments))
    assert world.now == world.now


def test_the_disk(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"x")
    disk = Disk()
    assert (disk.kind(tmp_path), disk.kind(tmp_path / "f"), disk.kind(tmp_path / "no")) == ("dir", "file", "")
    assert disk.kind(tmp_path / "a\0b") == ""
    assert disk.list(tmp_path) == ["f"]
    assert disk.read(tmp_path / "f") == b"x"
