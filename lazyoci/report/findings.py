"""What all formats of findings share: the content (`Judged`), the count (`Summary`) and the layout (`Presentation`).

A format is a module of this package with one function, `render(files, summary, layout) -> str`; `render` here finds it
by name.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, Protocol

from lazyoci.diagnostic import Diagnostic, Source, Span
from lazyoci.frozen import field, frozen
from lazyoci.report.style import Style
from lazyoci.report.summary import Summary

FORMATS = ("text", "concise", "json", "sarif", "github")
MACHINE_FORMATS = frozenset({"json", "sarif"})  # formats that are always complete and always UTF-8


class Judged(Protocol):
    """A file and its findings: a `lazyoci.check.Checked`, or the `Findings` kept of it."""

    @property
    def source(self) -> Source: ...

    @property
    def diagnostics(self) -> Sequence[Diagnostic]: ...


@frozen
class Presentation:
    """How findings are shown. `width` is in terminal cells; formats for machines have paths relative to `root`."""

    style: Style = field(default_factory=Style)
    width: int = 80
    root: Path = field(default_factory=Path)


class Range(NamedTuple):
    """A span for people and machines. Lines and columns (code points) count from one; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


def place(source: Source, span: Span) -> Range:
    """Where `span` is in `source`."""
    start, end = source.position(span.start), source.position(max(span.start, span.end))
    return Range(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def relative(path: Path, root: Path) -> str:
    """`path` relative to the directory `root`, with forward slashes; absolute if it is not below `root`."""
    absolute = path if path.is_absolute() else Path.cwd() / path
    for candidate, base in ((absolute, root), (Path(os.path.realpath(absolute)), Path(os.path.realpath(root)))):
        if candidate.is_relative_to(base):
            return candidate.relative_to(base).as_posix()
    return absolute.as_posix()


def render(name: str, files: Sequence[Judged], summary: Summary, layout: Presentation) -> str:
    """Render in the format `name`, one of FORMATS. The text ends with a line break."""
    text: str = import_module(f"lazyoci.report.{name}").render(files, summary, layout)
    return text
