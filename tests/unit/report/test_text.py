"""Findings for people."""

from __future__ import annotations

from pathlib import Path

import pytest

from lazyoci.diagnostic import Diagnostic, Fix, Severity, Source, Span
from lazyoci.report import concise, text
from lazyoci.report.cells import cells, printable, width
from lazyoci.report.findings import Presentation
from lazyoci.report.style import Style
from lazyoci.report.summary import Summary
from tests.goldens import assert_golden
from tests.unit.report.samples import files, span_of

ALL = [one for file in files() for one in file.diagnostics]


def shown(source_text: str, part: str, *, columns: int = 80, unicode: bool = True) -> list[str]:
    """The lines of a finding at `part`."""
    source = Source(source_text, Path("x.lazy"))
    one = Diagnostic("some-code", Severity.ERROR, "message", span_of(source, part))
    return text.finding(one, source, Style(unicode=unicode), columns).splitlines()


def test_text_golden() -> None:
    assert_golden("report/findings.text", text.render(files(), Summary.of(3, ALL), Presentation()))


def test_text_in_colour_golden() -> None:
    assert_golden("report/findings.color", text.render(files(), Summary.of(3, ALL), Presentation(Style(color=True))))


def test_colour_adds_nothing_but_escapes() -> None:
    import re

    colored = text.render(files(), Summary.of(3, ALL), Presentation(Style(color=True)))
    assert re.sub("\x1b\\[[0-9;]*m", "", colored) == text.render(files(), Summary.of(3, ALL), Presentation())


def test_concise_golden() -> None:
    assert_golden("report/findings.concise", concise.render(files(), Summary.of(3, ALL), Presentation()))


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        (Summary(1), "1 file, no problems"),
        (Summary(3, 3, 1, 0, 2), "3 files, 3 errors, 1 warning (2 fixable with --fix)"),
        (Summary(0), "0 files, no problems"),
        (Summary(2, 0, 2, 5, 1), "2 files, 2 warnings, 5 info (1 fixable with --fix)"),
        (Summary(2, 0, 0, 1), "2 files, 1 info"),
    ],
)
def test_last_line(summary: Summary, expected: str) -> None:
    assert summary.text == expected


def test_caret_stands_below_the_span_after_a_tab() -> None:
    _, line, mark = shown("\tkey:\tvalue\n", "value")
    assert line.index("value") == mark.index("^")
    assert mark.count("^") == 5


def test_caret_counts_wide_characters_twice() -> None:
    _, line, mark = shown('a: ["日本", value]\n', "value")
    before = line[: line.index("value")]
    assert mark.index("^") == width(cells(before))
    _, _, mark = shown('a: ["日本", value]\n', "日本")
    assert mark.count("^") == 4


@pytest.mark.parametrize(
    ("sign", "expected"),
    [("👩\u200d👩\u200d👧", 2), ("❤\ufe0f", 2), ("👍🏽", 2), ("e\u0301", 1), ("🇩🇪", 2), ("👍", 2), ("ä", 1)],
)
def test_cells_of_joined_characters(sign: str, expected: int) -> None:
    assert width(cells(sign)) == expected


def test_the_line_above_is_shown_only_where_the_span_belongs_to_it() -> None:
    assert shown("tags:\n  - value\n", "value")[1].endswith("│ tags:")
    assert shown("tags:\n- value\n", "value")[1].endswith("│ tags:")
    assert len(shown("- a: 1\n  b: value\n", "value")) == 3
    assert len(shown("\nb: value\n", "value")) == 3


@pytest.mark.parametrize("columns", [40, 60, 80, 100])
@pytest.mark.parametrize("unicode", [True, False])
@pytest.mark.parametrize("at", [0, 10, 30, 35, 60, 70, 120, 195])
def test_a_long_line_is_clipped_around_the_mark(columns: int, unicode: bool, at: int) -> None:
    line = "x" * at + "value" + "日" * 100
    _, code, mark = shown(line + "\n", "value", columns=columns, unicode=unicode)
    assert width(cells(code)) <= columns
    cell_of_mark = mark.index("^")
    assert code[cell_of_mark : cell_of_mark + 5] == "value"
    assert mark.strip().endswith("^^^^^")
    assert code.endswith("…" if unicode else "...")


def test_a_long_mark_is_cut_with_its_line() -> None:
    _, code, mark = shown("k: " + "v" * 300 + "\n", "v" * 300)
    assert len(code) <= 80
    assert len(mark) <= 80
    assert code.startswith("    1 │ k: vvv")


def test_the_end_of_a_clipped_line_has_no_ellipsis() -> None:
    _, code, mark = shown("x" * 200 + " value\n", "value")
    assert code.endswith(" value")
    assert mark.index("^") == code.index("value")


def test_a_span_over_several_lines_marks_the_first() -> None:
    source = Source("a:\n  - b: 1\n    c: 2\n", Path("x"))
    one = Diagnostic("some-code", Severity.WARNING, "message", Span(7, 20))
    assert text.finding(one, source, Style()).splitlines()[-1].count("^") == len("b: 1")


@pytest.mark.parametrize(("content", "at"), [("", 0), ("a: 1\n", 5), ("a: 1", 4), ("a\n\nb\n", 2)])
def test_an_empty_span_anywhere_is_shown(content: str, at: int) -> None:
    source = Source(content, None)
    one = Diagnostic("yaml-syntax", Severity.ERROR, "message", Span(at, at))
    lines = text.finding(one, source, Style()).splitlines()
    assert lines[0].startswith("<stdin>:")
    assert len(lines) in (1, 3)


def test_nothing_a_terminal_obeys_gets_through() -> None:
    source = Source("name: \x1b[31mred\x07\u202e\x9b\n", Path("a\x1bb.lazy"))
    one = Diagnostic(
        "code", Severity.ERROR, "bad \x1b]0;x\x07 \n name", span_of(source, "red"), fix=Fix("do \x1b[1m it", ())
    )
    for rendered in (
        text.finding(one, source, Style()),
        concise.render([type(files()[0])(source, (one,))], Summary(1), Presentation()),
    ):
        assert not set(rendered) & {"\x1b", "\x07", "\u202e", "\x9b", "\r"}
    assert len(text.finding(one, source, Style()).splitlines()) == 4


def test_printable_leaves_ordinary_text_alone() -> None:
    assert printable("‹Tag› → ä 日本") == "‹Tag› → ä 日本"
    assert printable("a\tb") == "a   b"
    assert printable("a\r\nb") == "a␍␊b"
