"""Which variable a wrong name most likely means, and findings whose fix is certain or only a choice."""

from __future__ import annotations

from lazyoci.config.suggest import Suggestion, suggest
from lazyoci.diagnostic import Fix, Span
from lazyoci.rules.base import Finding
from lazyoci.rules.shared.wording import is_slip
from lazyoci.values.variables import NAMES
from lazyoci.yaml.nodes import Node


def variable(name: str) -> Suggestion | None:
    """The variable that `name` probably means; certain if no other is possible. None if it resembles no variable.

    For `version`, or `FullVersion` as in other programs, it is `.VersionFull`, which includes the prerelease:
    `.Version` would give a prerelease the name of its release.
    """
    if name.casefold() == "version":
        return Suggestion("VersionFull", True)
    guess = suggest(name, sorted(NAMES))
    if guess is None:
        return None
    slip = is_slip(name, guess.word)
    if guess.word == "Version" and not slip:
        return Suggestion("VersionFull", False)
    return Suggestion(guess.word, guess.certain and slip)


def finding(node: Node, message: str, within: Span | None, fix: Fix | None, certain: bool) -> Finding:
    """A finding that proposes `fix`: to be applied where it is `certain`, else to be chosen."""
    if fix is None or certain:
        return Finding(node, message, within, fix=fix)
    return Finding(node, message, within, choices=(fix,))
