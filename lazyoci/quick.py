"""`lazyoci validate [FILE…]` of clean files, answered without the command line, whose import would take the longest.

This is what a commit hook runs many times a day. Whatever is not plainly clean is left to the command line, which
starts anew and reports it: so nothing here prints a finding, an error or a usage message.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

_MOST_FILES = 20  # with more, starting anew costs more than this saves


def answer(arguments: Sequence[str]) -> str | None:
    """What to print if the arguments are a few files, or none, and all are clean; None if that is not certain."""
    if len(arguments) > _MOST_FILES or any(one.startswith("-") for one in arguments):
        return None
    paths = [Path(one) for one in dict.fromkeys(arguments or [".lazy"])]
    if not all(path.is_file() for path in paths):
        return None
    from lazyoci.judge import Judge
    from lazyoci.report.summary import Summary

    judge = Judge()
    try:
        clean = not any(judge.check(path.read_bytes(), path).diagnostics for path in paths)
    except Exception:  # noqa: BLE001  # the command line meets it again, and says it
        return None
    return Summary(judge.files).text if clean else None
