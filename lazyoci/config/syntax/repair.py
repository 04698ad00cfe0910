"""What one small change would make YAML of a broken text: each is tried, and believed only if the parser agrees.

The parser complains where it gave up, which is mostly below the mistake. So the message, the place and the fix are
those of the change that helps. Whoever proposes a change need not be sure that it does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from lazyoci.config.syntax.unquoted_templates import Trouble
from lazyoci.diagnostic import Diagnostic, Edit, Fix, Severity, Source, Span
from lazyoci.yaml.edits import apply

_LONGEST = 100_000  # code points; every attempt reads the text once
_MOST = 80  # attempts


class Repair(NamedTuple):
    """A change to try, and what is to be said if it helps. `sure`: whether to help the parser is proof enough.

    Else the file has to be valid afterwards for the change to be a certain fix: there may be others that help.
    """

    span: Span
    message: str
    title: str
    edits: tuple[Edit, ...]
    sure: bool = True


Again = Callable[[str], "Trouble | None"]  # what troubles a text; None where it is YAML
Propose = Callable[[Source, Trouble], Iterable[Repair]]


def repaired(
    source: Source,
    trouble: Trouble,
    again: Again,
    flaws: Callable[[str], int],
    *proposers: Propose,
    valid: bool = False,
) -> Diagnostic | None:
    """What is wrong with `source`, by the first of `proposers` that has a change which helps.

    `flaws` counts what is wrong with the structure of a text that is YAML. With `valid` there must be nothing left.
    """
    if len(source.text) > _LONGEST:
        return None
    left = _MOST
    best: tuple[tuple[int, int, int], Repair] | None = None
    for propose in proposers:
        for repair in propose(source, trouble):
            left -= 1
            if left < 0:
                break
            found = _rank(apply(source.text, repair.edits), trouble, again, flaws)
            if found is None:
                continue
            if repair.sure:
                if best is not None and best[0][:2] == (0, 0):
                    break  # another one leaves nothing wrong
                return _diagnostic(repair, certain=True)
            if valid and found != (0, 0):
                continue
            rank = (*found, len(repair.edits))
            if best is None or rank < best[0]:
                best = rank, repair
                if rank == (0, 0, 1):
                    break  # no other can be better
        if best is not None and best[0][:2] == (0, 0):
            break
    return None if best is None else _diagnostic(best[1], certain=best[0][:2] == (0, 0))


def _diagnostic(repair: Repair, *, certain: bool) -> Diagnostic:
    fix = Fix(repair.title, repair.edits) if certain else None
    return Diagnostic("yaml-syntax", Severity.ERROR, repair.message, repair.span, fix=fix)


def _rank(text: str, trouble: Trouble, again: Again, flaws: Callable[[str], int]) -> tuple[int, int] | None:
    """How good a text is; less is better, and None is no better than it was."""
    after = again(text)
    if after is None:
        return 0, flaws(text)
    # the same mistake may stand further down once more: the parser gets there
    return (1, -after.line) if after.line > trouble.line + 1 else None
