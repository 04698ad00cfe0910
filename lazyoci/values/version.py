"""The version: LAZYOCI_VERSION, else the tag if it is a semantic version, else the nearest git tag; and who said so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lazyoci.frozen import frozen

if TYPE_CHECKING:
    from lazyoci.values.semver import Semver
    from lazyoci.world import GitState


@frozen
class Version:
    """The outcome. `raw` is None when there is no version at all; `verbatim` when LAZYOCI_VERSION is not semantic."""

    raw: str | None
    semver: Semver | None
    source: str  # for people: where it came from, or why there is none
    verbatim: bool = False
    from_git: bool = False


def resolve(environment: str, tag: str, tag_source: str, git: GitState | None) -> Version:
    """Decide the version. `git` None means that git must not be needed: then a missing version says so."""
    if environment:
        parsed = _parse(environment)
        raw = environment if parsed is None else parsed.raw
        return Version(raw, parsed, "LAZYOCI_VERSION", verbatim=parsed is None)
    parsed = _parse(tag) if tag else None
    if parsed is not None:
        return Version(parsed.raw, parsed, tag_source)
    if git is None:
        return Version(None, None, "set LAZYOCI_VERSION or give --tag a semantic version")
    if git.reason:
        others = "; or set LAZYOCI_VERSION, or give --tag a semantic version" if git.asked else ""
        return Version(None, None, f"{git.reason}{others}")
    if not git.tag:
        why = "the clone is shallow and holds no tag" if git.shallow else "no git tag is reachable from HEAD"
        what = "run git fetch --unshallow --tags" if git.shallow else "tag a commit (git tag v0.1.0)"
        return Version(None, None, f"{why}; {what}, set LAZYOCI_VERSION, or give --tag a semantic version")
    place = "on HEAD" if git.distance == 0 else f"{git.distance} commit{'s' * (git.distance != 1)} before HEAD"
    return Version(git.tag, _parse(git.tag), f"git tag {git.tag}, {place}", from_git=True)


def _parse(text: str) -> Semver | None:
    from lazyoci.values import semver  # only where there is something to parse

    return semver.parse(text)
