"""The table of states in the documentation: every word the program has, with what JSON and exit code say of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from lazyoci.transfer.outcome import State

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "push.md"
ROWS = [
    [cell.strip(" `") for cell in line.strip("|").split("|")]
    for line in PAGE.read_text("utf-8").partition("\n## States\n")[2].splitlines()
    if re.match(r"\| `", line)
]


def test_every_state_is_told_once() -> None:
    assert sorted(row[0] for row in ROWS) == sorted(get_args(State))


def test_what_fails_a_run_is_told() -> None:
    assert {row[0] for row in ROWS if row[4] == "1"} == {"refused", "failed", "skipped"}
    assert {row[0] for row in ROWS if row[3] == "true"} == {"new", "moved"}
