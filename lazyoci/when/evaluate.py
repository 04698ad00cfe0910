"""Whether a condition holds: yes, no, or not known, and why, in words.

Of three values: `unknown or true` is true, `unknown and false` is false, and `not unknown` is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from lazyoci.config.model import AllOf, Text
from lazyoci.frozen import frozen
from lazyoci.when.globs import matches
from lazyoci.when.terms import PHRASES, Term, term

if TYPE_CHECKING:
    from lazyoci.config.model import Condition

THIS_RUN = ": this run is for "  # between why something is not due and what the run is for
_FALSE = ("", "false")  # what a template gives that means no


@frozen
class Facts:
    """What is known of a run, for one artifact. None is what nobody tells.

    `tag` and `branch` are names, and empty where the run is for none; `run` says what it is for. `unknown` holds, by
    word, why that is not known and what would tell it.
    """

    words: Mapping[str, bool | None]
    tag: str
    branch: str | None
    run: str
    unknown: Mapping[str, tuple[str, str]]


@frozen
class Verdict:
    """The outcome. Where it does not hold `reason` says why not; where that is unknown, what is, with a remedy.

    Both are empty for an unknown that something else reports, such as a template that does not parse.
    """

    holds: bool | None
    reason: str = ""
    remedy: str = ""


@frozen
class Rendered:
    """What became of a condition that is a template. `text` is None while it is unknown, and then there is a reason."""

    text: str | None
    reason: str = ""
    remedy: str = ""


ALWAYS = Verdict(True)
UNDECIDED = Verdict(None)  # where a file is judged, and no run


def templates(condition: Condition) -> Iterator[Text]:
    """The texts of a condition that are templates."""
    for text in texts(condition):
        if text.is_template:
            yield text


def texts(condition: Condition) -> Iterator[Text]:
    """Every text of a condition."""
    if isinstance(condition, Text):
        yield condition
        return
    for part in condition.parts:
        yield from texts(part)


def judge(condition: Condition | None, facts: Facts, render: Callable[[Text], Rendered]) -> Verdict:
    """Whether `condition` holds; it does where there is none. `render` gives what a template becomes."""
    if condition is None:
        return ALWAYS
    found = _judge(condition, facts, render)
    if found.holds is False and found.reason:
        return Verdict(False, f"{found.reason}{THIS_RUN}{facts.run}")
    return found


def both(one: Verdict, other: Verdict) -> Verdict:
    """What follows where both must hold: the first that does not, else the first that is unknown."""
    return _all((one, other))


def _judge(condition: Condition, facts: Facts, render: Callable[[Text], Rendered]) -> Verdict:
    if isinstance(condition, Text):
        return _template(condition, render) if condition.is_template else _word(condition, facts)
    parts = [_judge(part, facts, render) for part in condition.parts]
    return _all(parts) if isinstance(condition, AllOf) else _any(parts)


def _template(condition: Text, render: Callable[[Text], Rendered]) -> Verdict:
    rendered = render(condition)
    if rendered.text is None:
        return Verdict(None, rendered.reason, rendered.remedy)
    given = rendered.text.strip()
    if given.lower() in _FALSE:
        return Verdict(False, f'"{condition.value.strip()}" is {given if given else "empty"}')
    return ALWAYS


def _word(condition: Text, facts: Facts) -> Verdict:
    parsed = term(condition.value)
    if parsed is None:
        return Verdict(None)  # unknown-occasion tells it
    holds = _holds(parsed, facts)
    if holds is None:
        word = parsed.word
        return Verdict(None, *facts.unknown.get(word, (f"whether this run is {PHRASES[word][0]} is not known", "")))
    if holds is not parsed.negated:
        return ALWAYS
    return Verdict(False, _why(parsed, holds))


def _holds(parsed: Term, facts: Facts) -> bool | None:
    """Whether the term is true, a `not` left out."""
    holds = facts.words[parsed.word]
    if not parsed.glob or not holds:
        return holds
    name = facts.tag if parsed.word == "tag" else facts.branch
    if name == "":
        return False  # a detached HEAD is on no branch, whatever the glob
    return None if name is None else matches(parsed.glob, name)


def _why(parsed: Term, holds: bool) -> str:
    if not parsed.glob:
        return PHRASES[parsed.word][0 if holds else 1]
    return f"{'' if holds else 'not '}for a {parsed.word} like {parsed.glob}"


def _any(parts: Sequence[Verdict]) -> Verdict:
    if any(part.holds for part in parts):
        return ALWAYS
    unknown = next(_unknown(parts), None)
    return unknown or Verdict(False, ", ".join(dict.fromkeys(part.reason for part in parts if part.reason)))


def _all(parts: Sequence[Verdict]) -> Verdict:
    failed = next((part for part in parts if part.holds is False), None)
    return failed or next(_unknown(parts), None) or ALWAYS


def _unknown(parts: Sequence[Verdict]) -> Iterator[Verdict]:
    """Those that are unknown, first what nothing else reports."""
    unknown = [part for part in parts if part.holds is None]
    yield from sorted(unknown, key=lambda part: not part.reason)
