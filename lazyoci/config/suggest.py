"""Did you mean …? For mistyped keys and types; used only where something is wrong."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

_LIKELY, _CERTAIN, _LEAD = 0.6, 0.8, 0.1
_KNOWN = {  # what the same thing is called elsewhere
    "args": "buildArgs",
    "buildargs": "buildArgs",
    "chart": "chartPath",
    "file": "files",
    "kind": "type",
    "repo": "registry",
    "repository": "registry",
    "ref": "image",
    "container": "image",
    "generic": "artifact",
    "helmchart": "helm",
}


class Suggestion(NamedTuple):
    """A word that may have been meant; `certain` enough to be written without asking?"""

    word: str
    certain: bool


def suggest(word: str, candidates: Collection[str]) -> Suggestion | None:
    """The candidate that `word` most likely means; certain if very much alike."""
    wanted = _folded(word)
    for candidate in candidates:
        if _folded(candidate) == wanted:
            return Suggestion(candidate, True)
    scored = sorted(((_alike(wanted, _folded(one)), one) for one in candidates), reverse=True)
    if scored and scored[0][0] >= _LIKELY:
        lead = scored[0][0] - (scored[1][0] if len(scored) > 1 else 0)
        return Suggestion(scored[0][1], scored[0][0] >= _CERTAIN and lead >= _LEAD)
    known = _KNOWN.get(wanted, "")
    return Suggestion(known, False) if known in candidates else None


def _folded(word: str) -> str:
    return word.strip().replace("-", "").replace("_", "").casefold()


def _alike(one: str, other: str) -> float:
    from difflib import SequenceMatcher  # only where something is wrong

    return SequenceMatcher(None, one, other).ratio()
