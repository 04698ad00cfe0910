"""`Value`, and the functions that take values from the occasion, git and the version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lazyoci.frozen import frozen
from lazyoci.mask import masked
from lazyoci.values import version as _version
from lazyoci.world import Face, GitState
from lazyoci.world.events import PULL_REQUEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from lazyoci.values.version import Version
    from lazyoci.world.occasion import Occasion
    from lazyoci.world.version_line import Line


@frozen
class Value:
    """A variable's value. If there is none, `text` is None, and `source` says why and how to give one.

    `unset`: the value is certainly missing, and Go would use the empty text; otherwise it is only unknown now.
    `absent`: this run certainly has no such thing, such as a pull request on a branch; conditions use the empty text.
    """

    name: str
    text: str | None
    source: str
    unset: bool = False
    absent: bool = False

    @property
    def shown(self) -> str | None:
        """`text` for people and reports: the password of an address in it is hidden."""
        return self.text and masked(self.text)


def from_occasion(
    name: str, occasion: Occasion | None, git: Callable[[], GitState], line: Line | None, face: Face
) -> Value:
    """A fact about the run, or why it is unknown. `line` is the artifact's own line of version tags, if any."""
    if occasion is None:
        return Value(name, None, git().reason)
    event, unset = occasion.event, face is Face.BUILD
    if name == "GitTag":
        if event.tag:
            return Value(name, event.tag, f"the tag that this run is for ({event.source})")
        if event.source == "git" and git().reason:
            return Value(name, None, _version.or_else(git().reason, "give --tag a version"))
        why = f"this run is for {occasion.shown}; {_tagging(occasion, git(), line)}"
        return Value(name, None, why, unset=unset, absent=True)
    if name == "DefaultBranch":
        branch, source = occasion.default_branch
        if branch:
            return Value(name, branch, source)
        return Value(name, None, "nobody tells it; write defaultBranch: main into .lazyoci.yaml")
    pr, base = occasion.pr, occasion.base
    source = occasion.service or occasion.stated.source
    if name == "PullRequest" and pr is not None:
        return Value(name, str(pr), source)
    if name == "BaseBranch" and base:
        return Value(name, base, source)
    if event.kind == PULL_REQUEST:
        stating = "pull-request=NUMBER" if name == "PullRequest" else "pull-request --occasion base=BRANCH"
        return Value(name, None, f"{source} does not tell it; state it: --occasion {stating}")
    why = f"this run is for {occasion.shown}, not for a pull request; state one: --occasion pull-request=NUMBER"
    return Value(name, None, why, unset=unset, absent=True)


def from_git(name: str, occasion: Occasion | None, git: Callable[[], GitState]) -> Value:
    """The branch, the commit, or whether the work tree is changed. `git` is called only where it is needed."""
    if name == "GitBranch":
        return _branch(occasion, git)
    state = git()
    if state.reason:
        return Value(name, None, state.reason)
    if name == "GitSHA":
        return Value(name, state.sha, "git HEAD")
    if name == "GitSHALong":
        return Value(name, state.sha_long, "git HEAD")
    return Value(name, "true" if state.dirty else "", "git work tree")


def from_version(name: str, version: Version, git: Callable[[], GitState], face: Face) -> Value:
    """The version or a part of it, or why there is none."""
    if version.raw is None:
        return Value(name, None, version.source, unset=face is Face.BUILD and not git().reason)
    if name == "VersionRaw":
        return Value(name, version.raw, version.source)
    parsed = version.semver
    if parsed is not None:
        text = {
            "Version": parsed.version,
            "VersionMajor": parsed.major,
            "VersionMinor": parsed.minor,
            "VersionPatch": parsed.patch,
            "VersionPrerelease": parsed.prerelease,
            "VersionMajorMinor": parsed.major_minor,
            "VersionFull": parsed.full,
            "VersionBuild": parsed.build,
        }[name]
        return Value(name, text, version.source)
    if version.verbatim and name in ("Version", "VersionFull"):
        return Value(name, version.raw, version.source)
    if version.verbatim and name in ("VersionPrerelease", "VersionBuild"):
        return Value(name, "", version.source)
    if version.passed_over[0]:
        why = _version.no_version(*version.passed_over, f"neither is {version.source}")
        return Value(name, None, why, unset=True)
    from lazyoci import semver  # only where something is wrong

    near = semver.near(version.raw)
    example = "a version such as v1.0.0" if near is None else near.raw
    remedy = f"set {version.giver} to {example}" if version.giver else f"tag a version, or give --tag {example}"
    why = f"{version.raw!r} ({version.source}) is not a semantic version; {remedy}"
    return Value(name, None, why, unset=True)


_DETACHED = "HEAD is detached, and CI does not tell the branch; state it: --occasion branch=BRANCH"


def _branch(occasion: Occasion | None, git: Callable[[], GitState]) -> Value:
    name = "GitBranch"
    if occasion is None:
        return Value(name, None, git().reason)
    branch = occasion.branch
    told = occasion.told is not None and bool(occasion.told.branch or occasion.told.tag)
    if branch is None:
        if occasion.event.kind == PULL_REQUEST:
            who, stating = occasion.service or occasion.stated.source, "--occasion pull-request"
            why = f"{who} does not tell the source branch; state it: {stating} --occasion branch=BRANCH"
            return Value(name, None, why)
        if occasion.unclear:
            return Value(name, None, f"{occasion.unclear}; state it: --occasion branch=BRANCH")
        return Value(name, None, git().reason or _DETACHED)
    if not branch and occasion.tag_of_another:
        return Value(name, "", f"this run is for {occasion.shown}")
    if occasion.stated.branch or (occasion.stated.tag and not branch):
        source = occasion.stated.source
    elif occasion.stated.default_branch and not told and branch == occasion.default_branch[0]:
        source = occasion.default_branch[1]
    else:
        source = occasion.service if told else "git branch"
    if branch:
        return Value(name, branch, source)
    return Value(name, "", f"this run is for {occasion.shown}" if source != "git branch" else "HEAD is detached")


def _tagging(occasion: Occasion, git: GitState, line: Line | None) -> str:
    """The remedy: how to make this a run for a tag."""
    if occasion.tag_of_head:
        return "put them away (git stash), or commit them and tag that commit"
    if occasion.event.source != "git":
        return "run it for a tag, or give --tag a version"
    tag = git.tag
    if line is None and tag and not git.distance:
        return f"HEAD's tag {tag} is no version; state that it is meant: --occasion tag={tag}"
    return "tag HEAD, or give --tag a version"
