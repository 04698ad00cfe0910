"""Shortens texts from files for messages."""

from __future__ import annotations

_LONGEST = 60


def excerpt(text: str) -> str:
    """`text` from a file as one printable line of limited length, for use in a message."""
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "…"
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)
