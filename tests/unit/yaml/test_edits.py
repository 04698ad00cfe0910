"""Text edits: applied together, kept apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyoci.diagnostic import Edit, Fix, Span
from lazyoci.errors import FormatError
from lazyoci.yaml.edits import apply, compatible, with_newlines_of


def edit(start: int, end: int, text: str) -> Edit:
    return Edit(Span(start, end), text)


def test_edits_apply_to_the_text_as_it_was() -> None:
    assert apply("abcdef", [edit(4, 5, ""), edit(0, 1, "xy"), edit(2, 2, "-")]) == "xyb-cdf"
    assert apply("abc", []) == "abc"
    assert apply("", [edit(0, 0, "a"), edit(0, 0, "b")]) == "ab"
    assert apply("ab", [edit(1, 2, "c"), edit(1, 1, "-")]) == "a-c"


@pytest.mark.parametrize(
    "edits",
    [[edit(0, 2, ""), edit(1, 3, "")], [edit(0, 3, ""), edit(1, 1, "x")], [edit(2, 9, "")], [edit(2, 1, "")]],
)
def test_overlapping_and_outside_edits_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(FormatError):
        apply("abc", edits)


def test_compatible_takes_whole_fixes_first_come_first_served() -> None:
    first = Fix("first", (edit(0, 2, ""), edit(8, 9, "")))
    clash = Fix("clash", (edit(5, 6, ""), edit(1, 3, "")))
    apart = Fix("apart", (edit(3, 5, ""),))
    same = Fix("same", first.edits)
    assert compatible([first, clash, apart, same]) == [first, apart]
    assert compatible([clash, first]) == [clash]


def test_insertions_at_one_place_clash() -> None:
    one, other = Fix("one", (edit(3, 3, "x"),)), Fix("other", (edit(3, 3, "y"),))
    assert compatible([one, other]) == [one]
    assert compatible([one, Fix("beside", (edit(3, 5, ""),))]) == [one]
    assert compatible([one, Fix("apart", (edit(4, 5, ""),))]) == [one, Fix("apart", (edit(4, 5, ""),))]


def test_new_lines_are_those_of_the_text() -> None:
    new = edit(0, 0, "a\nb\n")
    assert with_newlines_of("x\r\ny\r\n", new).text == "a\r\nb\r\n"
    assert with_newlines_of("x\ny\r\n", new) is new
    assert with_newlines_of("x", new) is new
    assert with_newlines_of("x\r\n", edit(0, 0, "a\r\nb")).text == "a\r\nb"


@given(
    st.text(max_size=20), st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20), st.text(max_size=3)), max_size=6)
)
def test_what_is_compatible_can_be_applied(text: str, raw: list[tuple[int, int, str]]) -> None:
    spans = [sorted((min(a, len(text)), min(b, len(text)))) for a, b, _ in raw]
    fixes = [Fix("f", (edit(start, end, new),)) for (start, end), (_, _, new) in zip(spans, raw, strict=True)]
    taken = compatible(fixes)
    edits = [one for fix in taken for one in fix.edits]
    result = apply(text, edits)
    assert len(result) == len(text) + sum(len(one.text) - (one.span.end - one.span.start) for one in edits)
    assert apply(text, reversed(edits)) == result
