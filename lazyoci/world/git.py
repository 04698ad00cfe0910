"""What git says about a directory, by its command line (`git_program`)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from lazyoci.frozen import frozen
from lazyoci.repository import repository_root
from lazyoci.world import git_program, version_tags

if TYPE_CHECKING:
    from lazyoci.programs import Running
    from lazyoci.world.version_line import Line


@frozen
class GitState:
    """What git says about a directory. If `reason` is not empty, the rest is unknown for that reason."""

    reason: str = ""
    sha: str = ""  # abbreviated as by `git rev-parse --short HEAD`
    sha_long: str = ""
    branch: str = ""  # empty when HEAD is detached
    dirty: bool = False
    tag: str = ""  # the nearest version tag (the highest on HEAD); else the nearest tag, else empty
    distance: int = 0  # commits between that tag and HEAD
    shallow: bool = False  # a shallow clone, so tags may be missing
    late: bool = False  # git did not answer in time
    default_branch: str = ""  # of the remote `origin`, if the clone recorded it
    asked: bool = True  # False if git was not asked; `reason` says how to do so
    root: str = ""  # the directory of the work tree
    changed: tuple[str, ...] = ()  # uncommitted paths, relative to `root`
    untracked: tuple[str, ...] = ()  # what git neither has nor ignores; directories of nothing else end in a slash
    unknown: tuple[str, ...] = ()  # what may be, as only a filter knows, and none is run
    tags: tuple[version_tags.GitTag, ...] = ()  # every tag of the clone


@frozen
class Nearest:
    """The nearest git tag of a line (the highest if a commit has several), and the commits between it and HEAD."""

    tag: str = ""  # empty if there is none, or if git cannot tell it for `reason`
    distance: int = 0
    reason: str = ""


class Git(Protocol):
    """Asks git about a directory."""

    def state(self, directory: Path) -> GitState:
        """The state of the repository that holds `directory`."""
        ...

    def nearest(self, directory: Path, line: Line) -> Nearest:
        """The nearest tag of a line in that repository."""
        ...


class NoGit:
    """Git for `validate` and the hook, which check only the file: it answers that it was not asked."""

    def state(self, directory: Path) -> GitState:
        return GitState(reason="git was not asked; validate with --resolve to use it", asked=False)

    def nearest(self, directory: Path, line: Line) -> Nearest:
        return Nearest(reason=self.state(directory).reason)


class RealGit:
    """Git by its command line, once per repository. Independent commands run in parallel."""

    def __init__(self, environ: Mapping[str, str] | None = None, *, timeout: float = git_program.TIMEOUT) -> None:
        self._environ = os.environ if environ is None else environ
        self._timeout = timeout
        self._known: dict[Path, GitState] = {}
        self._begun: dict[Path, list[Running] | GitState] = {}
        self._nearest: dict[tuple[Path, str], Nearest] = {}

    def begin(self, directory: Path) -> None:
        """Start git, so that it works while this program prepares."""
        root = repository_root(directory)
        if root is not None and root not in self._known and root not in self._begun:
            self._begun[root] = self._ask(root)

    def state(self, directory: Path) -> GitState:
        root = repository_root(directory)
        if root is None:
            return GitState(reason=f"{_shown(directory)} is not in a git repository")
        if root not in self._known:
            self.begin(directory)
            begun = self._begun.pop(root)
            self._known[root] = begun if isinstance(begun, GitState) else self._answer(begun, root)
        return self._known[root]

    def nearest(self, directory: Path, line: Line) -> Nearest:
        root, state = repository_root(directory), self.state(directory)
        if root is None or state.reason:
            return Nearest(reason=state.reason)
        key = root, line.pattern
        if key not in self._nearest:
            self._nearest[key] = nearest_tag(root, line, state, self._environ, self._timeout)
        return self._nearest[key]

    def _ask(self, root: Path) -> list[Running] | GitState:
        """The running commands, or why there is no answer."""
        running: list[Running] = []
        try:
            for command in _COMMANDS:
                running.append(git_program.start(root, command, self._environ))
        except OSError as error:
            for one in running:
                one.end()
            return GitState(reason=git_program.no_git(error))
        return running

    def _answer(self, running: list[Running], root: Path) -> GitState:
        """Wait for the commands and return their answer."""
        from lazyoci import programs
        from lazyoci.world import git_filters

        deadline = monotonic() + self._timeout

        def left() -> float:
            return max(0.0, deadline - monotonic())

        try:
            answers = [one.answer(left()) for one in running]
            troubles = "".join(one.err for one in answers if one.code)
            if troubles or any(one.code for one in answers):
                return GitState(reason=git_program.failure(troubles, root))
            configured, head, described, references = answers
            filters = git_program.filters(configured.out)
            if filters is None:
                return GitState(
                    reason="git was not asked what has changed: a filter in its configuration has a strange name; "
                    "rename it"
                )
            status = git_program.start(root, git_filters.STATUS, self._environ, filters).answer(left())
            if status.code:
                return GitState(reason=git_program.failure(status.err, root))

            def attributes(paths: str) -> str:
                asked = git_program.start(root, git_filters.ATTRIBUTES, self._environ, filters, stdin=paths)
                return asked.answer(left()).out

            entries = git_filters.entries(status.out)
            changed, unknown = git_filters.sort(entries, filters, str(root), attributes, deadline)
            shallow, sha_long, full_name = (*head.out.split("\n"), "", "")[:3]
            every = version_tags.read(references.out)
            on_head = [one.name for one in every if one.commit == sha_long]
            nearest, describing = described.out, version_tags.Describing()
            while (more := describing.again(nearest, on_head)) is not None:
                again = git_program.start(root, more, self._environ).answer(left())
                if again.code:
                    break  # no version is reachable: keep what was found
                nearest = again.out
        except programs.TimedOut:
            return GitState(reason=f"git did not answer within {self._timeout:g} s", late=True)
        except OSError as error:
            return GitState(reason=git_program.no_git(error))
        finally:
            for one in running:
                one.end()
        tag, distance, sha = version_tags.nearest(nearest, on_head)
        return GitState(
            sha=sha,
            sha_long=sha_long,
            branch=full_name.removeprefix("refs/heads/") if full_name.startswith("refs/heads/") else "",
            dirty=bool(changed),
            tag=tag,
            distance=distance,
            shallow=shallow == "true",
            default_branch=version_tags.points_to(references.out, _ORIGIN + "HEAD").removeprefix(_ORIGIN),
            root=str(root),
            changed=changed,
            unknown=unknown,
            untracked=git_filters.untracked(status.out),
            tags=every,
        )


def nearest_tag(root: Path, line: Line, state: GitState, environ: Mapping[str, str] | None, timeout: float) -> Nearest:
    """The nearest tag of a line; git is asked only if HEAD has none."""
    from lazyoci import programs

    here = line.highest([tag.name for tag in state.tags if tag.commit == state.sha_long])
    if here:
        return Nearest(here)
    passed_over: list[str] = []
    try:
        while len(passed_over) < version_tags.MOST_PASSED_OVER:
            but = [f"--exclude={one}" for one in passed_over]
            command = ("describe", "--tags", "--long", f"--match={line.pattern}", *but)
            given = os.environ if environ is None else environ
            answer = git_program.start(root, command, given).answer(timeout)
            if answer.code:
                return Nearest()  # no tag is reachable
            tag, distance, _ = version_tags.split(answer.out)
            if line.version(tag) is not None:
                commit = next((one.commit for one in state.tags if one.name == tag), "")
                beside = [one.name for one in state.tags if commit and one.commit == commit]
                return Nearest(line.highest([tag, *beside]), distance)
            passed_over.append(tag)
    except programs.TimedOut:
        return Nearest(reason=f"git did not answer within {timeout:g} s")
    except OSError as error:
        return Nearest(reason=git_program.no_git(error))
    return Nearest()


_ORIGIN = "refs/remotes/origin/"
_COMMANDS = (
    ("config", "--list", "--name-only", "-z"),
    ("rev-parse", "--is-shallow-repository", "HEAD", "--symbolic-full-name", "HEAD"),
    version_tags.DESCRIBE,
    (*version_tags.LIST, _ORIGIN + "HEAD"),
)


def _shown(directory: Path) -> str:
    return "the directory" if str(directory) in ("", ".") else str(directory)
