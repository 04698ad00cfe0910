"""Characters that texts may contain."""

from __future__ import annotations

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"
TAG_CHARACTERS = _LETTERS + _LETTERS.upper() + _DIGITS + "_.-"  # distribution-spec, "Pulling manifests"
REPOSITORY_CHARACTERS = _LETTERS + _DIGITS + "_.-/"


def only(text: str, allowed: str) -> bool:
    """Whether every character of `text` is one of `allowed`."""
    return not text.strip(allowed)
