"""Wrongly indented lines: which line each should be aligned with, and by how many columns it is off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lazyoci.config.syntax.repair import Repair
from lazyoci.config.syntax.unquoted_templates import Trouble
from lazyoci.diagnostic import Edit, Source, Span
from lazyoci.yaml.excerpt import excerpt

_LEAD = re.compile(r"([ \t]*)((?:-[ \t]+)*)(.*)")
_NAME = re.compile(r"[\"']?([\w./-]+)[\"']?[ \t]*:(?:[ \t]|$)")
_TABS_BEHIND = re.compile(r"-[ \t]*\t[ \t]*")
_REACH = 40  # lines above that a line may be aligned with
_MOST = 5  # columns to try


class _Column(NamedTuple):
    """A column where a line could begin, and what it would be aligned with. `below`: it is nested under that line."""

    at: int
    what: str
    line: int
    below: bool = False
    margin: bool = False


def misaligned(source: Source, trouble: Trouble) -> Iterator[Repair]:
    """Realign the line of the error, the line above, or the line where its node began; alone or with nested lines."""
    above = _above(source, trouble.line)
    first = next((one for one in range(trouble.line) if _has_text(source, one)), None)
    if first is not None and _lead(source, first).strip("\t"):
        yield _moved(source, first, [first], _Column(0, "the margin", first, margin=True))
    for number in dict.fromkeys((trouble.line, above, trouble.began)):
        if number is None or not _has_text(source, number):
            continue
        match = _LEAD.match(source.line(number))
        assert match is not None
        lead = match[1]
        if "\t" in lead or not (match[2] or _NAME.match(match[3])):
            continue  # neither an item nor a key: something else is wrong with it
        for column in _columns(source, number, len(lead)):
            for lines in (_block(source, number), [number]):
                yield _moved(source, number, lines, column)


def no_dash(source: Source, trouble: Trouble) -> Iterator[Repair]:
    """A key without a dash where the lines above begin list items."""
    for number in dict.fromkeys((trouble.line, _above(source, trouble.line), trouble.began)):
        match = None if number is None else _LEAD.match(source.line(number))
        if number is None or match is None or match[2] or not _NAME.match(match[3]) or "\t" in match[1]:
            continue
        start = source.line_starts[number]
        tried = set()
        for above in range(number - 1, max(number - _REACH, -1), -1):
            other = _LEAD.match(source.line(above))
            if other is None or not other[2] or not _has_text(source, above) or other[1] in tried:
                continue
            tried.add(other[1])
            what = _what(source, number)
            message = f"a dash is missing in front of {what}; begin the item as in line {above + 1}"
            edit = Edit(Span(start, start + len(match[1])), other[1] + other[2][:2])
            span = _shown(source, number, Span(start, start + len(source.line(number))))
            yield Repair(span, message, "begin an item", (edit,), sure=False)


def tabs(source: Source, trouble: Trouble) -> Iterator[Repair]:
    """Tabs as indentation, or behind a dash: replace each by spaces, up to a tab stop, or indent as a line above."""
    numbers = [number for number in range(len(source.line_starts)) if "\t" in "".join(_front(source, number))]
    if not numbers:
        return
    first = numbers[0]
    start = source.line_starts[first]
    span = Span(start, start + len("".join(_front(source, first))))
    message = "tabs cannot indent; use spaces"
    for width, to_stop in ((0, False), (2, False), (4, False), (8, False), (2, True), (4, True), (8, True)):
        edits = []
        for number in numbers:
            (lead, dashes), begin = _front(source, number), source.line_starts[number]
            spaces = lead.expandtabs(width) if to_stop else lead.replace("\t", " " * width)
            edits.append(Edit(Span(begin, begin + len(lead) + len(dashes)), spaces + _TABS_BEHIND.sub("- ", dashes)))
        yield Repair(span, message, "write spaces instead of tabs", tuple(edits), sure=False)
    for column in _columns(source, first, -1):
        text = f"tabs cannot indent; use {_spaces(column.at)}"
        yield Repair(span, text, f"indent by {_spaces(column.at)}", (Edit(span, " " * column.at),), sure=False)


def _moved(source: Source, number: int, lines: list[int], column: _Column) -> Repair:
    lead = _lead(source, number)
    shift = column.at - len(lead)
    edits = []
    for one in lines:
        start, own = source.line_starts[one], len(_lead(source, one))
        if _has_text(source, one):
            new = max(own + shift, 0)
            edits.append(
                Edit(Span(start, start), " " * shift) if shift > 0 else Edit(Span(start, start + own - new), "")
            )
    start = source.line_starts[number]
    what = _what(source, number)
    off = f"{'add' if shift > 0 else 'remove'} {_spaces(abs(shift))}"
    place = f"{column.what} in line {column.line + 1}"
    relation = "to put it below" if column.below else "to align it with"
    if column.margin:
        relation, place = "as the file begins", "at the margin"
    message = f"{what} is indented by {_spaces(len(lead))}; {off}, {relation} {place}"
    text = source.line(number)
    span = Span(start + len(lead), start + len(text.rstrip())) if lead else Span(start, start + len(text.rstrip()))
    title = f"{off}{' on each of these lines' if len(edits) > 1 else ''}"
    return Repair(_shown(source, number, span), message, title, tuple(edits), sure=False)


def _shown(source: Source, number: int, span: Span) -> Span:
    """The span of the line's key or dash; underlining the whole line would be less clear."""
    match = _LEAD.match(source.line(number))
    assert match is not None
    start = source.line_starts[number] + len(match[1])
    if match[2]:
        return Span(start, start + 1)
    key = _NAME.match(match[3])
    return Span(start, start + len(key[0].rstrip(": \t"))) if key else span


def _columns(source: Source, number: int, own: int) -> list[_Column]:
    """The columns of nearby lines of the same kind (keys for a key, items for an item), the closest column first."""
    found: dict[int, _Column] = {}
    above = [one for one in range(max(number - _REACH, 0), number) if _has_text(source, one)]
    for one in reversed(above):
        match = _LEAD.match(source.line(one))
        assert match is not None
        lead, dashes = len(match[1]), len(match[2])
        what = _what(source, one)
        key = _NAME.match(match[3])
        name = f'"{key[1]}"' if key else what
        if dashes:
            found.setdefault(lead, _Column(lead, what, one))
        found.setdefault(lead + dashes, _Column(lead + dashes, name, one))
        if one == above[-1] and match[3].rstrip().endswith(":"):
            found.setdefault(lead + dashes + 2, _Column(lead + dashes + 2, name, one, below=True))
    if not above:
        after = next((one for one in range(number + 1, len(source.line_starts)) if _has_text(source, one)), None)
        if after is not None:
            lead = len(_lead(source, after))
            found[lead] = _Column(lead, _what(source, after), after)
    found.pop(own, None)
    return sorted(found.values(), key=lambda one: (abs(one.at - max(own, 0)), -one.at))[:_MOST]


def _what(source: Source, number: int) -> str:
    """The beginning of a line, for a message."""
    match = _LEAD.match(source.line(number))
    assert match is not None
    key = _NAME.match(match[3])
    text = f'"{excerpt(key[1] if key else match[3].strip())}"'
    return f'"- {text[1:]}' if match[2] else text


def _spaces(number: int) -> str:
    return f"{number or 'no'} space{'' if number == 1 else 's'}"


def _lead(source: Source, number: int) -> str:
    return _front(source, number)[0]


def _front(source: Source, number: int) -> tuple[str, str]:
    """The blanks and the dashes at the beginning of a line."""
    match = _LEAD.match(source.line(number))
    assert match is not None
    return match[1], match[2]


def _has_text(source: Source, number: int) -> bool:
    text = source.line(number).strip()
    return bool(text) and not text.startswith("#")


def _above(source: Source, number: int) -> int | None:
    return next((one for one in range(number - 1, -1, -1) if _has_text(source, one)), None)


def _block(source: Source, number: int) -> list[int]:
    """The line and the more deeply indented lines below, which move with it."""
    own = len(_lead(source, number))
    lines = [number]
    for one in range(number + 1, len(source.line_starts)):
        if not _has_text(source, one):
            continue
        if len(_lead(source, one)) <= own:
            break
        lines.append(one)
    return lines
