"""Tables: plain where there is room, folded by rich where a terminal is too narrow."""

from __future__ import annotations

import re
import sys

import pytest

from lazyoci.report.cells import width_of
from lazyoci.report.style import Style
from lazyoci.report.table import table

HEADING = ("TAG", "DIGEST", "PLATFORMS")
PLATFORMS = "linux/amd64, linux/arm64, linux/arm/v7, linux/ppc64le, linux/s390x"
ROWS = [["v1.4.2", "sha256:0123456789ab…", PLATFORMS], ["日本", "", "linux/amd64"]]
PLAIN = f"""\
TAG     DIGEST                PLATFORMS
v1.4.2  sha256:0123456789ab…  {PLATFORMS}
日本    -                     linux/amd64
"""


@pytest.fixture
def no_rich(monkeypatch: pytest.MonkeyPatch) -> None:
    """Importing it fails."""
    for name in ("rich", "rich.table", "rich.console", "rich.text"):
        monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.usefixtures("no_rich")
@pytest.mark.parametrize("columns", [None, width_of(PLAIN.splitlines()[1]), 500])
def test_where_there_is_room(columns: int | None) -> None:
    assert table(HEADING, ROWS, Style(columns=columns)) == PLAIN


def test_only_the_heading_is_bold() -> None:
    colored = table(HEADING, ROWS, Style(color=True)).splitlines()
    assert colored[0] == "\x1b[1mTAG     DIGEST                PLATFORMS\x1b[0m"
    assert colored[1:] == PLAIN.splitlines()[1:]


@pytest.mark.parametrize("columns", [76, 60, 40])
@pytest.mark.parametrize("color", [False, True])
def test_a_narrow_terminal(columns: int, color: bool) -> None:
    shown = re.sub("\x1b\\[[0-9;]*m", "", table(HEADING, ROWS, Style(color, columns=columns)))
    assert all(width_of(line) <= columns for line in shown.splitlines())
    assert len(shown.splitlines()) > len(ROWS) + 1
    assert sorted("".join(shown.split())) == sorted("".join(PLAIN.split()))  # nothing is cut
    assert table(HEADING, ROWS, Style(columns=columns)).count("\x1b") == 0


def test_what_a_registry_says_is_no_markup_and_obeyed_by_nothing() -> None:
    rows = [["[bold]v1[/bold]", ":smile: \x1b[31mred\u202e", "x " * 30]]
    shown = table(HEADING, rows, Style(columns=70))
    assert "[bold]v1[/bold]" in shown
    assert ":smile: ␛[31mred\ufffd" in shown
    assert "\x1b" not in shown
