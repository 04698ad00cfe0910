"""Findings to render: every severity, fixes, related places, odd characters, long lines."""

from __future__ import annotations

from pathlib import Path

from lazyoci.check import Findings
from lazyoci.diagnostic import Diagnostic, Edit, Fix, Related, Severity, Source, Span

TEXT = """\
version: 1
artifacts:
  - type: image
    name: api
    targets:
      - registry: ghcr.io/acme/api
        tags:
          - "{{ .Versoin }}"
          - latest
          - latest
"""

NESTED = 'version: 1\r\nartifacts:\r\n  - targets: [{registry: "r.io/日本", tags: [{{ .Tag }}]}]\r\n'


def span_of(source: Source, part: str, number: int = 0) -> Span:
    """The span of the occurrence `number` of `part`."""
    at = -1
    for _ in range(number + 1):
        at = source.text.index(part, at + 1)
    return Span(at, at + len(part))


def files() -> list[Findings]:
    """Two files with findings of every kind."""
    first = Source(TEXT, Path(".lazy"))
    misspelt = span_of(first, ".Versoin")
    again = span_of(first, "latest", 1)
    second = Source(NESTED, Path("services/api, v2/100%.lazy"))
    template = span_of(second, "{{ .Tag }}")
    return [
        Findings(
            first,
            (
                Diagnostic(
                    "unknown-variable",
                    Severity.ERROR,
                    ".Versoin is not a template variable; did you mean .Version?",
                    misspelt,
                    fix=Fix("replace with .Version", (Edit(misspelt, ".Version"),)),
                ),
                Diagnostic(
                    "duplicate-tag",
                    Severity.WARNING,
                    'tag "latest" repeats line 9; tags must be unique per target',
                    again,
                    related=(Related("first given here", span_of(first, "latest")),),
                    fix=Fix("remove it", (Edit(Span(again.start - 12, again.end + 1), ""),)),
                    unnecessary=True,
                ),
            ),
        ),
        Findings(
            second,
            (
                Diagnostic(
                    "unquoted-template",
                    Severity.ERROR,
                    "{{ .Tag }} without quotes is a YAML mapping, not text",
                    template,
                    fix=Fix('write "{{ .Tag }}"', (Edit(template, '"{{ .Tag }}"'),)),
                ),
                Diagnostic(
                    "only-floating-tags",
                    Severity.INFORMATION,
                    "100% of the tags move: a release, once pushed, cannot be told from the next",
                    Span(template.start - 7, template.end + 1),
                ),
            ),
        ),
    ]
