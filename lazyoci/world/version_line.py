"""The git tags of one component of a repository: a pattern such as `api-v*`, in which the star is the version."""

from __future__ import annotations

import re

from lazyoci import semver
from lazyoci.frozen import frozen
from lazyoci.semver import Semver

_STANDS_FOR_VERSION = re.compile(r"\{\{|[*?\[^$]")
_IN_NO_TAG = frozenset(" ~^:?[\\")  # characters that git does not allow in tag names


@frozen
class Line:
    """One line of versions. `pattern` has one star."""

    pattern: str

    def version(self, tag: str) -> Semver | None:
        """The version that a tag of the line names; None for other tags."""
        star = self._star(tag)
        return None if star is None else semver.parse(star)

    def near(self, tag: str) -> Semver | None:
        """The version that an invalid tag clearly means, such as `api-v2.1` or `v2.1.0` for `api-v*`; else None."""
        star = self._star(tag)
        return semver.near(tag if star is None else star)

    def _star(self, tag: str) -> str | None:
        """What the star stands for in a tag; None for tags of another line."""
        front, _, back = self.pattern.partition("*")
        if len(tag) < len(front) + len(back) or not tag.startswith(front) or not tag.endswith(back):
            return None
        return tag[len(front) : len(tag) - len(back)]

    def tag(self, version: str) -> str:
        """The tag of the line for a version."""
        return self.pattern.replace("*", version)

    def highest(self, tags: list[str]) -> str:
        """The tag with the highest version of the line; empty if there is none."""
        versions = [(found.precedence, tag) for tag in tags if (found := self.version(tag)) is not None]
        return max(versions)[1] if versions else ""


@frozen
class Lines:
    """What the artifacts of one file follow: lines of their own, and perhaps the versions of the `repository`."""

    own: tuple[Line, ...] = ()
    repository: bool = True

    def have(self, tag: str) -> bool:
        """Whether a tag is a version for any of the artifacts."""
        return (self.repository and semver.parse(tag) is not None) or self.own_have(tag)

    def only_own_have(self, tag: str) -> bool:
        """Whether a tag is a version of one component alone, as `api-v1.2.3` is, and `1.2.3-api` of the line `*-api`.

        `v1.2.3` is one of the repository too, even if an artifact has the line `v*`.
        """
        whole = semver.parse(tag)
        found = [version for line in self.own if (version := line.version(tag)) is not None]
        return bool(found) and (whole is None or all(version.full != whole.full for version in found))

    def own_have(self, tag: str) -> bool:
        """Whether a tag is a version of a line that an artifact has of its own."""
        return any(line.version(tag) is not None for line in self.own)


def problem(pattern: str) -> str:
    """What is wrong with a pattern, with a remedy; empty if it is valid."""
    if pattern.count("*") != 1:
        # {{ .Version }}, *.*.*, ? and [0-9] stand for the version, as the star does
        front = _STANDS_FOR_VERSION.split(pattern.removeprefix("refs/tags/"), maxsplit=1)[0]
        example = f"{front}*" if front and not problem(f"{front}*") else "api-v*"
        return f'"{pattern}" needs one star, where the version stands; write it as in "{example}"'
    if pattern.startswith("refs/tags/"):
        return f'"{pattern}" matches no tag; write "{pattern.removeprefix("refs/tags/")}"'
    sign = next((sign for sign in pattern if sign in _IN_NO_TAG), "")
    if sign or ".." in pattern or pattern.startswith(("/", "-")):
        return (
            f'"{pattern}" matches no tag, as git allows none so named; write it as git shows the tags, as in "api-v*"'
        )
    return ""
