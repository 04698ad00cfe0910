"""Turns any name into a part of a repository's path, where few characters are allowed (distribution-spec)."""

from __future__ import annotations

import re
import unicodedata

# how German, Nordic and Polish replace these letters; from other letters only the accent is removed
_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa", "ł": "l"})


def repository_part(text: str) -> str:
    """`text` in lower case, with only letters, digits and single separators; empty if nothing is left."""
    letters = unicodedata.normalize("NFC", text).lower().translate(_LETTERS)
    plain = "".join(ch for ch in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(ch))
    cleaned = re.sub(r"[^a-z0-9._-]+", "-", plain)
    cleaned = re.sub(r"[._-]*\.[._-]*", ".", re.sub(r"_{3,}", "__", cleaned))
    cleaned = re.sub(r"_*-[_-]*", "-", cleaned)
    return cleaned.strip("._-")
