"""Finds environment variables with misspelt names of lazyoci's, which would have no effect."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from lazyoci.cli.common import warn
from lazyoci.config.suggest import suggest
from lazyoci.rules.shared.wording import is_slip

_PREFIX = "LAZYOCI_"
# without the prefix LAZYOCI_, as all names below
OWN = frozenset(
    {
        *("REGISTRY", "TAG", "VERSION", "OCCASION", "ALLOW_OUTSIDE", "ARTIFACT_DIR"),
        *("AUTH_HOST", "USERNAME", "PASSWORD"),
    }
)
_OF_THE_USER = "VAR_"
# names for the same in other programs
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
    """Print one warning for each such variable."""
    for name, meant in slips(os.environ):
        warn(f"lazyoci reads no variable {name}; did you mean {meant}?")


def slips(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each name that is similar to one of lazyoci's, and that one; all other names are ignored."""
    for whole in sorted(names):
        name = whole.removeprefix(_PREFIX)
        if name == whole or name in OWN or name.startswith(_OF_THE_USER):
            continue
        guess = suggest(name, sorted(OWN))
        near = guess.word if guess is not None and (guess.certain or is_slip(name, guess.word)) else ""
        meant = _CALLED.get(name, near)
        if meant:
            yield whole, _PREFIX + meant
