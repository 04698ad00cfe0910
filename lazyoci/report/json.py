"""Findings as JSON.

These types are public, and `schema/diagnostics.schema.json` describes them. They only get additions, even if the
internal types change.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NotRequired, TypedDict

from lazyoci import clean
from lazyoci.diagnostic import Diagnostic, Fix, Related, Source, Span
from lazyoci.report.findings import Judged, Presentation, place
from lazyoci.report.summary import Summary


class PositionJson(TypedDict):
    """A place; `line` and `column` count from one, columns in Unicode code points."""

    line: int
    column: int


class RangeJson(TypedDict):
    """A range in a file; `end` is exclusive."""

    start: PositionJson
    end: PositionJson


class EditJson(TypedDict):
    """Replace the text in `range` by `text`."""

    range: RangeJson
    text: str


class FixJson(TypedDict):
    """A certain fix, as `--fix` applies it."""

    title: str
    edits: list[EditJson]


class RelatedJson(TypedDict):
    """Another place that belongs to a finding; without a path it is in the same file."""

    message: str
    path: NotRequired[str]
    range: RangeJson


class DiagnosticJson(TypedDict):
    """One finding."""

    path: str
    code: str
    severity: str
    message: str
    range: RangeJson
    related: list[RelatedJson]
    fix: FixJson | None


class SummaryJson(TypedDict):
    """The counts over all files."""

    files: int
    errors: int
    warnings: int
    information: int
    fixable: int
    fixed: int


class ReportJson(TypedDict):
    """The whole output."""

    diagnostics: list[DiagnosticJson]
    summary: SummaryJson


def render(files: Sequence[Judged], summary: Summary, layout: Presentation) -> str:
    """One object: all findings in the order of files and lines, and the counts."""
    value: ReportJson = {
        "diagnostics": [diagnostic(one, file.source) for file in files for one in file.diagnostics],
        "summary": {
            "files": summary.files,
            "errors": summary.errors,
            "warnings": summary.warnings,
            "information": summary.information,
            "fixable": summary.fixable,
            "fixed": summary.fixed,
        },
    }
    return clean.json(json.dumps(value, indent=2, ensure_ascii=False)) + "\n"


def diagnostic(one: Diagnostic, source: Source) -> DiagnosticJson:
    """One finding in its public form."""
    return {
        "path": source.name,
        "code": one.code,
        "severity": one.severity.label,
        "message": one.message,
        "range": _range(source, one.span),
        "related": [_related(source, other) for other in one.related],
        "fix": None if one.fix is None else _fix(source, one.fix),
    }


def _related(source: Source, other: Related) -> RelatedJson:
    if other.source is None:
        return {"message": other.message, "range": _range(source, other.span)}
    return {"message": other.message, "path": other.source.name, "range": _range(other.source, other.span)}


def _fix(source: Source, fix: Fix) -> FixJson:
    edits: list[EditJson] = [{"range": _range(source, edit.span), "text": edit.text} for edit in fix.edits]
    return {"title": fix.title, "edits": edits}


def _range(source: Source, span: Span) -> RangeJson:
    spot = place(source, span)
    return {
        "start": {"line": spot.line, "column": spot.column},
        "end": {"line": spot.end_line, "column": spot.end_column},
    }
