"""`lazyoci validate [PATH…]` without options, answered without click, whose import takes longer than the check.

A commit hook runs this many times a day. In every unusual case the command line starts again from the beginning, so no
error and no usage message comes from here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence


class _Unusual(Exception):
    """An unusual case, which is left to the command line."""


def answer(arguments: Sequence[str]) -> tuple[str, int] | None:
    """The output and the exit code, if there are no arguments or only files and directories; else None."""
    if any(one.startswith("-") for one in arguments):
        return None
    try:
        return _answer(arguments or [".lazy"])
    except Exception:  # noqa: BLE001  # the command line meets it again, and says it
        return None


def _answer(arguments: Sequence[str]) -> tuple[str, int] | None:
    if arguments == [".lazy"] and not os.path.isfile(".lazy"):  # noqa: PTH113  # a directory would be walked
        return None
    from lazyoci.check import Run
    from lazyoci.diagnostic import Severity
    from lazyoci.report.summary import Summary
    from lazyoci.rules.project_settings import Choice
    from lazyoci.walk import lazy_files

    run = Run(choice=Choice(shown=Severity.WARNING))
    files, failed, found = 0, False, []
    for path in lazy_files(arguments, _refuse):
        checked = run.check_bytes(run.world.files.read(path), path)
        files += 1
        if checked.diagnostics:
            found.append(checked.findings)
            failed = failed or checked.failed
    if not found:
        return Summary(files).text + "\n", 0
    from lazyoci import clean
    from lazyoci.report import text
    from lazyoci.report.presentation import layout
    from lazyoci.report.style import wants_color

    color = wants_color("auto", sys.stdout, os.environ)
    if color and os.name == "nt":
        return None  # click knows how to colour old consoles
    summary = Summary.of(files, (one for file in found for one in file.diagnostics))
    return clean.door(text.render(found, summary, layout(sys.stdout, color=color)), color=color), int(failed)


def _refuse(message: str) -> None:
    raise _Unusual(message)
