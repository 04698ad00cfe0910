"""Which variable a wrong name most likely means."""

from __future__ import annotations

from lazyoci.config.suggest import Suggestion, suggest
from lazyoci.rules.shared.wording import is_slip
from lazyoci.values.variables import NAMES


def variable(name: str) -> Suggestion | None:
    """The variable that `name` means; certain where nothing else can be meant. None where it is like none.

    Who says `version`, or `FullVersion` as other programs do, means the one that names a prerelease too: of
    `.Version` a prerelease has the name of its release.
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
