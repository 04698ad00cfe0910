"""Finds one small change that turns a broken text into YAML. Each is tried, and accepted only if the parser agrees.

The parser reports where it gave up, usually below the mistake. So the message, the place and the fix are
those of the change that helps. A proposed change need not be certain to help.
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
    """A change to try, and the message if it helps. `sure`: it is a certain fix as soon as the text is YAML.

    Otherwise it is certain only if the file is then valid too, because another change might help as well.
    """

    span: Span
    message: str
    title: str
    edits: tuple[Edit, ...]
    sure: bool = True


Again = Callable[[str], "Trouble | None"]  # the parser's error for a text; None if it is YAML
Propose = Callable[[Source, Trouble], Iterable[Repair]]


def repaired(
    source: Source,
    trouble: Trouble,
    again: Again,
    flaws: Callable[[str], int],
    *proposers: Propose,
    valid: bool = False,
) -> Diagnostic | None:
    """What is wrong with `source`, from the first of `proposers` whose change helps.

    `flaws` counts structural errors of a text that is YAML. With `valid`, none may be left.
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
                    break  # an earlier change leaves no error
                return _diagnostic(repair, (0, 0))
            if valid and found != (0, 0):
                continue
            rank = (*found, len(repair.edits))
            if best is None or rank < best[0]:
                best = rank, repair
                if rank == (0, 0, 1):
                    break  # no other can be better
        if best is not None and best[0][:2] == (0, 0):
            break
    return None if best is None else _diagnostic(best[1], best[0][:2])


def _diagnostic(repair: Repair, rank: tuple[int, int]) -> Diagnostic:
    """The finding. Its fix is certain if no error is left, and a choice if the text is at least YAML then."""
    change = Fix(repair.title, repair.edits)
    fix = change if rank == (0, 0) else None
    choices = (change,) if fix is None and rank[0] == 0 else ()
    return Diagnostic("yaml-syntax", Severity.ERROR, repair.message, repair.span, fix=fix, choices=choices)


def _rank(text: str, trouble: Trouble, again: Again, flaws: Callable[[str], int]) -> tuple[int, int] | None:
    """A score of a text: lower is better, None means no better than before."""
    after = again(text)
    if after is None:
        return 0, flaws(text)
    # the same mistake may occur again further down: the parser gets at least that far
    return (1, -after.line) if after.line > trouble.line + 1 else None
