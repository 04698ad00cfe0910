"""Environment variables that are nearly one of lazyoci's own: they do nothing, and nobody would tell."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from lazyoci.cli.common import warn
from lazyoci.config.suggest import suggest
from lazyoci.rules.shared.wording import is_slip

_PREFIX = "LAZYOCI_"
# without that prefix, as all names below
OWN = frozenset(
    {
        *("REGISTRY", "TAG", "VERSION", "OCCASION", "ALLOW_OUTSIDE", "ARTIFACT_DIR"),
        *("AUTH_HOST", "USERNAME", "PASSWORD"),
    }
)
_OF_THE_USER = "VAR_"
# what people call the same, from what other programs have
_CALLED = {
    "USER": "USERNAME",
    "PASS": "PASSWORD",
    "PASSWD": "PASSWORD",
    "TOKEN": "PASSWORD",
    "HOST": "AUTH_HOST",
    "AUTH_REGISTRY": "AUTH_HOST",
    "REGISTRY_HOST": "AUTH_HOST",
}


def warn_of_slips() -> None:
    """One warning a variable."""
    for name, meant in slips(os.environ):
        warn(f"lazyoci reads no variable {name}; did you mean {meant}?")


def slips(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Every name that is nearly one of lazyoci's, and which that is; names that are like none are somebody else's."""
    for whole in sorted(names):
        name = whole.removeprefix(_PREFIX)
        if name == whole or name in OWN or name.startswith(_OF_THE_USER):
            continue
        guess = suggest(name, sorted(OWN))
        near = guess.word if guess is not None and (guess.certain or is_slip(name, guess.word)) else ""
        meant = _CALLED.get(name, near)
        if meant:
            yield whole, _PREFIX + meant
