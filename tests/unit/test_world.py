"""Git as it really is: tags, branches, worktrees, hooks' variables, and why it has no answer."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lazyoci.values import Values
from lazyoci.world import Disk, Face, NoGit, RealGit, World, real
from lazyoci.world.git_program import failure


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


def test_a_tag_that_is_no_version_hides_none(repository: Path) -> None:
    git(repository, "tag", "v2.3.0")
    commit(repository)
    for tag in ("nightly", "1.2.3.4", "v1.2.x.3", "api-v9.0.0", "dir/v9.0.0"):
        git(repository, "tag", tag)
    state = RealGit().state(repository)
    assert (state.tag, state.distance) == ("v2.3.0", 1)
    git(repository, "tag", "v2.2.0")
    git(repository, "tag", "v10.0.0-rc.1")
    git(repository, "tag", "v10.0.0-rc.11")
    git(repository, "tag", "--annotate", "--message=x", "v10.0.0-rc.2")
    state = RealGit().state(repository)
    assert (state.tag, state.distance) == ("v10.0.0-rc.11", 0)


def test_without_a_version_the_nearest_tag(repository: Path) -> None:
    git(repository, "tag", "nightly")
    commit(repository)
    state = RealGit().state(repository)
    assert (state.tag, state.distance) == ("nightly", 1)


def test_every_tag_with_its_commit_and_what_has_changed(repository: Path) -> None:
    first = git(repository, "rev-parse", "HEAD")
    git(repository, "tag", "--annotate", "--message=x", "v1.0.0")
    git(repository, "tag", "--annotate", "--message=x", "of-a-tag", "v1.0.0")
    git(repository, "tag", "file", "HEAD:file")
    (repository / "umlaut ü").write_text("1\n", encoding="utf-8")
    git(repository, "add", "umlaut ü")
    commit(repository)
    git(repository, "tag", "light")
    for name in ("file", "umlaut ü", "untracked"):
        (repository / name).write_text("2\n", encoding="utf-8")
    state = RealGit().state(repository)
    tags = {tag.name: tag for tag in state.tags}
    assert tags["v1.0.0"] == ("v1.0.0", first, git(repository, "rev-parse", "v1.0.0"))
    assert tags["light"] == ("light", git(repository, "rev-parse", "HEAD"), "")
    assert tags["of-a-tag"].commit in (first, "")  # git before 2.45 follows one tag only
    assert sorted(tags) == ["file", "light", "of-a-tag", "v1.0.0"]
    assert (state.root, state.changed) == (str(repository.resolve()), ("file", "umlaut ü"))


def test_the_default_branch_that_a_clone_notes(repository: Path, tmp_path: Path) -> None:
    assert RealGit().state(repository).default_branch == ""
    git(tmp_path, "clone", "--quiet", repository.as_uri(), "clone")
    git(tmp_path / "clone", "checkout", "--quiet", "-b", "other")
    assert RealGit().state(tmp_path / "clone").default_branch == "main"


def test_a_worktree_and_a_submodule_of_a_shallow_clone(repository: Path, tmp_path: Path) -> None:
    commit(repository)
    git(tmp_path, "clone", "--quiet", "--depth=1", repository.as_uri(), "clone")
    git(tmp_path / "clone", "worktree", "add", "--quiet", str(tmp_path / "tree"), "-b", "other")
    assert RealGit().state(tmp_path / "tree").shallow
    assert not RealGit().state(repository).shallow
    outer = tmp_path / "outer"
    outer.mkdir()
    git(outer, "init", "--quiet")
    git(
        outer, "-c", "protocol.file.allow=always",
        "submodule", "add", "--quiet", "--depth=1", repository.as_uri(), "inner",
    )  # fmt: skip
    assert (outer / "inner" / ".git").is_file()
    assert RealGit().state(outer / "inner").shallow
    values = Values(World(git=RealGit(), environ={}, face=Face.BUILD), outer / "inner")
    assert values.get("Version").source.startswith("the clone is shallow and holds no tag; run git fetch --unshallow")


@pytest.mark.parametrize("told", ["", "'"])
def test_a_repository_of_another_user(told: str) -> None:
    path = "/srv/it's"
    advice = f"git config --global --add safe.directory {told or path}"
    wrote = f"fatal: detected dubious ownership in repository at '{path}'\nTo add an exception, call:\n\n\t{advice}\n"
    assert failure(wrote, Path(path)) == f"git refuses a repository of another user; run: {advice}"
    alone = failure("fatal: unsafe repository ('/srv/it's' is owned by someone else)", Path(path))
    assert alone.endswith("""safe.directory '/srv/it'"'"'s'""")
