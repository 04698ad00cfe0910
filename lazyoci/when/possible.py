"""Whether conditions can hold together on any run. Used to find what is never published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from lazyoci.config.model import AnyOf, Condition, Text
from lazyoci.when import samples
from lazyoci.when.evaluate import ALWAYS, Facts, Rendered, both, judge, texts
from lazyoci.when.terms import Term, term


def possible(conditions: Sequence[Condition], line: str = "") -> bool:
    """Whether there may be a run on which all `conditions` hold; also true if that is not certain.

    `line` is the pattern of the artifact's own git tags, such as `api-v*`; empty for the repository's versions.
    Templates may have any value.
    """
    if len(conditions) == 1 and _is_simple(conditions[0]):
        return True
    found = [parsed for one in conditions for text in texts(one) if (parsed := _term(text)) is not None]
    if any(_is_open(text) for one in conditions for text in texts(one)):
        return True
    tags, branches = (
        tuple(sorted({one.glob for one in found if one.word == kind and one.glob})) for kind in ("tag", "branch")
    )
    front, _, back = line.partition("*")
    names = {
        "release": samples.versions(tags, samples.RELEASE, front, back),
        "prerelease": samples.versions(tags, samples.PRERELEASE, front, back),
        "branch": samples.names(branches),
    }
    if not line:
        names["tag"] = samples.names(tags)  # a tag of an own line is a version
    if not all(names.values()):
        return True
    branch = list(names.pop("branch").values())
    return any(_all(conditions, facts) for facts in _runs(names, branch))


def _is_simple(condition: Condition) -> bool:
    """Whether one word alone makes it true, as in most files."""
    if isinstance(condition, Text):
        found = _term(condition)
        return found is not None and not found.glob
    return isinstance(condition, AnyOf) and any(map(_is_simple, condition.parts))


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


def _runs(tags: dict[str, dict[samples.Matched, str]], branches: Sequence[str]) -> Iterator[Facts]:
    """All runs that differ in some fact that conditions can ask for."""
    events = [
        *[({"tag": True, kind: True}, tag, "") for kind, found in tags.items() for tag in found.values()],
        *[({"branch": True, "default-branch": default}, "", one) for default in (True, False) for one in branches],
        ({"pull-request": True}, "", ""),
    ]
    for (words, tag, branch), schedule, manual, local in product(events, (True, False), (True, False), (True, False)):
        known = (
            dict.fromkeys(("release", "prerelease", "tag", "branch", "default-branch", "pull-request"), False) | words
        )
        if schedule and manual:
            continue
        yield Facts({**known, "schedule": schedule, "manual": manual, "local": local}, tag, branch, "a run", {})
