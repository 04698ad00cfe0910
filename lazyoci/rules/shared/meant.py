"""Which variable a wrong name most likely means, and findings whose fix is certain or only a choice."""

from __future__ import annotations

import re

from lazyoci.config.foreign_names import named
from lazyoci.config.suggest import Suggestion, suggest
from lazyoci.diagnostic import Fix, Span
from lazyoci.rules.base import Finding
from lazyoci.rules.shared.wording import is_near, is_slip
from lazyoci.values.variables import NAMES
from lazyoci.yaml.nodes import Node

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_OTHERS = {  # whose version or name is not the artifact's
    *(
        "go",
        "golang",
        "node",
        "python",
        "java",
        "ruby",
        "php",
        "rust",
        "helm",
        "kube",
        "kubernetes",
        "docker",
        "alpine",
    ),
    *("debian", "ubuntu", "base", "os", "api", "schema", "previous", "prev", "last", "old", "user", "owner", "host"),
}


def variable(name: str) -> Suggestion | None:
    """The variable that `name` probably means; certain if no other is possible. None if it resembles no variable.

    For `version`, or `FullVersion` as in other programs, it is `.VersionFull`, which includes the prerelease:
    `.Version` would give a prerelease the name of its release.
    """
    if name.casefold() == "version":
        return Suggestion("VersionFull", True)
    guess = suggest(name, sorted(NAMES))
    if guess is None or not is_near(_folded(name), _folded(guess.word), max(1, len(guess.word) // 4)):
        other = named(name) or _by_words(name)
        return None if not other else Suggestion(other, False)
    slip = is_slip(name, guess.word)
    if guess.word == "Version" and not slip:
        return Suggestion("VersionFull", False)
    return Suggestion(guess.word, guess.certain and slip)


def _by_words(name: str) -> str:
    """The variable that has a name's words in another order, or some of them; empty if there is none.

    Names that only share letters mean different things: `.Stage` is no `.Tag`, and `.Repository` no `.Registry`.
    """
    words = [word.casefold() for word in _WORD.findall(name)]
    for one in NAMES:
        if sorted(words) == sorted(word.casefold() for word in _WORD.findall(one)):
            return one
    folded = _folded(name)
    part = [one for one in NAMES if one.casefold().startswith(folded) or one.casefold().endswith(folded)]
    if len(folded) > 3 and len(part) == 1:
        return part[0]
    if _OTHERS.intersection(words):
        return ""
    return "VersionFull" if "version" in words else next((one for one in NAMES if one.casefold() in words), "")


def _folded(name: str) -> str:
    return name.replace("_", "").casefold()


def finding(node: Node, message: str, within: Span | None, fix: Fix | None, certain: bool) -> Finding:
    """A finding that proposes `fix`: to be applied where it is `certain`, else to be chosen."""
    if fix is None or certain:
        return Finding(node, message, within, fix=fix)
    return Finding(node, message, within, choices=(fix,))
