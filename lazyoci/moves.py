"""Decides by a repository's version tags whether a tag that follows releases moves forward to a version. No I/O.

A tag's line is the versions that it stands for: `1.4` the versions 1.4.x, `1` those of major 1, and any word, such as
`latest`, all versions. Versions with a suffix, such as `1.4.2-alpine` for `latest-alpine`, are a line of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from lazyoci import semver
from lazyoci.frozen import frozen
from lazyoci.semver import Semver

MOST_TAGS = 20_000  # read from a repository, unless the user allows more
Moves = Literal["always", "never", "forward"]

_NUMBERS = re.compile(r"v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?", re.ASCII)

_FULL = re.compile(r"v?[0-9]+\.[0-9]+\.[0-9]+", re.ASCII)


@frozen
class Ours:
    """The version that an artifact is published under. `stays`, unless empty, says why no tag moves forward to it.

    `builds` says that its tags hold a version's build metadata behind `_`, as `{{ .VersionBuild }}` may put it there.
    """

    version: Semver | None = None
    stays: str = "there is no version"
    builds: bool = False


@frozen
class Decision:
    """Whether a tag moves. If not, `reason` says why, and `holder` is the newer version's tag, if there is one."""

    moves: bool
    reason: str = ""
    holder: str = ""


def suffix_of(tag: str, version: Semver) -> str | None:
    """The suffix of a tag that begins with the full version, without build metadata behind `_`; None for other tags."""
    bare = tag.removeprefix("v")
    if not bare.startswith(version.full):
        return None
    rest = bare[len(version.full) :]
    if version.build:
        rest = rest.removeprefix(f"_{version.build}")
    return rest if not rest or rest[0] in "-_" else None


def decide(tag: str, ours: Ours, tags: Iterable[str], beside: Sequence[str]) -> Decision:
    """Whether `tag` moves to our version. `tags` are those in the repository, `beside` those that we push with it."""
    if ours.stays or ours.version is None:
        return Decision(False, ours.stays)
    known = {found for one in beside if (found := suffix_of(one, ours.version)) is not None} or {""}
    suffix = max((one for one in known if tag.endswith(one)), key=len, default=None)
    line = _line(tag, suffix or "")
    ends = _ends({suffix} if suffix is not None else known, exact=suffix is not None, builds=ours.builds)
    newer = [(one.precedence, name) for name in tags if (one := _version(name, ends)) is not None and _in(one, line)]
    newest, holder = max(newer, default=(ours.version.precedence, ""))
    if newest <= ours.version.precedence:
        return Decision(True)
    return Decision(False, f"{holder} is newer than {ours.version.full}", holder)


def _ends(suffixes: Iterable[str], *, exact: bool, builds: bool) -> re.Pattern[str]:
    """What the version tags of a line end with.

    If the tag itself does not end so, as `latest` beside `1.4.2-alpine3.20`, numbers behind the name count for nothing:
    the next release may come as `-alpine3.21`, and must be compared with the last one all the same.
    """
    build = "(?:_[0-9A-Za-z.-]+?)?" if builds else ""
    if exact:
        return re.compile(f"{build}(?:{'|'.join(map(re.escape, suffixes))})", re.ASCII)
    names = {re.escape(one.rstrip("0123456789.")) for one in suffixes}
    return re.compile(rf"{build}(?:{'|'.join(sorted(names))})[0-9.]*", re.ASCII)


def _line(tag: str, suffix: str) -> tuple[str, ...]:
    """The numbers that all versions of a tag's line begin with."""
    match = _NUMBERS.fullmatch(tag.removesuffix(suffix))
    return () if match is None else tuple(_plain(number) for number in match.groups() if number is not None)


def _version(tag: str, ends: re.Pattern[str]) -> Semver | None:
    """The version that a tag in the registry stands for, if it ends so."""
    match = _FULL.match(tag)
    return semver.parse(match[0]) if match is not None and ends.fullmatch(tag, match.end()) is not None else None


def _in(version: Semver, line: tuple[str, ...]) -> bool:
    return line == tuple(map(_plain, (version.major, version.minor, version.patch)))[: len(line)]


def _plain(number: str) -> str:
    return number.lstrip("0") or "0"
