"""Workflow commands of GitHub Actions: each finding becomes an annotation on its line.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lazyoci import clean
from lazyoci.diagnostic import Diagnostic, Severity
from lazyoci.report.findings import Judged, Presentation, place, relative
from lazyoci.report.summary import Summary

# kept for the file's exact name: commands can escape \r, and the runner does not end lines at the others
_KEPT = ("\r", "\u2028", "\u2029")
_AROUND_KEPT = re.compile("([\r\u2028\u2029])")
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFORMATION: "notice"}


def render(files: Sequence[Judged], summary: Summary, layout: Presentation) -> str:
    """One command per finding, with paths relative to `layout.root`; last the count, as ordinary log text."""
    return "".join([*(of_file(file, layout) for file in files), last(summary, layout)])


def of_file(file: Judged, layout: Presentation) -> str:
    """The commands of one file."""
    return "".join(f"{_command(one, file, layout)}\n" for one in file.diagnostics)


def last(summary: Summary, _layout: Presentation) -> str:
    """The count."""
    return f"{summary.text}\n"


def _command(one: Diagnostic, file: Judged, layout: Presentation) -> str:
    path = file.source.path
    spot = place(file.source, one.span)
    properties: dict[str, str | int] = {} if path is None else {"file": relative(path, layout.root)}
    properties |= {"line": spot.line, "endLine": spot.end_line}
    if spot.line == spot.end_line:  # GitHub accepts columns only within one line, both inclusive
        properties |= {"col": spot.column, "endColumn": max(spot.end_column - 1, spot.column)}
    properties["title"] = f"lazyoci: {one.code}"
    shown = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    message = one.message if one.fix is None else f"{one.message}\nFix: {one.fix.title} (lazyoci validate --fix)"
    return f"::{_COMMANDS[one.severity]} {shown}::{_data(message)}"


def _data(text: str) -> str:
    shown = "".join(part if part in _KEPT else clean.lines(part) for part in _AROUND_KEPT.split(text))
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
