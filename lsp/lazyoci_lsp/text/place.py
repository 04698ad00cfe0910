"""Where in the format an offset is, by the text alone: what completion, hover and the rest ask first.

Works for any text, however broken, and looks no further than it must: upwards for what encloses the place, around for
the keys beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from lazyoci.diagnostic import Source, Span
from lazyoci_lsp.text import flow_collections, lines

ITEM = "[]"  # in a path: some member of a list
ARTIFACT = ("artifacts", ITEM)

Kind = Literal["key", "value", "item", "comment"]


@dataclass(frozen=True, slots=True)
class Place:
    """A place. `path` leads to the mapping whose key it is, or to the value: `("artifacts", "[]", "targets")`.

    An `item` is the beginning of a list's member: a text, or the first key of a mapping. `word` is what is written
    there, without quotes. `siblings` are the other keys of the mapping, with their values as written.
    """

    kind: Kind
    path: tuple[str, ...]
    word: Span
    quote: str = ""
    siblings: Mapping[str, str] = field(default_factory=dict)
    artifact: Mapping[str, str] = field(default_factory=dict)  # the keys of the artifact around, as written
    flow: bool = False  # within brackets
    column: int = 0  # of the mapping's keys, in block style
    dashed: bool = False  # directly behind a dash

    @property
    def type(self) -> str:
        """The type of the artifact around, as far as it is written."""
        return plain(self.artifact.get("type", ""))


def plain(written: str) -> str:
    """The text of a scalar as written, without quotes; good enough for names."""
    return written[1:-1] if len(written) > 1 and written[0] == written[-1] and written[0] in "\"'" else written


def place(source: Source, offset: int) -> Place:
    """Where `offset` is."""
    number, column = source.position(offset)
    here = lines.line(source, number)
    start = source.line_starts[number]
    if lines.comment_column(here.text) < column:
        return Place("comment", (), Span(start + lines.comment_column(here.text), start + len(here.text)))
    inside = flow_collections.around(source, number, offset)
    if inside is not None:
        return _in_flow(source, inside, offset)
    key = here.key
    if key is not None and key.column <= column <= key.end:
        return _key(source, number, here, key.column, _unquoted(source, start + key.column, start + key.end))
    if key is not None and column > key.end:
        return _value(source, number, here, key)
    return _bare(source, number, here, column)


def _key(source: Source, number: int, here: lines.Line, column: int, word: Span, *, kind: Kind = "key") -> Place:
    """A key, or what may become one, at `column` of a line."""
    own = tuple(entry for entry in here.entries if entry.column < column)
    path = _path(source, number, column, own)
    beside = {
        entry.key: value
        for entry, value in lines.siblings(source, number, column)
        if not (entry.line == number and entry.column == column)
    }
    quote = source.text[word.start - 1 : word.start] if word.start and source.text[word.start - 1] in "\"'" else ""
    artifact = beside if path == ARTIFACT else _artifact(source, number, column, own)
    dashed = bool(own) and own[-1].kind == "-"
    return Place(kind, path, word, quote, beside, artifact, column=column, dashed=dashed)


def begun_at(source: Source, number: int, column: int, word: Span) -> Place:
    """The member of a list that `word`, behind the last dash of a line, begins in `column`."""
    here = lines.line(source, number)
    return _key(source, number, here, column, word, kind="item")


def key_at(
    source: Source, number: int, column: int, word: Span, chain: tuple[lines.Entry, ...], *, siblings: bool
) -> Place:
    """A key in `column` of a line, whose only word is `word`, below the entries of `chain`, outermost first.

    Without `siblings` it is the place of a new member of the list that the last entry holds.
    """
    path = tuple(ITEM if entry.kind == "-" else entry.key for entry in chain)
    beside = {entry.key: value for entry, value in lines.siblings(source, number, column)} if siblings else {}
    artifact = beside if path == ARTIFACT else {}
    if path[:2] == ARTIFACT and len(path) > 2:
        artifact = {entry.key: value for entry, value in lines.siblings(source, chain[2].line, chain[2].column)}
    return Place("key", path, word, siblings=beside, artifact=artifact, column=column)


def _value(source: Source, number: int, here: lines.Line, key: lines.Entry) -> Place:
    own = tuple(entry for entry in here.entries if entry.column < key.column)
    path = (*_path(source, number, key.column, own), key.key)
    beside = {entry.key: value for entry, value in lines.siblings(source, number, key.column) if entry != key}
    artifact = beside if path[:-1] == ARTIFACT else _artifact(source, number, key.column, own)
    begin = source.line_starts[number] + here.content
    word = _unquoted(source, begin, begin + len(here.value))
    quote = source.text[begin : begin + 1] if here.value[:1] in ("'", '"') else ""
    return Place("value", path, word, quote, beside, artifact, column=key.column)


def _bare(source: Source, number: int, here: lines.Line, cursor: int) -> Place:
    """A line without a key so far: behind a dash, or indented."""
    written = here.value
    column = here.content if written else max(cursor, here.content)
    begin = source.line_starts[number] + column
    dashed = bool(here.entries)
    word = _unquoted(source, begin, begin + len(written))
    return _key(source, number, here, column, word, kind="item" if dashed else "key")


def _in_flow(source: Source, inside: flow_collections.Inside, offset: int) -> Place:
    """Within brackets: the path up to them comes from the lines."""
    number = inside.line
    here = lines.line(source, number)
    key = here.key
    column = key.column if key is not None else here.content
    own = tuple(entry for entry in here.entries if entry.column < column)
    base = _path(source, number, column, own) + ((key.key,) if key is not None else ())
    artifact = _artifact(source, number, column, own)
    if key is not None and base[:-1] == ARTIFACT:
        artifact = {entry.key: value for entry, value in lines.siblings(source, number, column)}
    path, siblings = base, dict[str, str]()
    for frame in inside.frames:
        siblings = frame.keys if frame.bracket == "{" else {}
        if path == ARTIFACT and frame.bracket == "{":
            artifact = frame.keys
        if frame.bracket == "[":
            path = (*path, ITEM)
        elif frame.key:
            path = (*path, frame.key)
    last = inside.frames[-1]
    kind: Kind = "item" if last.bracket == "[" else "value" if last.key else "key"
    word = _unquoted(source, inside.word.start, inside.word.end)
    quote = source.text[inside.word.start : inside.word.start + 1]
    quote = quote if quote in ("'", '"') else ""
    return Place(kind, path, word, quote, siblings, artifact, flow=True)


def _path(source: Source, number: int, column: int, own: tuple[lines.Entry, ...]) -> tuple[str, ...]:
    found = [ITEM if entry.kind == "-" else entry.key for entry in lines.ancestors(source, number, column, own)]
    return tuple(reversed(found))


def _artifact(source: Source, number: int, column: int, own: tuple[lines.Entry, ...]) -> Mapping[str, str]:
    """The keys of the artifact around."""
    chain = list(lines.ancestors(source, number, column, own))
    names = [ITEM if entry.kind == "-" else entry.key for entry in chain]
    if len(names) < 3 or tuple(reversed(names[-2:])) != ARTIFACT:
        return {}
    inner = chain[-3]  # the artifact's key that the place is under
    return {entry.key: value for entry, value in lines.siblings(source, inner.line, inner.column)}


def _unquoted(source: Source, start: int, end: int) -> Span:
    """The part of a written scalar that is between its quotes; an open one may lack its second."""
    text = source.text
    if start < end and text[start] in "\"'":
        closed = end - start > 1 and text[end - 1] == text[start]
        return Span(start + 1, end - 1 if closed else end)
    return Span(start, end)
