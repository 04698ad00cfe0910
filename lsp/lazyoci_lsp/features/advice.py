"""What to do about a value that is missing, which is told once in a file: behind that, only that it is missing.

One variable that is not set can be missing in every tag of a file. Each place is still marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from lazyoci.diagnostic import Diagnostic
from lazyoci.frozen import replace

CODE = "unresolved-variable"
_FACT = re.compile(r"(?P<names>\.[^:]+ ha(?:s|ve) no value): (?P<advice>.+)", re.DOTALL)


def advice(one: Diagnostic) -> str:
    """Why a value is missing and what would give it; empty for other findings."""
    found = _FACT.fullmatch(one.message) if one.code == CODE else None
    return found["advice"] if found is not None else ""


def once(found: Iterable[Diagnostic], told: Iterable[str] = ()) -> Iterator[Diagnostic]:
    """The findings of a file in their order, each advice at the first alone; none that is in `told` already."""
    known = set(told)
    for one in found:
        said = advice(one)
        yield _without(one, said) if said in known else one
        if said:
            known.add(said)


def as_told(one: Diagnostic, found: Iterable[Diagnostic]) -> Diagnostic:
    """A finding as `once` gives it among all of its file, without looking at those behind the first of its advice."""
    said = advice(one)
    if not said:
        return one
    first = next((other for other in found if advice(other) == said), one)
    return one if first == one else _without(one, said)


def _without(one: Diagnostic, said: str) -> Diagnostic:
    return replace(one, message=one.message[: -len(said) - len(": ")])


def is_told_at(found: Sequence[Diagnostic], name: str, offset: int) -> bool:
    """Whether a finding at an offset, which editors show beside a hover, says why a variable has no value."""
    known: set[str] = set()
    for one in found:
        if one.span.start > offset:
            return False
        said = advice(one)
        if not said or said in known:
            continue
        known.add(said)
        names = one.message[: -len(said)]
        if offset <= one.span.end and re.search(rf"\.{re.escape(name)}(?![\w.])", names):
            return True
    return False
