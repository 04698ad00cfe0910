"""Which variable a wrong name most likely means."""

from __future__ import annotations

from lazyoci.config.suggest import Suggestion, suggest
from lazyoci.rules.shared.wording import is_slip
from lazyoci.values.variables import NAMES


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
