"""Words of conditions in the text of a `.lazy` file, found line by line without a parser."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

from lazyoci.diagnostic import Source
from lazyoci.when.terms import GLOBS, NOT, WORDS
from lazyoci_lsp.text import lines

_WHEN = re.compile(r"""(?<![\w.-])["']?when["']?[ \t]*:(?=\s|$)""", re.MULTILINE)
_END = r"""(?=[\s,\[\]{}"']|$)"""
_WORDS = "|".join(sorted(WORDS, key=len, reverse=True))
_TERM = re.compile(
    rf"""\{{\{{.*?(?:\}}\}}|$)                     # a template
      | (?<![^\s,\[{{"'])(?:
          (?P<not>{NOT}){_END}
        | (?P<glob>{"|".join(GLOBS)}):(?P<pattern>[^\s,\[\]{{}}"']+)
        | (?P<word>{_WORDS}){_END})""",
    re.VERBOSE,
)
_FREE = frozenset({"annotations", "labels", "buildArgs", "contexts"})  # mappings whose keys are anyone's own


class Word(NamedTuple):
    """A word of a condition: its columns in the line, and what it is."""

    start: int
    end: int
    kind: Literal["not", "word", "glob"]


@lru_cache(maxsize=4)  # asked for once a version of a text, and for each range of it that is shown
def words(source: Source) -> Mapping[int, tuple[Word, ...]]:
    """The words of all conditions, by the number of their line."""
    found: dict[int, tuple[Word, ...]] = {}
    for match in _WHEN.finditer(source.text):
        number, column = source.position(match.start())
        here = lines.line(source, number)
        if lines.comment_column(here.text) <= column:
            continue
        after = match.end() - source.line_starts[number]
        for line, start, end in _regions(source, here, number, column, after):
            found[line] = (*found.get(line, ()), *_words(source.line(line), start, end))
    return found


def _regions(source: Source, here: lines.Line, number: int, column: int, after: int) -> Iterator[tuple[int, int, int]]:
    """The parts of lines that a condition covers, which begins behind the column `after` of line `number`."""
    end = lines.comment_column(here.text)
    if here.key is None or here.key.column != column:  # within braces: to the next key, as none is in a condition
        if here.key is None or here.key.key not in _FREE:
            yield number, after, _end_of_value(here.text, after, end)
        return
    above = next(lines.ancestors(source, number, column, here.entries), None)
    if above is not None and above.key in _FREE:
        return
    yield number, after, end
    begins = lines.indents(source)
    for line in range(number + 1, len(begins)):
        listed = begins[line] == column and source.line(line)[column : column + 1] == "-"
        if begins[line] <= column and not listed:
            return
        yield line, min(begins[line], len(source.line(line))), lines.comment_column(source.line(line))


def _end_of_value(text: str, at: int, end: int) -> int:
    """Where a value within braces ends: at the comma or bracket that is not its own."""
    depth = 0
    for column in range(at, end):
        sign = text[column]
        if sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
        if depth < 0 or (sign == "," and not depth):
            return column
    return end


def _words(text: str, start: int, end: int) -> Iterator[Word]:
    for found in _TERM.finditer(text, start, end):
        if found["glob"]:
            yield Word(*found.span("glob"), "word")
            yield Word(*found.span("pattern"), "glob")
        elif found["not"]:
            yield Word(*found.span(), "not")
        elif found["word"]:
            yield Word(*found.span(), "word")
