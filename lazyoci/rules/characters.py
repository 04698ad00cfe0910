"""What texts may be made of, and what a path is at first sight."""

from __future__ import annotations

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"
TAG_CHARACTERS = _LETTERS + _LETTERS.upper() + _DIGITS + "_.-"  # distribution-spec, "Pulling manifests"
REPOSITORY_CHARACTERS = _LETTERS + _DIGITS + "_.-/"
_MAGIC = ("*", "?", "[")  # what makes a path a glob


def only(text: str, allowed: str) -> bool:
    """Whether every character of `text` is one of `allowed`."""
    return not text.strip(allowed)


def is_magic(path: str) -> bool:
    """Whether a path may be a glob."""
    return any(sign in path for sign in _MAGIC)


def is_absolute(path: str) -> bool:
    """Whether a path begins at a root or a drive, on whatever system."""
    return path[:1] in ("/", "\\") or (path[1:2] == ":" and path[:1].isalpha())
