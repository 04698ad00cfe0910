"""Findings as SARIF 2.1.0, for code scanning.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; section numbers below are of that document.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from lazyoci import clean
from lazyoci._version import __version__
from lazyoci.diagnostic import Diagnostic, Fix, Severity, Source, Span
from lazyoci.report.findings import Judged, Presentation, place, relative
from lazyoci.report.summary import Summary
from lazyoci.rules import BY_CODE
from lazyoci.rules.page import page

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFORMATION: "note"}  # §3.27.10


def render(files: Sequence[Judged], summary: Summary, layout: Presentation) -> str:
    """One log with one run; locations are relative to `layout.root`, as code scanning wants them."""
    codes = sorted({one.code for file in files for one in file.diagnostics})
    index = {code: number for number, code in enumerate(codes)}
    run = {
        "tool": {
            "driver": {"name": "lazyoci", "semanticVersion": __version__, "rules": [_rule(code) for code in codes]}
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True}],  # §3.20.14: the tool ran successfully, whatever it found
        "results": [_result(one, file.source, index[one.code], layout) for file in files for one in file.diagnostics],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return clean.json(json.dumps(log, indent=2, ensure_ascii=False)) + "\n"


def _rule(code: str) -> dict[str, Any]:
    """A reportingDescriptor (§3.49)."""
    rule = BY_CODE.get(code)
    if rule is None:
        return {"id": code}
    about = page(rule)
    return {
        "id": code,
        "shortDescription": {"text": about.headline},
        "fullDescription": {"text": about.headline},
        "help": {"text": about.text, "markdown": about.text},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [rule.group]},
    }


def _result(one: Diagnostic, source: Source, index: int, layout: Presentation) -> dict[str, Any]:
    """A result (§3.27)."""
    result: dict[str, Any] = {
        "ruleId": one.code,
        "ruleIndex": index,
        "level": _LEVELS[one.severity],
        "message": {"text": one.message},
        "locations": [_location(source, one.span, layout)],
    }
    if one.related:
        result["relatedLocations"] = [
            {"id": number, **_location(other.source or source, other.span, layout), "message": {"text": other.message}}
            for number, other in enumerate(one.related, 1)
        ]
    if one.fix is not None:
        result["fixes"] = [_fix(one.fix, source, layout)]
    return result


def _location(source: Source, span: Span, layout: Presentation) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _artifact(source, layout), "region": _region(source, span)}}


def _artifact(source: Source, layout: Presentation) -> dict[str, str]:
    """An artifactLocation (§3.4): relative to the root of the sources, or an absolute file URI."""
    if source.path is None:
        return {"uri": "stdin"}
    path = relative(source.path, layout.root)
    if Path(path).is_absolute():
        return {"uri": Path(path).as_uri()}
    return {"uri": quote(path, errors="surrogateescape"), "uriBaseId": "%SRCROOT%"}


def _region(source: Source, span: Span) -> dict[str, int]:
    """A region (§3.30): counted from one, the end is exclusive, and columns are code points, as `columnKind` says."""
    spot = place(source, span)
    return {
        "startLine": spot.line,
        "startColumn": spot.column,
        "endLine": spot.end_line,
        "endColumn": spot.end_column,
    }


def _fix(fix: Fix, source: Source, layout: Presentation) -> dict[str, Any]:
    replacements = []
    for edit in fix.edits:
        replacement: dict[str, Any] = {"deletedRegion": _region(source, edit.span)}
        if edit.text:
            replacement["insertedContent"] = {"text": edit.text}
        replacements.append(replacement)
    change = {"artifactLocation": _artifact(source, layout), "replacements": replacements}
    return {"description": {"text": fix.title}, "artifactChanges": [change]}
