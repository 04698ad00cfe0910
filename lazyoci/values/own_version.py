"""The version of an artifact with `versionFrom`: from its own line of git tags, a file, or both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lazyoci import semver
from lazyoci.frozen import frozen, replace
from lazyoci.values.version import Basis, Version, or_else
from lazyoci.values.version_file import FileVersion
from lazyoci.world.events import TAG

if TYPE_CHECKING:
    from collections.abc import Callable

    from lazyoci.semver import Semver
    from lazyoci.world import GitState
    from lazyoci.world.git import Nearest
    from lazyoci.world.occasion import Occasion
    from lazyoci.world.version_line import Line

_VARIABLE = "LAZYOCI_VERSION"


@frozen
class Origin:
    """Where a version comes from: `line` is the artifact's pattern of git tags, `file` its version file."""

    line: Line | None = None
    path: str = ""
    file: FileVersion | None = None

    def parse(self, text: str) -> Semver | None:
        """The version that a tag names, if the tag belongs to the line."""
        return semver.parse(text) if self.line is None else self.line.version(text)


def own_version(
    origin: Origin,
    given: tuple[tuple[str, str], ...],
    occasion: Occasion | None,
    git: Callable[[], GitState],
    nearest: Callable[[], Nearest],
) -> Version:
    """The version. `given` are texts that the user gave for this run, each with its source; the first one counts."""
    found = _found(origin, given, occasion, git, nearest)
    return replace(found, line=origin.line, passed_over=_passed_over(origin, found, given))


def _passed_over(origin: Origin, version: Version, given: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    """The tag that the user gave but that does not give this version, and its source; empty texts without one."""
    if version.giver == _VARIABLE:
        tags = [one for one in given if one[1] != _VARIABLE]
        others = [(origin.parse(text) or semver.parse(text), text, source) for text, source in tags]
        differ = [one[1:] for one in others if one[0] is not None and one[0].full != (version.semver or one[0]).full]
        return differ[0] if differ else ("", "")
    foreign = [one for one in given if one[1] != _VARIABLE and origin.parse(one[0]) is None]
    return foreign[0] if foreign else ("", "")


def _found(
    origin: Origin,
    given: tuple[tuple[str, str], ...],
    occasion: Occasion | None,
    git: Callable[[], GitState],
    nearest: Callable[[], Nearest],
) -> Version:
    for text, source in given:
        found = origin.parse(text) or (semver.parse(text) if source == _VARIABLE else None)
        if found is not None and (origin.file is None or source == _VARIABLE):
            return Version(found.raw, found, source, Basis.EXACT, giver=source)
    event = None if occasion is None else occasion.event
    if origin.file is not None:
        return _of_file(origin, origin.file, occasion, git, nearest)
    if event is not None and event.kind == TAG and event.source != "git":
        found = origin.parse(event.tag)
        if found is not None:
            source = f"the tag {event.tag}, for which this run is ({event.source})"
            return Version(found.raw, found, source, Basis.EXACT, giver=event.source)
    return _of_git(origin, occasion, git(), nearest)


def _of_file(
    origin: Origin,
    file: FileVersion,
    occasion: Occasion | None,
    git: Callable[[], GitState],
    nearest: Callable[[], Nearest],
) -> Version:
    if file.version is None:
        return Version(None, None, file.problem, Basis.NONE)
    named = Version(file.version.raw, file.version, origin.path, Basis.FILE)
    if occasion is None:
        return named
    event = occasion.event
    if event.kind == TAG and origin.parse(event.tag) is not None:
        return replace(named, basis=Basis.EXACT, giver="" if event.source == "git" else event.source)
    state, last = git(), nearest()
    known = origin.parse(last.tag) if not state.reason and last.tag else None
    if known is None or known.full != file.version.full:
        return named  # not released yet
    return replace(named, basis=Basis.ANCESTOR if last.distance else Basis.DIRTY if state.dirty else Basis.HEAD)


def _of_git(origin: Origin, occasion: Occasion | None, git: GitState, nearest: Callable[[], Nearest]) -> Version:
    assert origin.line is not None  # else a file names it
    pattern = origin.line.pattern
    if git.reason:
        remedy = f"give --tag a tag such as {origin.line.tag('1.4.0')}"
        return Version(None, None, or_else(git.reason, remedy) if git.asked else git.reason, Basis.NONE)
    last = nearest()
    found = origin.line.version(last.tag) if last.tag else None
    if found is None:
        why = "the clone is shallow and holds no tag" if git.shallow else "no git tag"
        what = (
            "run git fetch --unshallow --tags"
            if git.shallow
            else f"tag a commit: git tag {origin.line.tag('0.1.0')}, or give --tag"
        )
        where = f"of the line {pattern} is reachable from HEAD" if not git.shallow else f"of the line {pattern}"
        return Version(None, None, last.reason or f"{why} {where}; {what}", Basis.NONE)
    place = "on HEAD" if last.distance == 0 else f"{last.distance} commit{'s' * (last.distance != 1)} before HEAD"
    if last.distance:
        basis = Basis.ANCESTOR
    elif git.dirty:
        basis = Basis.DIRTY
    else:
        basis = Basis.EXACT if occasion is not None and occasion.event.tag == last.tag else Basis.HEAD
    return Version(found.raw, found, f"git tag {last.tag}, {place}", basis)
