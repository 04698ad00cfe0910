"""Turns any text into a tag."""

from __future__ import annotations

import re

_TAG = r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}"  # distribution-spec, "Pulling manifests"
_REFUSED = r"[^A-Za-z0-9._-]+"
_LONGEST = 128


def tagify(text: str) -> str:
    """`text` as a valid tag: each group of invalid characters becomes one `-`, and those at the ends are removed.

    A valid tag and the empty text stay as they are, and a text of only invalid characters becomes `_`.
    """
    if not text or re.fullmatch(_TAG, text):
        return text
    return re.sub(_REFUSED, "-", text).strip("-").lstrip(".-")[:_LONGEST].rstrip("-") or "_"
