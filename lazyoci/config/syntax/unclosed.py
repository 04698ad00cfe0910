"""Quotes and brackets that are not closed, and flow lists that lack a comma."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lazyoci.config.syntax.repair import Repair
from lazyoci.config.syntax.typos import QUOTED, TEMPLATES, uncommented
from lazyoci.config.syntax.unquoted_templates import Trouble
from lazyoci.diagnostic import Edit, Source, Span
from lazyoci.yaml.excerpt import excerpt

_REACH = 12  # lines above the error that are searched for an unclosed quote
_TWICE = re.compile(r"([\"'\[\]])[ ]*\1")
_TWO = re.compile(r"(\"[^\"]*\"|'[^']*'|\w[\w./-]*)([ \t]+)(?=[\"'\w])")


def commas(source: Source, trouble: Trouble) -> Iterator[Repair]:
    """Items of a flow collection without a comma, or with the wrong kind of closing bracket."""
    if not trouble.flow:
        return
    for number in dict.fromkeys((trouble.line, trouble.began)):
        line, start = source.line(number), source.line_starts[number]
        for two in _TWO.finditer(line, max(line.find("["), 0)):
            place = Span(start + two.end(1), start + two.end(2))
            message = f"a comma is missing behind {excerpt(two[1])}"
            if two[1][-2:-1] == ",":
                quote = two[1][-1]
                span = Span(place.start - 2, place.end)
                swap = Edit(span, f"{quote}, ")
                yield Repair(span, "the comma belongs behind the quote", "swap them", (swap,), sure=False)
            yield Repair(place, message, "put a comma there", (Edit(place, ", "),), sure=False)
        bare = uncommented(line).rstrip()
        for opening, closing, wrong in ("[", "]", "})"), ("{", "}", "])"):
            if bare.endswith(tuple(wrong)) and _count(bare, opening) == _count(bare, closing) + 1:
                place = Span(start + len(bare) - 1, start + len(bare))
                message = f'"{opening}" is closed by "{bare[-1]}"; write "{closing}"'
                yield Repair(place, message, f'write "{closing}"', (Edit(place, closing),), sure=False)


def one_too_many(source: Source, trouble: Trouble) -> Iterator[Repair]:
    """A quote or a bracket that is written twice."""
    for number in dict.fromkeys((trouble.line, trouble.began)):
        line, start = source.line(number), source.line_starts[number]
        for twice in _TWICE.finditer(line):
            place = Span(start + twice.end() - 1, start + twice.end())
            message = f"this {twice[1]} is one too many; remove it"
            yield Repair(place, message, f"remove {twice[1]}", (Edit(place, ""),), sure=False)
        behind = _BEHIND.search(uncommented(line))
        if behind is not None:
            place = Span(start + behind.start(1), start + behind.end(1))
            if behind[1] == "}" and line[: place.start - start].endswith(('}"', "}'")):
                span = Span(place.start - 1, place.end)
                swap = Edit(span, "}" + line[span.start - start])
                yield Repair(span, f"the }} belongs in front of {swap.text[1]}", "swap them", (swap,), sure=False)
            message = f"nothing can follow the value; remove {behind[1]}"
            yield Repair(place, message, f"remove {behind[1]}", (Edit(place, ""),), sure=False)


_BEHIND = re.compile(r"(?<=[\"'\]])[ ]*([\[\](){}.,:;$\"']+)[ \t]*$")


def never_closed(source: Source, trouble: Trouble) -> Iterator[Repair]:
    """A quote or bracket that is not closed: closing it is tried wherever a value ends on its line."""
    above = range(trouble.line - 1, max(trouble.line - _REACH, trouble.began - 1, -1), -1)
    for number in dict.fromkeys((trouble.began, trouble.line, *above)):
        line, start = source.line(number), source.line_starts[number]
        opened = _open_quote(line)
        if opened is not None:
            at, quote = opened
            span = Span(start + at, start + at + 1)
            for end in _value_ends(line, at + 1):
                other = line[end - 1]
                if other in "\"'" and other != quote:
                    message = f"this text begins with {quote} and ends with {other}; write {quote} at both ends"
                    place = Span(start + end - 1, start + end)
                    yield Repair(span, message, f"write {quote} at both ends", (Edit(place, quote),), sure=False)
                place = Span(start + end, start + end)
                shown = excerpt(line[at:end] + quote)
                message = f"this text is never closed; add the {quote} at its end: {shown}"
                yield Repair(span, message, f"close the text: {shown}", (Edit(place, quote),), sure=False)
        bare = uncommented(line).rstrip()
        for opening, closing in ("[]", "{}"):
            if bare[-2:-1] == closing and bare[-1:] in ("'", '"'):
                place = Span(start + len(bare) - 2, start + len(bare))
                swap = Edit(place, bare[-1] + closing)
                message = f'the "{closing}" belongs behind the {bare[-1]}'
                yield Repair(place, f"{message}; write {swap.text}", f"write {swap.text}", (swap,), sure=False)
            if _count(bare, opening) == _count(bare, closing) + 1 and "{{" not in QUOTED.sub("", bare):
                at = bare.rfind(opening)
                place = Span(start + len(bare), start + len(bare))
                message = f'this "{opening}" is never closed; add "{closing}" at the end of the line'
                yield Repair(
                    Span(start + at, start + at + 1), message, f'add "{closing}"', (Edit(place, closing),), sure=False
                )


def _count(line: str, char: str) -> int:
    return QUOTED.sub("", line).count(char)


def _open_quote(line: str) -> tuple[int, str] | None:
    """The unclosed quote on a line and its place. An apostrophe inside a word does not count."""
    at = 0
    while at < len(line):
        char = line[at]
        if char == "#" and line[at - 1 : at] in ("", " ", "\t"):
            return None
        whole = QUOTED.match(line, at) if char in "\"'" else None
        if whole is not None:
            at = whole.end()
        elif char in "\"'" and line[at - 1 : at] in ("", " ", "\t", "[", ",", "{"):
            return at, char
        else:
            at += 1
    return None


def _value_ends(line: str, at: int) -> Iterator[int]:
    """Where a text that begins at `at` may end: before a comma or bracket outside templates, or at the line's end."""
    place = at
    while place < len(line):
        template = TEMPLATES.match(line, place)
        if template is not None:
            place = template.end()
            continue
        if line[place] in ",]" and line[at:place].strip():
            yield place
        place += 1
    yield len(line.rstrip())
