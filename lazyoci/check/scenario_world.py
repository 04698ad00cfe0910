"""A scenario, and a World in which its occasion is the current one.

The work tree is clean, there is no CI service, and only environment variables that give values to templates count.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lazyoci import semver
from lazyoci.errors import UsageError
from lazyoci.frozen import frozen, replace
from lazyoci.semver import Semver
from lazyoci.values import Values
from lazyoci.world import Face, Git, GitState, Nearest, World
from lazyoci.world.stated import EXAMPLES, Stated, stated
from lazyoci.world.version_line import Line

_FIRST = "1.0.0"  # the next release if there is none yet
_NOT_OURS = ("LAZYOCI_TAG", "LAZYOCI_VERSION", "LAZYOCI_OCCASION")


@frozen
class Scenario:
    """One occasion. `words` are as for `--occasion`; without words it is the current run's.

    With `next_release` the version is the one after the highest of each artifact's line, followed by `suffix`.
    """

    name: str
    words: tuple[str, ...] = ()
    next_release: bool = False
    suffix: str = ""


def given(words: Sequence[str]) -> tuple[Scenario, ...]:
    """The scenarios that the user names, each as `--occasion` takes it. Raises UsageError."""
    return tuple([_given(text) for text in words])


def _given(text: str) -> Scenario:
    words = tuple([word.strip() for word in text.split(",") if word.strip()])
    if not words:
        raise UsageError("a scenario is empty", hint=f"write words as of --occasion: {EXAMPLES}")
    stated(words, {})
    return Scenario(", ".join(word.replace("=", " ", 1) for word in words), words)


STANDARD = (
    Scenario("here and now"),
    Scenario("next release", (), True),
    Scenario("its candidate", (), True, "-rc.1"),
    Scenario("default branch", ("default-branch",)),
    Scenario("branch feature/x", ("branch=feature/x",)),
    Scenario("pull request 7", ("pull-request=7",)),
    Scenario("schedule", ("default-branch", "schedule")),
)


def world(here: World, scenario: Scenario, tag: str) -> World:
    """The World of a scenario; `tag` is what `tag_of` gives for an artifact.

    As where someone releases by hand, a release has `--tag` too; a run for a `tag=` has none, as in CI.
    """
    released = scenario.next_release or any(word.startswith(("release=", "prerelease=")) for word in scenario.words)
    said = Stated(source="the scenario", tag=tag) if scenario.next_release else stated(scenario.words, {})
    environ = {
        name: text for name, text in here.environ.items() if name.startswith("LAZYOCI_") and name not in _NOT_OURS
    }
    return replace(
        here,
        git=_Clean(here.git, pretend=not here.has_git),
        environ={**environ, "CI": "true"},  # as in CI, not on a person's machine
        tag=tag if released else "",
        face=Face.BUILD,
        stated=said,
        memo={},
        _told=[],
    )


def tag_of(scenario: Scenario, values: Values, of_file: Values) -> str:
    """The git tag of a scenario for one artifact; empty if it has none.

    The next release is each artifact's own. A tag that someone names is the same for all, as in a build.
    """
    if not scenario.next_release:
        return stated(scenario.words, {}).tag
    origin = values.origin
    if origin is not None and origin.file is not None and origin.file.version is not None:
        version = origin.file.version
        written = version.version
    else:
        written = _next(values, of_file)
    line = None if origin is None else origin.line
    return f"v{written}{scenario.suffix}" if line is None else line.tag(written + scenario.suffix)


def _next(values: Values, of_file: Values) -> str:
    """The version after the highest one in git of the artifact's line."""
    lines = values.lines
    names = [tag.name for tag in of_file.git.tags]
    line = None if values.origin is None else values.origin.line
    if line is None and lines is not None:
        names = [name for name in names if not lines.only_own_have(name)]
    parse = semver.parse if line is None else line.version
    versions: list[Semver] = [found for name in names if (found := parse(name)) is not None and not found.prerelease]
    if not versions:
        return _FIRST
    last = max(versions, key=lambda one: one.precedence)
    patch = last.patch if len(last.patch) > 18 else str(int(last.patch) + 1)
    return f"{last.major}.{last.minor}.{patch}"


class _Clean:
    """Git as it will be at the next commit: a clean work tree, and no tag on HEAD yet.

    With `pretend` the real git is not asked.
    """

    def __init__(self, inner: Git, *, pretend: bool) -> None:
        self._inner = inner
        self._pretend = pretend

    def state(self, directory: Path) -> GitState:
        """See `lazyoci.world.Git`."""
        if self._pretend:
            sha = "0123456789abcdef" * 2 + "01234567"
            return GitState(sha=sha[:7], sha_long=sha, branch="main", default_branch="main")
        state = self._inner.state(directory)
        return replace(state, dirty=False, changed=(), tags=(), distance=max(1, state.distance) if state.tag else 0)

    def nearest(self, directory: Path, line: Line) -> Nearest:
        """See `lazyoci.world.Git`."""
        if self._pretend:
            return Nearest()
        last = self._inner.nearest(directory, line)
        return replace(last, distance=max(1, last.distance)) if last.tag else last
