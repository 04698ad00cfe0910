"""Semantic versions as the Go tool reads them: an optional `v`, three numbers (leading zeros allowed), the rest."""

from __future__ import annotations

import re

from lazyoci.frozen import frozen

_SEMVER = re.compile(
    r"v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?",
    re.ASCII,
)


# what Go's strings.TrimSpace removes; str.strip would also take U+001C to U+001F
_SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"


_Number = tuple[int, str]
Precedence = tuple[_Number, _Number, _Number, bool, tuple[tuple[bool, int, str], ...]]


@frozen
class Semver:
    """A parsed version; the numbers stay text, as written."""

    raw: str
    major: str
    minor: str
    patch: str
    prerelease: str
    build: str

    @property
    def version(self) -> str:
        """`major.minor.patch`, **without** the prerelease: what the variable Version means."""
        return f"{self.major}.{self.minor}.{self.patch}"

    @property
    def full(self) -> str:
        """With prerelease, but without build metadata, because a tag cannot have a `+`."""
        return self.version + (f"-{self.prerelease}" if self.prerelease else "")

    @property
    def major_minor(self) -> str:
        """`major.minor`."""
        return f"{self.major}.{self.minor}"

    @property
    def precedence(self) -> Precedence:
        """A key that sorts versions as semver.org does (item 11): a prerelease before its release."""
        parts = self.prerelease.split(".") if self.prerelease else []
        identifiers = tuple((not part.isdigit(), *(_number(part) if part.isdigit() else (0, part))) for part in parts)
        return _number(self.major), _number(self.minor), _number(self.patch), not parts, identifiers


def _number(digits: str) -> _Number:
    """A key that sorts numbers of any length, as Python refuses to convert very long ones."""
    digits = digits.lstrip("0")
    return len(digits), digits


def parse(text: str) -> Semver | None:
    """The version that `text` is, or None."""
    raw = text.strip(_SPACE)
    match = _SEMVER.fullmatch(raw)
    if match is None:
        return None
    major, minor, patch, prerelease, build = match.groups()
    return Semver(raw, major, minor, patch, prerelease or "", build or "")


# kept as text, which `re` compiles at its first use, because few checks need it
_SHORT = r"[vV]?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?((?:-[0-9A-Za-z.-]+)?)"

_AT_THE_END = r"(?<![0-9A-Za-z.])[vV]?[0-9]+\.[0-9]+\.[0-9]+(?:-[0-9A-Za-z.-]+)?\Z"


def near(text: str) -> Semver | None:
    """The version that an invalid text clearly means, such as `2.1`, `V1.2.3` or `refs/tags/v1.2.3`; else None."""
    text = text.strip(_SPACE)
    whole = re.search(_AT_THE_END, text)
    match = re.fullmatch(_SHORT, text if whole is None else whole[0])
    return None if match is None else parse(f"v{match[1]}.{match[2] or 0}.{match[3] or 0}{match[4]}")
