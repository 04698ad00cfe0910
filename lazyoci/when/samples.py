"""Names of branches and tags such as there may be: for each way to match several globs or not, one example."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from functools import lru_cache

from lazyoci.when.globs import Glob

_MOST = 100_000  # places in globs that are looked at, a tenth of a second; more than a condition of a person needs
_DIGITS = "0123456789"
_IDENTIFIER = f"{_DIGITS}abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-"

# a language is a machine: by state, the signs that lead on, each group with its next state
_Machine = Mapping[int, Sequence[tuple[str, int]]]
_VERSION: _Machine = {  # semantic versions as `lazyoci.semver` reads them
    0: (("v", 1), (_DIGITS, 2)),
    1: ((_DIGITS, 2),),
    2: ((_DIGITS, 2), (".", 3)),
    3: ((_DIGITS, 4),),
    4: ((_DIGITS, 4), (".", 5)),
    5: ((_DIGITS, 6),),
    6: ((_DIGITS, 6), ("-", 7), ("+", 9)),
    7: ((_IDENTIFIER, 8),),
    8: ((_IDENTIFIER, 8), (".", 7), ("+", 11)),
    9: ((_IDENTIFIER, 10),),
    10: ((_IDENTIFIER, 10), (".", 9)),
    11: ((_IDENTIFIER, 12),),
    12: ((_IDENTIFIER, 12), (".", 11)),
}
_WITHOUT_BUILD: _Machine = {
    state: [one for one in following if one[0] != "+"] for state, following in _VERSION.items() if state < 9
}
RELEASE, PRERELEASE = frozenset((6, 10)), frozenset((8, 12))  # the states in which such a version is complete
Matched = tuple[bool, ...]  # for each glob, whether the name matches it


@lru_cache(maxsize=100)
def versions(globs: tuple[str, ...], complete: frozenset[int], front: str = "", back: str = "") -> dict[Matched, str]:
    """Tags with a version between `front` and `back`; `complete` is RELEASE or PRERELEASE. Empty for too many."""
    if any("+" in glob for glob in globs):
        return _search(globs, _VERSION, complete, front, back)
    return _search(globs, _WITHOUT_BUILD, complete, front, back)  # nobody means what only build metadata would match


@lru_cache(maxsize=100)
def names(globs: tuple[str, ...]) -> dict[Matched, str]:
    """Any names that git allows, as far as slashes are concerned. Empty for too many."""
    signs = "".join({"x", *"".join(globs)} - set("/*?"))
    return _search(globs, {0: ((signs, 1),), 1: ((signs, 1), ("/", 0))}, frozenset((1,)), "", "")


def _search(
    globs: Sequence[str], machine: _Machine, complete: frozenset[int], front: str, back: str
) -> dict[Matched, str]:
    patterns = [Glob(glob) for glob in globs]
    written = set("".join(globs))
    begin = 0, tuple([one.after(one.start, front) for one in patterns])
    todo, seen, found = deque([(begin, front)]), {begin}, dict[Matched, str]()
    work = 0
    while todo:
        (state, places), name = todo.popleft()
        if state in complete:
            ends = [one.is_whole(one.after(at, back)) for one, at in zip(patterns, places, strict=True)]
            found.setdefault(tuple(ends), name + back)
        for signs, following in machine[state]:
            # signs that no glob names are all alike, so one of them stands for all
            alike = [sign for sign in signs if sign not in written][:1]
            for sign in [*[sign for sign in signs if sign in written], *alike]:
                there = following, tuple([one.after(at, sign) for one, at in zip(patterns, places, strict=True)])
                if there not in seen:
                    seen.add(there)
                    todo.append((there, name + sign))
                work += sum(map(len, places))
                if work > _MOST:
                    return {}
    return found
