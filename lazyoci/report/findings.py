"""What the formats of findings share: what is rendered (`Judged`), the count (`Summary`), how it is shown (`Layout`).

A format is a module of this package with one function, `render(files, summary, layout) -> str`; `render` here finds it
by name (cli.md, Reporting findings).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, Protocol

from lazyoci.diagnostic import Diagnostic, Severity, Source, Span
from lazyoci.frozen import field, frozen
from lazyoci.report.style import Style

FORMATS = ("text", "concise", "json", "sarif", "github")
MACHINE_FORMATS = frozenset({"json", "sarif"})  # complete whatever a person wants to see, and always UTF-8


class Judged(Protocol):
    """A file and what was found in it; `lazyoci.check.Checked` is one."""

    @property
    def source(self) -> Source: ...

    @property
    def diagnostics(self) -> Sequence[Diagnostic]: ...


@frozen
class Findings:
    """The least a format needs of a checked file: without config and plan, so thousands can be kept."""

    source: Source
    diagnostics: tuple[Diagnostic, ...]


@frozen
class Summary:
    """Files looked at, findings by severity, how many of them have a certain fix, and how many were just mended."""

    files: int = 0
    errors: int = 0
    warnings: int = 0
    information: int = 0
    fixable: int = 0
    fixed: int = 0

    @classmethod
    def of(cls, files: int, diagnostics: Iterable[Diagnostic], fixed: int = 0) -> Summary:
        """Count `diagnostics`, found in `files` files."""
        counts = dict.fromkeys(Severity, 0)
        fixable = 0
        for one in diagnostics:
            counts[one.severity] += 1
            fixable += one.fix is not None
        return cls(
            files, counts[Severity.ERROR], counts[Severity.WARNING], counts[Severity.INFORMATION], fixable, fixed
        )

    @property
    def text(self) -> str:
        """The last line for people: `3 files, 3 errors, 1 warning (2 fixable with --fix)`."""
        parts = [
            _count(number, word) for number, word in ((self.errors, "error"), (self.warnings, "warning")) if number
        ]
        if self.information:
            parts.append(f"{self.information} info")
        if self.fixed:
            parts.append(f"{self.fixed} fixed")
        text = ", ".join([_count(self.files, "file"), *(parts or ["no problems"])])
        return f"{text} ({self.fixable} fixable with --fix)" if self.fixable else text


@frozen
class Layout:
    """How and where findings are shown. `width` is in terminal cells; machines get paths relative to `root`."""

    style: Style = field(default_factory=Style)
    width: int = 80
    root: Path = field(default_factory=Path)


class Place(NamedTuple):
    """A span for people and machines: lines and columns count from one, columns in code points, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


def place(source: Source, span: Span) -> Place:
    """Where `span` is in `source`."""
    start, end = source.position(span.start), source.position(max(span.start, span.end))
    return Place(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def relative(path: Path, root: Path) -> str:
    """`path` as seen from the directory `root`, with forward slashes; absolute where it lies elsewhere."""
    absolute = path if path.is_absolute() else Path.cwd() / path
    for candidate, base in ((absolute, root), (absolute.resolve(), root.resolve())):
        if candidate.is_relative_to(base):
            return candidate.relative_to(base).as_posix()
    return absolute.as_posix()


def render(name: str, files: Sequence[Judged], summary: Summary, layout: Layout) -> str:
    """Render in the format `name`, one of FORMATS. The text ends with a line break."""
    text: str = import_module(f"lazyoci.report.{name}").render(files, summary, layout)
    return text


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' * (number != 1)}"
