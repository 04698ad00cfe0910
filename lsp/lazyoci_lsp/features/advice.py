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
        if said in known:
            yield replace(one, message=one.message[: -len(said) - len(": ")])
            continue
        if said:
            known.add(said)
        yield one


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
