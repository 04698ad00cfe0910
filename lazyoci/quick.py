"""`lazyoci validate [PATH…]` without options, answered without click, whose import takes longer than the check.

This is what a commit hook runs many times a day. Whatever is out of the ordinary is left to the command line, which
starts anew: so no error and no usage message comes from here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence


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
        return None  # click knows how old consoles are coloured
    summary = Summary.of(files, (one for file in found for one in file.diagnostics))
    return clean.door(text.render(found, summary, layout(sys.stdout, color=color)), color=color), int(failed)


def _refuse(message: str) -> None:
    raise _Unusual(message)
