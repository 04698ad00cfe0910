"""Finds the git tag for the version: the nearest that is a version, or the highest if several are on HEAD.

A tag that is not a version, such as `nightly` or `api-v1.2.3`, must not hide one. `git describe` knows no semantic
versions, so if its answer is not a version, it is asked again with patterns that versions match.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lazyoci import semver

DESCRIBE = ("describe", "--tags", "--long", "--always")
# of an annotated tag the commit is what it names; a tag of a tag is not followed by every git
LIST = ("for-each-ref", "--format=%(objectname) %(*objectname) %(*objecttype) %(symref) %(refname)", "refs/tags")
_TAGS = "refs/tags/"
_PATTERNS = ("--match=[0-9]*.[0-9]*.[0-9]*", "--match=v[0-9]*.[0-9]*.[0-9]*")
MOST_PASSED_OVER = 20  # tags that match a pattern but are not versions, such as 1.2.3.4


class GitTag(NamedTuple):
    """A tag, the commit that it names (empty where that is unknown), and the object that it is if it is annotated."""

    name: str
    commit: str
    object: str = ""


def read(listed: str) -> tuple[GitTag, ...]:
    """The tags among the references that the git command LIST prints."""
    return tuple(
        [
            _tag(this, names, kind, name.removeprefix(_TAGS))
            for this, names, kind, _, name in _rows(listed)
            if name.startswith(_TAGS)
        ]
    )


def points_to(listed: str, reference: str) -> str:
    """What a symbolic reference names, of the references that LIST prints; empty where it is not among them."""
    return next((names for *_, names, name in _rows(listed) if name == reference), "")


def _rows(listed: str) -> list[list[str]]:
    return [line.split(" ", 4) for line in listed.split("\n") if line]


def _tag(this: str, names: str, kind: str, name: str) -> GitTag:
    return GitTag(name, "" if kind == "tag" else names, this) if kind else GitTag(name, this)


def split(described: str) -> tuple[str, int, str]:
    """The tag, the commits since and the abbreviated commit, of TAG-DISTANCE-gSHA; without any tag of a bare SHA."""
    text = described.strip()
    front, mark, sha = text.rpartition("-g")
    if not mark:
        return "", 0, text
    tag, _, count = front.rpartition("-")
    return tag, int(count), sha


def highest(tags: Iterable[str]) -> str:
    """The tag with the highest version; empty if none is a version."""
    versions = [(parsed.precedence, tag) for tag in tags if (parsed := semver.parse(tag)) is not None]
    return max(versions)[1] if versions else ""


def nearest(described: str, on_head: Iterable[str]) -> tuple[str, int, str]:
    """The relevant tag, the number of commits since, and the abbreviated commit."""
    tag, distance, sha = split(described)
    version = highest(on_head)
    return (version, 0, sha) if version else (tag, distance, sha)


class Describing:
    """Repeats `git describe` while a tag that is not a version hides earlier tags."""

    def __init__(self) -> None:
        self._passed_over: list[str] = []

    def again(self, described: str, on_head: Iterable[str]) -> tuple[str, ...] | None:
        """The next command to run; None if there is nothing more to find."""
        tag = split(described)[0]
        if not tag or highest(on_head) or semver.parse(tag) is not None or len(self._passed_over) >= MOST_PASSED_OVER:
            return None
        self._passed_over.append(tag)
        # --exclude takes a pattern, and no name of a tag can hold what is special in one
        return ("describe", "--tags", "--long", *_PATTERNS, *[f"--exclude={one}" for one in self._passed_over])
