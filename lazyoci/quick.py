"""`lazyoci validate [FILE…]` without options, answered without click, whose import takes longer than the check.

This is what a commit hook runs many times a day. Whatever is out of the ordinary is left to the command line, which
starts anew: so no error and no usage message comes from here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

_MOST_FILES = 20  # with more, starting anew costs more than this saves


def answer(arguments: Sequence[str]) -> tuple[str, int] | None:
    """What to print and the exit code, if the arguments are a few files or none; None where that is not certain."""
    if len(arguments) > _MOST_FILES or any(one.startswith("-") for one in arguments):
        return None
    paths = [Path(one) for one in dict.fromkeys(arguments or [".lazy"])]
    if not all(path.is_file() for path in paths):
        return None
    try:
        return _answer(paths)
    except Exception:  # noqa: BLE001  # the command line meets it again, and says it
        return None


def _answer(paths: Sequence[Path]) -> tuple[str, int] | None:
    from lazyoci.judge import Judge
    from lazyoci.report.summary import Summary

    judge = Judge()
    found = [judge.check(path.read_bytes(), path) for path in paths]
    if not any(file.diagnostics for file in found):
        return Summary(judge.files).text + "\n", 0
    from lazyoci.report import text
    from lazyoci.report.layout import layout
    from lazyoci.report.style import wants_color

    color = wants_color("auto", sys.stdout, os.environ)
    if color and os.name == "nt":
        return None  # click knows how old consoles are coloured
    summary = Summary.of(judge.files, (one for file in found for one in file.diagnostics))
    return text.render(found, summary, layout(sys.stdout, color=color)), int(judge.failed)
