"""The job's summary: what was published, or found, as a Markdown table in which no name can be more than text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

_MARKS = {"new": "✅", "unchanged": "✅", "moved": "✅", "failed": "❌", "refused": "❌", "skipped": "⏭️", "kept": "📌"}
_ROWS = 200  # of findings


def built(result: Sequence[dict[str, Any]], *, dry_run: bool) -> str:
    """One row a reference, then the reasons and remedies of what failed (`schema/build.schema.json`)."""
    lines = [f"### lazyoci {'dry run' if dry_run else 'build'}", ""]
    if not result:
        return "\n".join([*lines, "Nothing was built: the log says why.", ""])
    lines += ["| Artifact | Type | Reference | State | Digest |", "| --- | --- | --- | --- | --- |"]
    for one in result:
        head = [text(one["name"]), text(one["type"])]
        rows = [
            [code(target["reference"]), _state(target, dry_run=dry_run), code(_digest(target, dry_run=dry_run))]
            for target in one["targets"]
        ]
        rows += [
            [code(f"{waiting['registry']}:{waiting['template']}"), f"not now: {text(waiting['reason'])}", ""]
            for waiting in one.get("notNow", ())
        ]
        lines += [_row(*head, *cells) for cells in rows or [["", "❌ failed" if "error" in one else "", ""]]]
    for one in result:
        if "error" in one:
            lines += ["", f"**{text(one['name'])}**: {text(one['error'])}"]
            lines += ["", f"{text(one['hint'])}"] if "hint" in one else []
    if dry_run:
        lines += ["", "Nothing was pushed."]
    return "\n".join([*lines, ""])


def found(result: dict[str, Any]) -> str:
    """One row a finding, after the counts (`schema/diagnostics.schema.json`)."""
    counts = result["summary"]
    files, errors, warnings = (counts[key] for key in ("files", "errors", "warnings"))
    lines = ["### lazyoci validate", "", f"{files} files, {errors} errors, {warnings} warnings."]
    findings = [one for one in result["diagnostics"] if one["severity"] != "info"]
    if findings:
        lines += ["", "| Place | Severity | Rule | Finding |", "| --- | --- | --- | --- |"]
    for one in findings[:_ROWS]:
        start = one["range"]["start"]
        place = f"{one['path']}:{start['line']}:{start['column']}"
        lines.append(_row(code(place), one["severity"], code(one["code"]), text(one["message"])))
    if len(findings) > _ROWS:
        lines += ["", f"{len(findings) - _ROWS} more are in the log."]
    return "\n".join([*lines, ""])


def _state(target: dict[str, Any], *, dry_run: bool) -> str:
    state = target["state"]
    word = {"new": "new", "moved": "would move"}.get(state, state) if dry_run else state
    reason = f": {text(target['reason'])}" if "reason" in target else ""
    return f"{_MARKS.get(state, '')} {word}{reason}".strip()


def is_published(target: dict[str, Any]) -> bool:
    """Whether a reference points where it should: sent by this run, or by one before."""
    return bool(target["state"] == "unchanged" or (target["pushed"] and target["state"] != "failed"))


def _digest(target: dict[str, Any], *, dry_run: bool) -> str:
    """What a reference points to; nothing for one that was not published, as the digest is what it would have got."""
    return str(target.get("digest", "")) if dry_run or is_published(target) else ""


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def text(value: str) -> str:
    """`value` as Markdown that shows it: no markup, no HTML, no link or mention, one line, and no end of a cell."""
    line = " ".join(_visible(value).split())
    return re.sub(r"[^\w\s.,;()/+=-]", lambda found: f"&#{ord(found[0])};", line)


def code(value: str) -> str:
    """`value` in the type of code."""
    return f"<code>{text(value)}</code>" if value else ""


def _visible(value: str) -> str:
    """Without what is no character on a page: controls, and the marks that turn the direction of text."""
    return re.sub(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", "\ufffd", value)
