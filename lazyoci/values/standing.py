"""Whether the commit that is built is the one that its version belongs to, according to git or CI.

A version that was given, or that CI names, need not belong to the commit that is checked out. If git has a tag of
that version on another commit, that release would be overwritten.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lazyoci import semver
from lazyoci.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Callable

    from lazyoci.semver import Semver
    from lazyoci.world import GitState, Nearest
    from lazyoci.world.ci.facts import Told
    from lazyoci.world.occasion import Occasion
    from lazyoci.world.version_line import Line
    from lazyoci.world.version_tags import GitTag

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
# for an annotated tag these services name the tag object instead of the commit
_TELL_TAG_OBJECTS = frozenset({"Azure Pipelines", "Gitea Actions", "Forgejo Actions"})


@frozen
class Standing:
    """How a version that the user or CI gave relates to the commit that is built."""

    version: Semver
    giver: str  # `--tag`, LAZYOCI_TAG, LAZYOCI_VERSION, `--occasion`, the name of the CI service, or a file's path
    by_ci: bool
    on_head: str = ""  # the tag of that version on HEAD
    elsewhere: GitTag | None = None  # otherwise its tag on another commit
    told: str = ""  # the commit that CI names, if it is not HEAD
    ci_tag: str = ""  # the tag that CI names, if it is another version
    head_tag: str = ""  # the tag of another version on HEAD, if this one has none
    line: Line | None = None  # to which tags of this version belong; without one, to the repository's versions
    path: str = ""  # of the file that has to name the version too


def standing(
    version: Semver,
    giver: str,
    occasion: Occasion,
    git: GitState,
    nearest: Callable[[], Nearest],
    line: Line | None = None,
    path: str = "",
) -> Standing:
    """How `version`, which `giver` gave, stands to HEAD; nothing is known of it where git has no answer.

    Only tags of the `line` are compared, of which `nearest` gives the nearest one.
    """
    parse = semver.parse if line is None else line.version
    told = None if occasion.stated.event else occasion.told
    by_ci = told is not None and giver == told.service
    on_head, elsewhere = _tags(version, git, parse)
    another = by_ci and told is not None and not on_head and elsewhere is None and _is_another(told, git)
    return Standing(
        version,
        giver,
        by_ci,
        on_head,
        elsewhere,
        told.commit if told is not None and another else "",
        "" if told is None or by_ci else _other(told.tag, version, parse),
        "" if on_head or elsewhere is not None or git.dirty else _on_head(nearest(), version, parse),
        line,
        path,
    )


def _tags(version: Semver, git: GitState, parse: Callable[[str], Semver | None]) -> tuple[str, GitTag | None]:
    """The tag of a version on HEAD; else one on another commit, if there is one with the same build metadata that."""
    numbers, elsewhere = version.version, None
    for tag in git.tags:
        if numbers not in tag.name or not tag.commit:
            continue
        parsed = parse(tag.name)
        if parsed is None or parsed.full != version.full:
            continue
        if tag.commit == git.sha_long:
            return tag.name, None
        if elsewhere is None or parsed.build == version.build:
            elsewhere = tag
    return "", elsewhere


def _is_another(told: Told, git: GitState) -> bool:
    """Whether HEAD is certainly not the commit that CI runs for."""
    if not git.sha_long or told.commit == git.sha_long or _COMMIT.fullmatch(told.commit) is None:
        return False
    return told.service not in _TELL_TAG_OBJECTS


def _on_head(nearest: Nearest, version: Semver, parse: Callable[[str], Semver | None]) -> str:
    """The nearest tag, where it is on HEAD and is a version with other numbers."""
    return "" if nearest.distance else _other(nearest.tag, version, parse)


def _other(tag: str, version: Semver, parse: Callable[[str], Semver | None]) -> str:
    """The tag, if it is a version with other numbers."""
    theirs = parse(tag) if tag else None
    return tag if theirs is not None and theirs.version != version.version else ""
