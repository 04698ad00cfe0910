"""Apply certain fixes to a text until none is left, checking again after each round.

A fix that would make a new error is not applied. The result is a fixed point: fixing it again changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from lazyoci.check.text import Checked
from lazyoci.diagnostic import Diagnostic, Edit, Fix, Severity
from lazyoci.frozen import frozen
from lazyoci.yaml import edits

_MOST_ROUNDS = 20  # fixes that undo each other end here; real files need two or three
_NEVER = frozenset({"yaml-syntax", "duplicate-key"})


@frozen
class Fixed:
    """The outcome: `checked` is what the text is now, `applied` what was mended, `refused` whose fix did harm."""

    checked: Checked
    applied: tuple[Diagnostic, ...]
    refused: tuple[Diagnostic, ...]


def fix(checked: Checked, check: Callable[[str], Checked], wanted: Callable[[Diagnostic], bool]) -> Fixed:
    """Mend all `wanted` findings that can be mended.

    `check` judges a text by every rule, whether wanted or not: a fix is only as good as what is wrong after it.
    """
    applied: list[Diagnostic] = []
    refused: dict[tuple[str, str, str], Diagnostic] = {}
    for _ in range(_MOST_ROUNDS):
        text = checked.source.text
        waiting = [one for one in checked.diagnostics if one.fix and wanted(one) and _key(one) not in refused]
        chosen = edits.compatible([one.fix for one in waiting if one.fix])
        if not chosen:
            break
        mended = check(edits.apply(text, _edits(text, chosen)))
        if not _worse(checked, mended):
            applied += [one for one in waiting if any(one.fix is done for done in chosen)]
            checked = mended
            continue
        alone = [(one, check(edits.apply(text, _edits(text, [one.fix])))) for one in waiting if one.fix]
        harmful = {_key(one): one for one, after in alone if _worse(checked, after)}
        if harmful:
            refused |= harmful
        else:  # each does good, all together do harm
            applied.append(alone[0][0])
            checked = alone[0][1]
    return Fixed(checked, tuple(applied), tuple(refused.values()))


def _edits(text: str, fixes: list[Fix]) -> list[Edit]:
    return [edits.with_newlines_of(text, one) for fix in fixes for one in fix.edits]


def _key(one: Diagnostic) -> tuple[str, str, str]:
    """What stays the same when the text around a finding moves."""
    return one.code, one.message, one.fix.title if one.fix is not None else ""


def _worse(before: Checked, after: Checked) -> bool:
    """Whether `after` has an error that a fix made, as opposed to one that was hidden behind what it mended.

    While a file does not decode, most rules are silent, and a misspelt type hides what that type would require; so
    then only what no fix may ever do counts.
    """
    had, has = _errors(before), _errors(after)
    more = {code for code, count in has.items() if count > had[code]}
    return bool(more & _NEVER if before.config is None else more)


def _errors(checked: Checked) -> Counter[str]:
    return Counter(one.code for one in checked.diagnostics if one.severity is Severity.ERROR)
