"""Whether conditions can hold together on any run. Used to find what is never published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from lazyoci.config.model import Condition, Text
from lazyoci.when.evaluate import ALWAYS, Facts, Rendered, both, judge, texts
from lazyoci.when.terms import Term, term


def possible(conditions: Sequence[Condition]) -> bool:
    """Whether there may be a run on which all `conditions` hold; also true if that is not certain.

    Templates may have any value. Whether one name can match several globs is not checked.
    """
    found = [parsed for one in conditions for text in texts(one) if (parsed := _term(text)) is not None]
    globs = {kind: sorted({one.glob for one in found if one.word == kind and one.glob}) for kind in ("tag", "branch")}
    if any(len(one) > 1 for one in globs.values()) or any(_is_open(text) for one in conditions for text in texts(one)):
        return True
    names = {kind: ["", *(glob.replace("*", "x").replace("?", "x") for glob in one)] for kind, one in globs.items()}
    return any(_all(conditions, facts) for facts in _runs(names["tag"], names["branch"]))


def _term(text: Text) -> Term | None:
    return None if text.is_template else term(text.value)


def _is_open(text: Text) -> bool:
    """Whether a text may hold or not hold independently of what the run is for."""
    return text.is_template or term(text.value) is None


def _all(conditions: Sequence[Condition], facts: Facts) -> bool:
    verdict = ALWAYS
    for one in conditions:
        verdict = both(verdict, judge(one, facts, lambda _: Rendered(None)))
    return verdict.holds is True


def _runs(tags: Sequence[str], branches: Sequence[str]) -> Iterator[Facts]:
    """All runs that differ in some fact that conditions can ask for."""
    events = [
        *[
            ({"tag": True, kind: True}, tag or "v1.0.0", "")
            for kind in ("release", "prerelease", "tag")
            for tag in tags
        ],
        *[
            ({"branch": True, "default-branch": default}, "", one or "x")
            for default in (True, False)
            for one in branches
        ],
        ({"pull-request": True}, "", ""),
    ]
    for (words, tag, branch), schedule, manual, local in product(events, (True, False), (True, False), (True, False)):
        known = (
            dict.fromkeys(("release", "prerelease", "tag", "branch", "default-branch", "pull-request"), False) | words
        )
        if schedule and manual:
            continue
        yield Facts({**known, "schedule": schedule, "manual": manual, "local": local}, tag, branch, "a run", {})
