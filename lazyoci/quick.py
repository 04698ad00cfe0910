"""`lazyoci validate [PATH…]` without options, answered without click, whose import takes longer than the check.

This is what a commit hook runs many times a day. Whatever is out of the ordinary is left to the command line, which
starts anew: so no error and no usage message comes from here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from lazyoci.judge import Findings


class _Share(NamedTuple):
    """What was found in some of the files; of those with nothing to say only the number is kept."""

    files: int
    failed: bool
    found: list[Findings]


class _Unusual(Exception):
    """Something that the command line has words for."""


def answer(arguments: Sequence[str]) -> tuple[str, int] | None:
    """What to print and the exit code, if the arguments are files and directories, or none; None where in doubt."""
    if any(one.startswith("-") for one in arguments):
        return None
    try:
        return _answer(arguments or [".lazy"])
    except Exception:  # noqa: BLE001  # the command line meets it again, and says it
        return None
    except KeyboardInterrupt:
        sys.stderr.write("lazyoci: interrupted\n")
        return "", 130


def _answer(arguments: Sequence[str]) -> tuple[str, int] | None:
    from lazyoci.pair import in_halves
    from lazyoci.walk import lazy_files

    if arguments == [".lazy"] and not os.path.isfile(".lazy"):  # noqa: PTH113  # a directory would be walked
        return None
    shares = in_halves(list(lazy_files(arguments, _refuse)), _check)
    files = sum(share.files for share in shares)
    found = [file for share in shares for file in share.found]
    from lazyoci.report.summary import Summary

    if not found:
        return Summary(files).text + "\n", 0
    from lazyoci.report import text
    from lazyoci.report.layout import layout
    from lazyoci.report.style import wants_color

    color = wants_color("auto", sys.stdout, os.environ)
    if color and os.name == "nt":
        return None  # click knows how old consoles are coloured
    summary = Summary.of(files, (one for file in found for one in file.diagnostics))
    return text.render(found, summary, layout(sys.stdout, color=color)), int(any(share.failed for share in shares))


def _check(paths: Sequence[Path]) -> _Share:
    from lazyoci.judge import Judge

    judge = Judge()
    found = []
    for path in paths:
        content = judge.read(path)
        if content is None:
            raise _Unusual
        file = judge.check(content, path)
        if file.diagnostics:
            found.append(file)
    return _Share(judge.files, judge.failed, found)


def _refuse(message: str) -> None:
    raise _Unusual(message)
