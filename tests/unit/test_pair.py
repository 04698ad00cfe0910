"""Long lists are worked on by two processes, and nothing is lost or turned round."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from lazyoci.pair import ENOUGH, in_halves


def test_short_lists_are_done_here() -> None:
    assert in_halves(range(ENOUGH - 1), lambda part: (os.getpid(), list(part))) == [
        (os.getpid(), list(range(ENOUGH - 1)))
    ]


def outcome(code: str) -> str:
    """What a program prints that may fork: this one has threads of the test runner's."""
    head = "import os; from lazyoci import pair; pair._processors = lambda: 2\n"
    done = subprocess.run([sys.executable, "-c", head + code], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_long_lists_are_shared() -> None:
    code = (
        "parts = pair.in_halves(range(1001), lambda part: (os.getpid(), list(part)))\n"
        "print(len({pid for pid, _ in parts}), [x for _, part in parts for x in part] == list(range(1001)))"
    )
    assert outcome(code) == "2 True\n"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_failure_of_the_other_process_is_told() -> None:
    code = (
        "def work(part):\n"
        "    return 1 / (max(part) - 1000)\n"
        "try:\n    pair.in_halves(range(1001), work)\n"
        "except OSError as error:\n    print(error)"
    )
    assert outcome(code) == "the other process failed\n"
