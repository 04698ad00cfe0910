"""Templates without quotes that break the YAML, such as `registry: {{ .Registry }}/app`.

Only the lines of the parser's error are searched, and a template counts only if quoting it removes the error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from lazyoci.config.placeholders import placeholder
from lazyoci.diagnostic import Diagnostic, Edit, Fix, Severity, Source, Span
from lazyoci.yaml.edits import apply
from lazyoci.yaml.excerpt import excerpt
from lazyoci.yaml.quotes import quoted

_MOST = 20  # findings per file, because each needs a run of the parser
TEMPLATE = re.compile(r"\{\{(?:[^}\"`]|\"(?:[^\"\\]|\\.)*\"|`[^`]*`|\}(?!\}))*\}\}")
_KEY_INSIDE = re.compile(r"\w:(?:[ \t]|$)")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'")
_LEAD = re.compile(r"[ \t]*(?:-[ \t]+)*")
_KEY = re.compile(r"(?:\"[^\"]*\"|'[^']*'|[^\s\"'#\[\]{},&*!|>%@`][^#{}]*?)[ \t]*:[ \t]+")


class Trouble(NamedTuple):
    """The lines where the parser stopped and where the node it was reading began; whether that is in brackets."""

    line: int
    began: int
    flow: bool


def unquoted_templates(source: Source, trouble: Trouble, again: Callable[[str], Trouble | None]) -> list[Diagnostic]:
    """The unquoted templates that caused `trouble` in `source`; `again` parses a text and returns its error.

    Quotes add no lines, so line numbers stay the same in the repaired text.
    """
    edits: dict[Span, Edit] = {}
    remaining: Trouble | None = trouble
    while remaining is not None and len(edits) < _MOST:
        for spans in _attempts(source, remaining):
            if any(len(_QUOTED.findall(TEMPLATE.sub("", source.text[one.start : one.end]))) for one in spans):
                continue  # a part of the value is quoted already
            if any(_KEY_INSIDE.search(TEMPLATE.sub("\0", source.text[one.start : one.end])) for one in spans):
                continue  # two entries on one line, or an invalid key: quotes would hide that mistake
            if any(one != known and _overlap(one, known) for one in spans for known in edits):
                continue  # overlaps a text that is quoted already
            attempt = edits | {span: Edit(span, quoted(_bare(source.text[span.start : span.end]))) for span in spans}
            after = again(apply(source.text, attempt.values()))
            if after is None or after.line > remaining.line:
                edits, remaining = attempt, after
                break
        else:
            break
    return [_diagnostic(source, edit) for edit in edits.values()]


def _bare(text: str) -> str:
    """`text` without a single quote at its beginning or end that has no partner."""
    around = TEMPLATE.sub("", text)
    for quote in "\"'":
        if around.count(quote) == 1 and len(text) > 1:
            if text.endswith(quote):
                return text[:-1]
            if text.startswith(quote):
                return text[1:]
    return text


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _diagnostic(source: Source, edit: Edit) -> Diagnostic:
    written = source.text[edit.span.start : edit.span.end]
    foreign = placeholder(written)
    if foreign is not None and foreign.instead:
        within = foreign.within
        edit = Edit(edit.span, quoted(written[: within.start] + foreign.instead + written[within.end :]))
        fix = Fix(f"write {excerpt(edit.text)}", (edit,))
        return Diagnostic("unquoted-template", Severity.ERROR, foreign.message, edit.span, fix=fix)
    message = f"without quotes, this template breaks the YAML; write {excerpt(edit.text)}"
    fix = Fix("quote the template", (edit,))
    return Diagnostic("unquoted-template", Severity.ERROR, message, edit.span, fix=fix)


def _attempts(source: Source, trouble: Trouble) -> Iterator[list[Span]]:
    """What might need quotes, the likeliest first: per line, the value of a block entry, or the values in brackets."""
    for number in dict.fromkeys((trouble.line, trouble.began, trouble.line - 1)):
        line = source.line(number) if number >= 0 else ""
        if "{{" not in line:
            continue
        start = source.line_starts[number]
        block, flow = list(_block_value(line)), list(_flow_values(line))
        in_flow = trouble.flow or any(line.endswith(",", 0, end) for _, end in block)
        for values in (flow, block) if in_flow else (block, flow):
            if values:
                yield [Span(start + begin, start + end) for begin, end in values]


def _block_value(line: str) -> Iterator[tuple[int, int]]:
    """The value of a block entry, if it contains a template and is neither quoted nor a flow collection."""
    lead = _LEAD.match(line)
    at = lead.end() if lead else 0
    key = _KEY.match(line, at)
    at = key.end() if key else at
    if line[at : at + 1] not in tuple("\"'[|>&*!#") and not (line[at : at + 1] == "{" and line[at + 1 : at + 2] != "{"):
        end, holds_template = _plain(line, at, "")
        if holds_template and line[at] not in ",]":
            yield at, end


def _flow_values(line: str) -> Iterator[tuple[int, int]]:
    """The unquoted values in flow style on a line that contain a template."""
    at = 0
    while at < len(line):
        char = line[at]
        if char == "#" and line[at - 1 : at] in ("", " ", "\t"):
            return
        found = _QUOTED.match(line, at)
        if found is not None:
            at = found.end()
        elif char in "\"'":
            return  # an unclosed quote is the mistake, and quotes around it would hide that
        elif char in " \t,[]}:" or (char == "{" and line[at + 1 : at + 2] != "{") or line.startswith("- ", at):
            at += 1
        else:
            end, holds_template = _plain(line, at, ",[]{}")
            if holds_template and line[at - 1 : at] not in ('"', "'"):
                yield at, end
            at = max(end, at + 1)


def _plain(line: str, at: int, stops: str) -> tuple[int, bool]:
    """Where the plain text that begins at `at` ends, skipping its templates, and whether it has any."""
    end, holds_template = at, False
    while at < len(line):
        template = TEMPLATE.match(line, at)
        char = line[at]
        if template is not None:
            at = end = template.end()
            holds_template = True
            continue
        if char in stops or (stops and char == ":" and line[at + 1 : at + 2] in (" ", "")):
            break
        if char == "#" and line[at - 1] in " \t":
            break
        at += 1
        if char not in " \t":
            end = at
    return end, holds_template
