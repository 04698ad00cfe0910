"""Where completion may write without harm: the place at the cursor, and those that a new line may become.

A line that is begun says little: it may go on with the mapping above, begin what the key above it lacks, or begin
another member of a list further out. Whatever is written there has to stand in a column that the lines around allow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lazyoci.diagnostic import Source, Span
from lazyoci_lsp.text import lines, templates
from lazyoci_lsp.text.lines import NOWHERE, Entry
from lazyoci_lsp.text.place import Place, begun_at, key_at, place

_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*[ \t]+)*[&!][^\s,\[\]{}]*")  # anchors and tags before a value
_FIXED = re.compile(r"<<$|x-")  # keys whose names the format leaves to whoever writes
_NO_KEY = re.compile(r"""[\s,\[\]{}"'&!|>%`]""")
_BLANK = re.compile(r"(?:[ \t\r\n]|(?<=[ \t\r\n])#[^\n]*)*")
_MARKERS = ("---", "...", "%")
_STEP = 2  # columns by which what is below a key is indented


@dataclass(frozen=True, slots=True)
class Opening:
    """A place to write at. `start` is where the text to be replaced begins, with `gap` to be written before the rest.

    `rank` tells what comes first: what the line at hand asks for has 0. `member` allows only whole members of a list.
    """

    place: Place
    start: int
    gap: str = ""
    rank: int = 0
    member: bool = False


def openings(source: Source, offset: int) -> list[Opening]:
    """What may be written at a place, likeliest first; nothing where any text would break what is there."""
    here = place(source, offset)
    if here.kind == "comment" or templates.around(source, offset) is not None:
        return [Opening(here, here.word.start)]
    number, column = source.position(offset)
    line = lines.line(source, number)
    if lines.comment_column(line.text) == column < len(line.text):
        return []  # right before a comment, of which it would become a part
    if here.kind == "key" and _FIXED.match(source.text, here.word.start, here.word.end):
        return []
    if here.quote and here.kind != "key" and offset == here.word.start - 1:
        here = _with_quotes(source, here)
    if here.flow:
        return list(_in_flow(source, here, offset))
    if not line.text[:column].strip() and line.text[column:].strip() and column < _begin(line):
        return []  # within the indentation of a line that is written
    if line.key is not None:
        return list(_at_key(source, here, line, offset))
    if line.entries:
        return list(_behind_dash(source, here, line, offset))
    return list(_on_new_line(source, here, line, number, column, offset))


def _begin(line: lines.Line) -> int:
    return line.entries[0].column if line.entries else line.content


def _is_at(source: Source, here: Place, offset: int) -> bool:
    """Whether the cursor is in the word, and not behind its closing quote, nor before the opening one."""
    word = here.word
    if word.start <= offset <= word.end:
        return True
    between = source.text[word.end : offset]
    words = source.text[word.start : word.end]
    return not here.quote and bool(between) and not between.strip() and words == "not"


def _with_quotes(source: Source, here: Place) -> Place:
    """The place of a text in quotes as a whole, which is replaced with them."""
    closed = source.text[here.word.end : here.word.end + 1] == here.quote
    return replace(here, word=Span(here.word.start - 1, here.word.end + closed), quote="")


def _in_flow(source: Source, here: Place, offset: int) -> Iterator[Opening]:
    text, word = source.text, here.word
    written = text[word.start : word.end]
    if not _is_at(source, here, offset) or (not here.quote and _is_odd_in_flow(written)):
        return
    if not here.quote and text[: word.start].rstrip()[-1:] in ("]", "}"):
        return  # a collection that is complete
    behind = _BLANK.match(text, word.end + len(here.quote))
    following = text[behind.end() :][:1] if behind is not None else ""
    if not written and not here.quote and following and following not in ",]}":
        return  # another member, or key, which a comma would have to part from what is written
    glued = not here.quote and text[word.start - 1 : word.start] in (":", ",")
    yield Opening(here, word.start, " " if glued else "")


def _is_odd_in_flow(written: str) -> bool:
    return written[:1] in tuple("]}[{:&! \t\r\n")


def _at_key(source: Source, here: Place, line: lines.Line, offset: int) -> Iterator[Opening]:
    """On a key, or at its value."""
    key = line.key
    assert key is not None
    start = source.line_starts[key.line]
    if here.kind == "key":
        if here.word.start <= offset <= here.word.end:
            yield Opening(here, here.word.start)
        return
    colon = source.text.find(":", start + key.end)
    written = line.value
    if offset <= colon or not _is_at(source, here, offset):
        return
    if not here.quote and (written[:1] in ("[", "{") or _PROPERTIES.fullmatch(written)):
        return
    indent, dashed = _below(source, key.line)
    if indent > key.column or (indent == key.column and dashed):
        return  # the value is on the lines below, or goes on there
    glued = here.word.start == colon + 1
    yield Opening(here, here.word.start, " " if glued else "")


def _behind_dash(source: Source, here: Place, line: lines.Line, offset: int) -> Iterator[Opening]:
    """At the beginning of a list's member."""
    dash = line.entries[-1]
    if not _is_at(source, here, offset) or (not here.quote and _is_odd(line.value)):
        return
    start = source.line_starts[dash.line]
    indent, dashed = _below(source, dash.line)
    column = here.column
    if here.word.start == start + dash.column + 1:
        column = dash.column + _STEP  # a space is to be written behind the dash
    elif "\t" in line.text[dash.column : line.content]:
        column = dash.column + _STEP  # a tab there allows a text, but no mapping
    if indent > dash.column:
        if dashed or line.value:
            return  # a list within the list, or a text that goes on
        column = indent
    at = begun_at(source, dash.line, column, here.word)
    if here.quote:
        yield Opening(at, here.word.start)
        return
    begin = start + dash.column + 1
    there = source.text[begin : here.word.start]
    if not there.strip(" ") and begin + len(there) <= start + column:
        begin = here.word.start  # the spaces that are there are right, if perhaps too few
    gap = " " * (start + column - begin)
    yield Opening(replace(at, kind="key") if indent > dash.column else at, begin, gap)


def _is_odd(written: str) -> bool:
    """Whether a begun text is none that anything could be proposed for: an anchor, a bracket, more than one word."""
    return written[:1] in tuple("&!|>%@`[]{}") or ": " in written


def _on_new_line(
    source: Source, here: Place, line: lines.Line, number: int, column: int, offset: int
) -> Iterator[Opening]:
    """On a line with nothing, or with a word that may become a key."""
    written = line.value
    if _NO_KEY.search(written) or written.startswith(_MARKERS) or not _is_at(source, here, offset):
        return
    dash = re.match(r"-(?=[^\s-])", written) is not None  # a member is begun, without a space
    begin = source.line_starts[number]
    indent = line.content if written else column
    if "\t" in line.text[:indent]:
        return
    around = _Around.of(source, number)
    if around is None:
        at = max(0, _below(source, number)[0])
        keep = min(at, indent)
        yield Opening(key_at(source, number, at, here.word, (), siblings=True), begin + keep, " " * (at - keep))
        return
    word = Span(here.word.start + 1, here.word.end) if dash else here.word
    columns = list(around.columns(indent, dash=dash))
    keep = min((indent, *(at for _, at, _ in columns)))  # the same for all, as some clients want it
    for rank, (kind, at, chain) in enumerate(columns):
        found = key_at(source, number, at, word, chain, siblings=kind == "key")
        yield Opening(found, begin + keep, " " * (at - keep), rank, member=kind == "-")


_Column = tuple[str, int, tuple[Entry, ...]]  # of a key or a dash, and the entries that enclose it


@dataclass(frozen=True, slots=True)
class _Around:
    """The lines around a new one: what is open at the end of those above, outermost first, and what comes below."""

    chain: tuple[Entry, ...]
    awaits: bool  # whether the innermost has nothing behind it yet
    indent: int  # of the next line that says something; -1 for none
    dashed: bool  # whether that begins with a dash
    literal: int = NOWHERE  # the column of the key whose text, in block style, the line may belong to

    @classmethod
    def of(cls, source: Source, number: int) -> _Around | None:
        """None where nothing is above."""
        begins = lines.indents(source)
        above = next((one for one in range(number - 1, -1, -1) if begins[one] != NOWHERE), None)
        if above is None or source.line(above).startswith(_MARKERS):
            return None
        line = lines.line(source, above)
        column = NOWHERE if line.entries else begins[above]
        chain = tuple(reversed(list(lines.ancestors(source, above, column, line.entries))))
        indent, dashed = _below(source, number)
        for position, entry in enumerate(chain):
            if lines.begins_text(source, entry):
                return cls(chain[: position + 1], False, indent, dashed, entry.column)
        empty = not line.value or _PROPERTIES.fullmatch(line.value) is not None
        return cls(chain, bool(chain) and chain[-1].line == above and empty, indent, dashed)

    def columns(self, column: int, *, dash: bool) -> Iterator[_Column]:
        """The columns at which keys and dashes may stand on a line that is begun at `column`, likeliest first.

        A line that begins with a `dash` can only become a member of a list.
        """
        if column > self.literal:
            return
        levels = [("key" if one.kind == "key" else "-", one.column, self.chain[:n]) for n, one in enumerate(self.chain)]
        fitting = [one for one in levels if self._fits(*one[:2])]
        begun = self._begun(column) if self.awaits else None
        if dash:
            fitting = [one for one in fitting if one[0] == "-"]
            yield from sorted((*fitting, *([begun] if begun else ())), key=lambda one: abs(one[1] - column))[:1]
            return
        if begun is not None:
            yield begun
        inside = begun is not None and column >= begun[1]
        exact = [one for one in fitting if one[1] == column]
        nearest = exact or sorted(fitting, key=lambda one: (abs(one[1] - column), -one[1]))[:1]
        if not inside:
            yield from reversed(nearest)
        others = [one for one in reversed(fitting) if one[0] == "-" and (inside or one not in nearest)]
        yield from sorted(others, key=lambda one: abs(one[1] - column))

    def _fits(self, kind: str, column: int) -> bool:
        return self.indent < column or (self.indent == column and (kind == "-") >= self.dashed)

    def _begun(self, column: int) -> _Column:
        """What the innermost key, or dash, lacks: it may stand in any column that is further in."""
        inner = self.chain[-1]
        if self.indent > inner.column or (self.indent == inner.column and self.dashed and inner.kind == "key"):
            return "-" if self.dashed else "key", self.indent, self.chain
        return "key", column if column > inner.column else inner.column + _STEP, self.chain


def _below(source: Source, number: int) -> tuple[int, bool]:
    """The column of the next line that says something, and whether it begins with a dash; -1 for none."""
    begins = lines.indents(source)
    for below in range(number + 1, len(begins)):
        if begins[below] != NOWHERE:
            entries = lines.line(source, below).entries
            return begins[below], bool(entries) and entries[0].kind == "-"
    return -1, False
