"""Asking git about a directory, by its command line, in one place only."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from lazyoci.frozen import frozen

if TYPE_CHECKING:
    from subprocess import Popen

# `git rev-parse --local-env-vars`: hooks set these, and they would point git at another repository than the file's
GIT_LOCAL_VARIABLES = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_CONFIG",
        "GIT_CONFIG_COUNT",
        "GIT_CONFIG_PARAMETERS",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_INTERNAL_SUPER_PREFIX",
        "GIT_NO_REPLACE_OBJECTS",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)


@frozen
class GitState:
    """What git says of a directory. Where `reason` is not empty the rest is unknown, and `reason` says why."""

    reason: str = ""
    sha: str = ""  # abbreviated as by `git rev-parse --short HEAD`
    sha_long: str = ""
    branch: str = ""  # empty when HEAD is detached
    dirty: bool = False
    tag: str = ""  # the nearest tag reachable from HEAD; empty if there is none
    distance: int = 0  # commits between that tag and HEAD
    shallow: bool = False  # history was cut off, so tags may be missing
    asked: bool = True  # False where git has not been asked, and `reason` says how it would be


class Git(Protocol):
    """Asks git about a directory."""

    def state(self, directory: Path) -> GitState:
        """The state of the repository that holds `directory`."""
        ...


class NoGit:
    """Git that was not asked: `validate` and the hook judge the file itself."""

    def state(self, directory: Path) -> GitState:
        return GitState(reason="git was not asked; validate with --resolve to use it", asked=False)


class RealGit:
    """Git by its command line, once per repository: two commands, run side by side."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = os.environ if environ is None else environ
        self._known: dict[Path, GitState] = {}
        self._begun: dict[Path, list[Popen[str]] | GitState] = {}

    def begin(self, directory: Path) -> None:
        """Start asking: git then works while this program prepares what will need the answer."""
        root = _repository_root(directory)
        if root is not None and root not in self._known and root not in self._begun:
            self._begun[root] = self._ask(directory)

    def state(self, directory: Path) -> GitState:
        root = _repository_root(directory)
        if root is None:
            return GitState(reason=f"{_shown(directory)} is not in a git repository")
        if root not in self._known:
            self.begin(directory)
            begun = self._begun.pop(root)
            self._known[root] = begun if isinstance(begun, GitState) else _answer(begun, root)
        return self._known[root]

    def _ask(self, directory: Path) -> list[Popen[str]] | GitState:
        """The commands at work, or why there is no answer."""
        import subprocess

        environ = {key: value for key, value in self._environ.items() if key not in GIT_LOCAL_VARIABLES}
        environ |= {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}
        running: list[Popen[str]] = []
        try:
            for command in _COMMANDS:
                running.append(
                    subprocess.Popen(
                        ["git", *command],
                        cwd=directory,
                        env=environ,
                        stdin=subprocess.DEVNULL,
                        stdout=subprocess.PIPE,
                        stderr=subprocess.PIPE,
                        text=True,
                        encoding="utf-8",
                        errors="replace",
                    )
                )
        except OSError as error:
            for process in running:
                process.communicate()
            if isinstance(error, FileNotFoundError):
                return GitState(reason="git is not installed")
            return GitState(reason=f"git could not be run: {error.strerror or error}")
        return running


_COMMANDS = (
    ("rev-parse", "HEAD", "--symbolic-full-name", "HEAD"),
    ("describe", "--tags", "--long", "--dirty", "--always"),
)


def _answer(running: list[Popen[str]], root: Path) -> GitState:
    """What the commands say, when they have."""
    (head, trouble), (described, more_trouble) = [process.communicate() for process in running]
    if any(process.returncode for process in running):
        return GitState(reason=_git_failure(trouble + more_trouble))
    return _parse_git(head, described, shallow=(root / ".git" / "shallow").exists())


def _repository_root(directory: Path) -> Path | None:
    """The nearest directory upward that holds `.git` (a directory, or a file in worktrees and submodules)."""
    try:
        directory = directory.resolve()
    except OSError:
        return None
    for candidate in (directory, *directory.parents):
        if (candidate / ".git").exists():
            return candidate
    return None


def _shown(directory: Path) -> str:
    return "the directory" if str(directory) in ("", ".") else str(directory)


def _git_failure(stderr: str) -> str:
    if "dubious ownership" in stderr:
        return "git refuses a repository of another user; run: git config --global --add safe.directory DIRECTORY"
    if "unknown revision" in stderr or "ambiguous argument 'HEAD'" in stderr or "Not a valid object name" in stderr:
        return "the git repository has no commit yet; make one: git commit"
    first = next((line for line in stderr.splitlines() if line.strip()), "it gave no reason")
    return f"git failed: {first.removeprefix('fatal: ')}"


def _parse_git(head: str, described: str, *, shallow: bool) -> GitState:
    lines = head.split("\n")
    sha_long, full_name = lines[0].strip(), lines[1].strip() if len(lines) > 1 else ""
    branch = full_name.removeprefix("refs/heads/") if full_name.startswith("refs/heads/") else ""
    text = described.strip()
    dirty = text.endswith("-dirty")
    text = text.removesuffix("-dirty")
    tag, distance, sha = "", 0, text
    front, mark, short = text.rpartition("-g")
    if mark:  # TAG-DISTANCE-gSHA; without any tag, --always gives the bare hash, which has no dash
        tag, _, count = front.rpartition("-")
        sha, distance = short, int(count)
    return GitState("", sha, sha_long, branch, dirty, tag, distance, shallow)
