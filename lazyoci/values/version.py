"""The version: LAZYOCI_VERSION, the tag if it is a semantic version, the event's tag, or the nearest git tag."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from lazyoci.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Callable

    from lazyoci.moves import Ours
    from lazyoci.semver import Semver
    from lazyoci.world import GitState
    from lazyoci.world.occasion import Occasion
    from lazyoci.world.version_line import Line


class Basis(StrEnum):
    """How a version relates to the commit that is built."""

    NONE = "none"  # there is no version
    EXACT = "exact"  # given for this run, or from the tag that the run is for
    HEAD = "head"  # from a tag on HEAD, but the run is for something else
    ANCESTOR = "ancestor"  # from a tag on an earlier commit
    DIRTY = "dirty"  # from a tag on HEAD, but the work tree has changes
    FILE = "file"  # from a file, and there is no git tag of it yet


@frozen
class Version:
    """A version and its source. `raw` is None if there is no version; `verbatim`: LAZYOCI_VERSION is not semantic."""

    raw: str | None
    semver: Semver | None
    source: str  # for messages: where it came from, or why there is none
    basis: Basis
    verbatim: bool = False
    passed_over: tuple[str, str] = ("", "")  # a given tag that was ignored, and its source
    giver: str = ""  # option, variable or CI service that gave it; empty if it is from git
    line: Line | None = None  # the artifact's own line of git tags, if it has one

    @property
    def exact(self) -> Semver | None:
        """The version, if it is certainly that of this run."""
        return self.semver if self.basis is Basis.EXACT else None

    @property
    def ours(self) -> Ours:
        """The version to which `moves: forward` tags shall move, or why they stay."""
        from lazyoci.moves import Ours  # few files have such tags

        if self.semver is None:
            return Ours()
        full, stays = self.semver.full, ""
        if self.semver.prerelease:
            stays = f"{full} is a prerelease"
        elif self.basis is Basis.ANCESTOR:
            stays = f"{full} is the version of an earlier commit"
        elif self.basis is Basis.DIRTY:
            stays = f"there are changes since {full} that are not committed"
        return Ours(self.semver, stays)


def given(environment: str, tag: str, tag_source: str) -> Version | None:
    """The version that was given for this run, by LAZYOCI_VERSION or as the tag. None if there is none."""
    if environment:
        parsed = _parse(environment)
        raw = environment if parsed is None else parsed.raw
        other = _parse(tag) if tag else None
        differs = other is not None and (parsed is None or other.full != parsed.full)
        passed_over = (tag, tag_source) if differs else ("", "")
        name = "LAZYOCI_VERSION"
        return Version(raw, parsed, name, Basis.EXACT, verbatim=parsed is None, passed_over=passed_over, giver=name)
    parsed = _parse(tag) if tag else None
    return None if parsed is None else Version(parsed.raw, parsed, tag_source, Basis.EXACT, giver=tag_source)


def found(tag: str, tag_source: str, occasion: Occasion | None, ask: Callable[[], GitState]) -> Version:
    """The version if none was given: from the event's tag, or else from git's description of HEAD."""
    passed_over = (tag, tag_source) if tag else ("", "")
    event = None if occasion is None else occasion.event
    if event is not None and event.tag and event.source != "git":
        parsed = _parse(event.tag)
        if parsed is not None:
            source = f"the tag {parsed.raw}, for which this run is ({event.source})"
            return Version(parsed.raw, parsed, source, Basis.EXACT, passed_over=passed_over, giver=event.source)
        passed_over = passed_over if tag else (event.tag, event.source)
    git = ask()
    if passed_over[0] and (git.asked or not git.reason) and not git.tag:
        why = no_version(*passed_over, git.reason or _why(git))
        return Version(None, None, why, Basis.NONE, passed_over=passed_over)
    if git.reason:
        return Version(None, None, or_else(git.reason, _GIVE) if git.asked else git.reason, Basis.NONE)
    if not git.tag:
        why = _why(git)
        what = "run git fetch --unshallow --tags" if git.shallow else "tag a commit (git tag v0.1.0)"
        message = f"{why}; {what}, or {_GIVE}"
        return Version(None, None, message, Basis.NONE)
    place = "on HEAD" if git.distance == 0 else f"{git.distance} commit{'s' * (git.distance != 1)} before HEAD"
    if git.distance:
        basis = Basis.ANCESTOR
    elif git.dirty:
        basis = Basis.DIRTY
    else:
        basis = Basis.EXACT if event is not None and event.tag == git.tag else Basis.HEAD
    return Version(git.tag, _parse(git.tag), f"git tag {git.tag}, {place}", basis, passed_over=passed_over)


_GIVE = "give --tag a version such as v1.0.0"


def or_else(reason: str, remedy: str) -> str:
    """Why git has no answer, which may name a remedy of its own, and another remedy."""
    return f"{reason}; or {remedy}" if "; " in reason else f"{reason}; {remedy}"


def _why(git: GitState) -> str:
    return "the clone is shallow and holds no tag" if git.shallow else "no git tag is reachable from HEAD"


def no_version(tag: str, source: str, why: str) -> str:
    """The message that the given tag is not a version, and `why` git has none either."""
    from lazyoci import clean, semver

    meant, shown = semver.near(tag), clean.line(tag)
    example = "a version such as v1.0.0" if meant is None else meant.raw
    by_user = source in ("--tag", "LAZYOCI_TAG")
    what = f'{source} "{shown}"' if by_user else f'the tag "{shown}", for which this run is,'
    return (
        f"{what} is not a semantic version, and {why}; give --tag {example}, or use {'.Tag' if by_user else '.GitTag'}"
    )


def _parse(text: str) -> Semver | None:
    from lazyoci import semver  # only where there is something to parse

    return semver.parse(text)
