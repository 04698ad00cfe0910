"""Positions in every encoding, and edits made with them, against a slow and obvious model."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types

from lazyoci.diagnostic import Source, Span
from lazyoci_lsp.text.convert import Converter
from lazyoci_lsp.text.documents import Documents

ENCODINGS = ("utf-8", "utf-16", "utf-32")
# what takes one, two, three and four bytes; what other tools take for line ends; a mark, a joiner, right-to-left text
PIECES = ["a", "é", "ש", "\u2028", "\x85", "\x0b", "\x0c", "😀", "👩\u200d🚀", "\ufeff", "\n", "\r\n", "\r", "\t", " "]
texts = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


def units(text: str, encoding: str) -> int:
    """The length of a text for a client, from its encoded form."""
    if encoding == "utf-32":
        return len(text)
    data = text.encode("utf-8" if encoding == "utf-8" else "utf-16-le")
    return len(data) if encoding == "utf-8" else len(data) // 2


def model(text: str, offset: int, encoding: str) -> tuple[int, int]:
    """The position of an offset, by reading from the start."""
    line, column_start, at = 0, 0, 0
    while at < offset:
        if text[at] == "\r" and text[at + 1 : at + 2] == "\n" and at + 2 <= offset:
            at += 2
        elif text[at] in "\r\n" and not (text[at] == "\r" and text[at + 1 : at + 2] == "\n"):
            at += 1
        else:
            at += 1
            continue
        line, column_start = line + 1, at
    return line, units(text[column_start:offset], encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=texts, data=st.data())
@settings(max_examples=60, deadline=None)
def test_offsets_and_positions_are_each_other(encoding: str, text: str, data: st.DataObject) -> None:
    source, convert = Source(text), Converter(encoding)
    offset = data.draw(st.integers(0, len(text)))
    position = convert.position(source, offset)
    assert (position.line, position.character) == model(text, offset, encoding)
    within_break = text[offset - 1 : offset] == "\r" and text[offset : offset + 1] == "\n"
    assert convert.offset(source, position) == offset - within_break


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_position_within_a_character_counts_as_before_it(encoding: str) -> None:
    source, convert = Source("a😀b"), Converter(encoding)
    width = units("😀", encoding)
    found = [convert.offset(source, types.Position(0, column)) for column in range(2 + width + 1)]
    assert found == [0, *[1] * width, 2, 3]


def test_positions_outside_the_text_are_brought_into_it() -> None:
    source, convert = Source("ab\ncd"), Converter()
    assert convert.offset(source, types.Position(0, 99)) == 2
    assert convert.offset(source, types.Position(9, 0)) == 5
    backwards = types.Range(types.Position(1, 1), types.Position(0, 0))
    assert convert.span(source, backwards) == Span(4, 4)


def test_a_half_of_a_surrogate_pair_does_no_harm() -> None:
    source = Source("a\ud83d b")
    for encoding in ENCODINGS:
        convert = Converter(encoding)
        assert convert.offset(source, convert.position(source, 3)) == 3


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=texts, edits=st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), texts), max_size=4))
@settings(max_examples=60, deadline=None)
def test_edits_arrive_where_they_were_meant(encoding: str, text: str, edits: list[tuple[int, int, str]]) -> None:
    convert = Converter(encoding)
    documents = Documents(convert)
    documents.open(types.TextDocumentItem("file:///x/.lazy", "lazyoci", 1, text))
    for version, (one, other, new) in enumerate(edits, 2):
        start, end = sorted((one % (len(text) + 1), other % (len(text) + 1)))
        source = Source(text)
        where = types.Range(convert.position(source, start), convert.position(source, end))
        # a place between CR and LF has no position of its own
        start, end = convert.offset(source, where.start), convert.offset(source, where.end)
        text = text[:start] + new + text[end:]
        identifier = types.VersionedTextDocumentIdentifier(uri="file:///x/.lazy", version=version)
        after = documents.change(identifier, [types.TextDocumentContentChangePartial(range=where, text=new)])
        assert after is not None
        assert after.source.text == text
        assert after.version == version
