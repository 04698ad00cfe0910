"""The lines of block YAML, read without a parser: which dashes and which key each begins with.

Whatever is half typed, a line still says what it is by its indentation; completion asks for no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from lazyoci.diagnostic import Source

_DASH = re.compile(r"-(?:[ \t]+|$)")
_KEY = re.compile(r"""(?:"([^"]*)"|'([^']*)'|([^\s"'#\[\]{},&*!|>%@`-][^#]*?|-[^\s#][^#]*?))[ \t]*:(?:[ \t]+|$)""")
_SPACED = re.compile(r"^ +[^\s#]", re.MULTILINE)  # a line indented by spaces
_BLOCK_TEXT = re.compile(r"(?:[&!]\S*[ \t]+)*[|>][-+0-9]*")
_INDENT = re.compile(r"[ \t\ufeff]*")
NOWHERE = 1 << 30  # a column beyond all others
_COMMENT = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^"'#]|(?<=[^\s])#|["'])*?(?:^|(?<=\s))#""")


@dataclass(frozen=True, slots=True)
class Entry:
    """A dash, or a key, at the beginning of a line. Columns count code points."""

    kind: Literal["-", "key"]
    line: int
    column: int
    key: str = ""
    end: int = 0  # of a key, its quotes included; the colon follows


@dataclass(frozen=True, slots=True)
class Line:
    """A line taken apart: its entries, and the column at which what follows them begins."""

    entries: tuple[Entry, ...]
    content: int
    text: str

    @property
    def key(self) -> Entry | None:
        """The line's key, if it has one."""
        last = self.entries[-1] if self.entries else None
        return last if last is not None and last.kind == "key" else None

    @property
    def value(self) -> str:
        """What follows the entries, without a comment."""
        text = self.text[self.content :]
        return text[: comment_column(text)].rstrip() if "#" in text else text.rstrip()


def comment_column(text: str) -> int:
    """The column of the `#` that begins a comment; the length of the text without one."""
    found = _COMMENT.match(text) if "#" in text else None
    return found.end() - 1 if found is not None else len(text)


def line(source: Source, number: int) -> Line:
    """Take a line apart."""
    text = source.line(number)
    at = len(text) - len(text.lstrip(" \t\ufeff"))
    entries: list[Entry] = []
    while (dash := _DASH.match(text, at)) is not None:
        entries.append(Entry("-", number, at))
        at = dash.end()
    key = _KEY.match(text, at)
    if key is not None and (key[3] is None or "{{" not in key[3]):
        quoted = key[1] if key[1] is not None else key[2]
        name = str(key[3]).rstrip() if quoted is None else str(quoted)
        end = at + len(name) + (0 if quoted is None else 2)
        entries.append(Entry("key", number, at, name, end))
        at = key.end()
    return Line(tuple(entries), at, text)


@lru_cache(maxsize=8)
def indents(source: Source) -> list[int]:
    """The column at which each line begins; NOWHERE for blank lines and comments, which belong to nothing.

    So for a line indented by tabs among others by spaces: no YAML has that, and it says nothing of those around it.
    """
    text, ends = source.text, [*source.line_starts[1:], len(source.text)]
    mixed = "\t" in text and _SPACED.search(text) is not None
    found: list[int] = []
    for start, end in zip(source.line_starts, ends, strict=True):
        blank = _INDENT.match(text, start)
        at = start if blank is None else blank.end()
        nowhere = at >= end or text[at] in "#\r\n" or (mixed and "\t" in text[start:at])
        found.append(NOWHERE if nowhere else at - start)
    return found


def ancestors(source: Source, number: int, column: int, own: tuple[Entry, ...]) -> Iterator[Entry]:
    """What encloses something at `column` of a line, innermost first; `own` are the line's entries before it."""
    inside_dash = False
    for entry in reversed(own):
        if entry.column < column:
            yield entry
            column, inside_dash = entry.column, entry.kind == "-"
    begins = indents(source)
    for above in range(number - 1, -1, -1):
        if begins[above] > column or (begins[above] == column and (not inside_dash or is_dash(source, above, column))):
            continue  # a member beside encloses nothing: of a long list not each is taken apart
        for entry in reversed(line(source, above).entries):
            # a list may be indented no further than its key
            if entry.column < column or (inside_dash and entry.kind == "key" and entry.column == column):
                yield entry
                column, inside_dash = entry.column, entry.kind == "-"
        if column <= 0 and not inside_dash:
            return


def is_dash(source: Source, number: int, column: int) -> bool:
    """Whether a list's member begins in a column of a line."""
    at = source.line_starts[number] + column
    return source.text[at : at + 2] in ("- ", "-\t", "-\n", "-\r", "-")


def begins_text(source: Source, entry: Entry) -> bool:
    """Whether a key's value is a text in block style, `|` or `>`, on the lines below."""
    return entry.kind == "key" and _BLOCK_TEXT.fullmatch(line(source, entry.line).value) is not None


def siblings(source: Source, number: int, column: int) -> Iterator[tuple[Entry, str]]:
    """The keys at `column` of the mapping around a line, in file order, each with its value as written."""
    begins = indents(source)
    first = number
    for above in range(number, -1, -1):
        if begins[above] > column:
            continue
        starts = [entry.column for entry in line(source, above).entries]
        if above != number and (not starts or starts[-1] < column):
            break
        if column in starts:
            first = above
        if begins[above] < column and (above != number or starts):
            break  # the dash that begins the mapping is on this very line
    for below in range(first, len(begins)):
        if begins[below] > column:
            continue
        found = line(source, below)
        if begins[below] < column and below not in (first, number):
            break
        if found.key is not None and found.key.column == column:
            yield found.key, found.value
