"""The outside facts behind one value: files, git, the environment, the clock. Real, cached for editors, fake in tests.

Nothing below `check` looks at the machine in any other way, so the same file judged in another World tells exactly what
another face would see. The World also says which face looks on (`Face`): the hook judges the file alone, the editor and
`preview` judge it against git, and for `build` a value that is missing is an error.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING, Any, Protocol

from lazyoci.frozen import field, frozen

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


class Face(IntEnum):
    """Who looks on, and so how a missing value is judged."""

    FILE = 0  # validate and the hook: only what the file itself says
    EDITOR = 1  # editor and preview: with git, a missing value is information
    BUILD = 2  # build: a missing value is an error


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


class Files(Protocol):
    """Looks at files; editors lay unsaved text over the disk. Paths may be text: a `Path` is slow to make."""

    def kind(self, path: str | Path) -> str:
        """`file`, `dir`, or the empty text for what is neither or is not there."""
        ...

    def read(self, path: str | Path) -> bytes:
        """The content of a file; raises OSError."""
        ...

    def list(self, path: str | Path) -> list[str]:
        """The names in a directory, sorted; raises OSError."""
        ...


class Disk:
    """The real file system."""

    def kind(self, path: str | Path) -> str:
        try:
            mode = os.stat(path).st_mode  # noqa: PTH116  # asked for every path of every file: half of Path.stat
        except (OSError, ValueError):  # a name the system cannot hold (a NUL, too long) names nothing
            return ""
        return "file" if S_ISREG(mode) else "dir" if S_ISDIR(mode) else ""

    def read(self, path: str | Path) -> bytes:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123  # whole at once: a buffer would only cost
            return file.readall()

    def list(self, path: str | Path) -> list[str]:
        return sorted(os.listdir(path))  # noqa: PTH208  # names, not paths


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


def _now() -> datetime:
    return datetime.now(UTC)


@frozen
class World:
    """All a check may look at. `tag` is `--tag`; `now` is asked once, so one run has one Timestamp."""

    files: Files = field(default_factory=Disk)
    git: Git = field(default_factory=NoGit)
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    clock: Callable[[], datetime] = _now
    tag: str = ""
    face: Face = Face.FILE
    memo: dict[str, Any] = field(default_factory=dict, hidden=True)  # what was computed and holds for every directory
    _moment: list[datetime] = field(default_factory=list, hidden=True)

    @property
    def now(self) -> datetime:
        """The moment of this run, in UTC."""
        if not self._moment:
            self._moment.append(self.clock().astimezone(UTC))
        return self._moment[0]

    @property
    def has_git(self) -> bool:
        """Whether git may be asked at all."""
        return not isinstance(self.git, NoGit)


def real(*, tag: str = "", face: Face = Face.FILE, git: bool | None = None) -> World:
    """The World of this machine. Git is asked by every face but the hook's, unless `git` says otherwise."""
    ask = face is not Face.FILE if git is None else git
    return World(git=RealGit() if ask else NoGit(), tag=tag, face=face)
