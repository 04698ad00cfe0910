"""Any name as a part of a repository's path, which distribution-spec ("Pulling manifests") allows few signs."""

from __future__ import annotations

import re
import unicodedata

# as German, Nordic and Polish write them without their letters; what has an accent loses it
_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa", "ł": "l"})


def repository_part(text: str) -> str:
    """`text` in lower case, letters, digits and single separators only; empty where nothing is left."""
    letters = unicodedata.normalize("NFC", text).lower().translate(_LETTERS)
    plain = "".join(ch for ch in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(ch))
    cleaned = re.sub(r"[^a-z0-9._-]+", "-", plain)
    cleaned = re.sub(r"[._-]*\.[._-]*", ".", re.sub(r"_{3,}", "__", cleaned))
    cleaned = re.sub(r"_*-[_-]*", "-", cleaned)
    return cleaned.strip("._-")
