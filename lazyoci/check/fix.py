"""Applies certain fixes to a text until none is left, and checks it again after each round.

A fix that would make a new error is not applied. The result is a fixed point: fixing it again changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from lazyoci.check.text import Checked
from lazyoci.diagnostic import Diagnostic, Edit, Fix, Severity
from lazyoci.frozen import frozen
from lazyoci.rules import BY_CODE
from lazyoci.yaml import edits

_MOST_ROUNDS = 20  # a limit for fixes that undo each other; real files need two or three rounds
_NEVER = frozenset({"yaml-syntax", "duplicate-key"})


@frozen
class Fixed:
    """The result: `checked` is the new text, `applied` the fixed findings, `refused` those whose fix would do harm."""

    checked: Checked
    applied: tuple[Diagnostic, ...]
    refused: tuple[Diagnostic, ...]


def fix(checked: Checked, check: Callable[[str], Checked], wanted: Callable[[Diagnostic], bool]) -> Fixed:
    """Fix all `wanted` findings that can be fixed.

    `check` must apply every rule, wanted or not, to notice if a fix causes another error.
    """
    applied: list[Diagnostic] = []
    refused: dict[tuple[str, str, str], Diagnostic] = {}
    for _ in range(_MOST_ROUNDS):
        text = checked.source.text
        waiting = [one for one in checked.diagnostics if one.fix and wanted(one) and _key(one) not in refused]
        first = [one for one in waiting if checked.config is None and _is_of_reading(one)]
        waiting, reveals = first or waiting, bool(first)  # so that a round either reveals errors or can be compared
        chosen = edits.compatible([one.fix for one in waiting if one.fix])
        if not chosen:
            break
        mended = check(edits.apply(text, _edits(text, chosen)))
        if not _worse(checked, mended, reveals=reveals):
            applied += [one for one in waiting if any(one.fix is done for done in chosen)]
            checked = mended
            continue
        alone = [(one, check(edits.apply(text, _edits(text, [one.fix])))) for one in waiting if one.fix]
        harmful = {_key(one): one for one, after in alone if _worse(checked, after, reveals=reveals)}
        if harmful:
            refused |= harmful
        else:  # each fix alone is good, but together they do harm
            applied.append(alone[0][0])
            checked = alone[0][1]
    return Fixed(checked, tuple(applied), tuple(refused.values()))


def _edits(text: str, fixes: list[Fix]) -> list[Edit]:
    return [edits.with_newlines_of(text, one) for fix in fixes for one in fix.edits]


def _key(one: Diagnostic) -> tuple[str, str, str]:
    """What identifies a finding even if the text around it moves."""
    return one.code, one.message, one.fix.title if one.fix is not None else ""


def _is_of_reading(one: Diagnostic) -> bool:
    """Whether a finding tells why a part of the file cannot be read."""
    return one.code not in BY_CODE or BY_CODE[one.code].reporter == "reader"


def _worse(before: Checked, after: Checked, *, reveals: bool) -> bool:
    """Whether `after` has an error caused by a fix, and not one that the fixed error had hidden.

    Where an artifact does not decode, most rules do not run on it, and a misspelt type hides what that type would
    require. So if the fixes mend that (`reveals`), only errors that no fix may ever cause count.
    """
    had, has = _errors(before), _errors(after)
    more = {code for code, count in has.items() if count > had[code]}
    return bool(more & _NEVER if reveals else more)


def _errors(checked: Checked) -> Counter[str]:
    return Counter(one.code for one in checked.diagnostics if one.severity is Severity.ERROR)
