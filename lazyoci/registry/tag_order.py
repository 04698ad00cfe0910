"""The order in which people look for tags; a registry promises none."""

from __future__ import annotations

import re

_VERSION = re.compile(r"v?(\d{1,18})(?:\.(\d{1,18}))?(?:\.(\d{1,18}))?(?:[-+.](.+))?", re.ASCII)


def sort_tags(tags: list[str]) -> list[str]:
    """Tags as people look for them: `latest`, then versions from the newest (a release before its prereleases), then
    the rest in alphabetical order."""

    def key(tag: str) -> tuple[int, tuple[int, ...], int, tuple[tuple[int, int, str], ...], str]:
        if tag == "latest":
            return (0, (), 0, (), "")
        found = _VERSION.fullmatch(tag)
        if found is None:
            return (2, (), 0, (), tag)
        numbers = tuple(-int(part or 0) for part in found.groups()[:3])
        suffix = found.group(4) or ""
        # descending: numbers after words, larger first (semver §11, upside down)
        parts = tuple(
            (1, -int(part[:18]), "") if part.isascii() and part.isdigit() else (0, 0, _reverse(part))
            for part in suffix.split(".")
            if suffix
        )
        return (1, numbers, 1 if suffix else 0, parts, tag)

    return sorted(tags, key=key)


def _reverse(text: str) -> str:
    """A text that sorts the other way round; the end sorts after any letter."""
    return "".join(chr(0x10FFFF - ord(letter)) for letter in text) + "\U0010ffff"
