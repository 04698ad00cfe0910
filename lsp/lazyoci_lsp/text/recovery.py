"""Nodes of a `.lazy` file that is half typed: templates masked, then lines blanked that no parser takes.

What is masked or blanked keeps its length, so all places stay right. The values of masked scalars are not to be used:
read them from the text.
"""

from __future__ import annotations

import re

from lazyoci.config.read import read
from lazyoci.diagnostic import Source
from lazyoci.yaml.nodes import Document, Mapping

_ATTEMPTS = 8  # runs of the parser: two for the masks, the others for broken lines
# a template, closed or left open at the end of its line; what it holds never spans lines in practice
_TEMPLATE = re.compile(r"\{\{(?:[^\r\n}]|\}(?!\}))*(?:\}\})?")
_FILLER = "x"


def mask(text: str) -> str:
    """`text` with every template replaced by letters, as many as it has characters."""
    return _TEMPLATE.sub(lambda found: _FILLER * len(found.group()), text) if "{{" in text else text


def read_masked(source: Source) -> Document | None:
    """The nodes of the text with its templates masked; None where that is no YAML either."""
    document, _ = read(Source(mask(source.text), source.path), quick=True)
    return document


def recover_lines(source: Source) -> Document | None:
    """The nodes that are left when the lines which break the YAML are blanked, one after the other."""
    text = mask(source.text)
    blanked: set[int] = set()
    for _ in range(_ATTEMPTS):
        masked = Source(text, source.path)
        document, problems = read(masked, quick=True)
        if document is not None:
            return document
        problem = problems[0]
        opened = problem.related[-1].span if problem.related else problem.span  # a bracket that is never closed
        start = masked.position(opened.start).line
        line = next((number for number in (start, start - 1) if number >= 0 and number not in blanked), None)
        while line is not None and line > 0 and not masked.line(line).strip():
            line -= 1
        if line is None or line in blanked:
            return None
        blanked.add(line)
        begin = masked.line_starts[line]
        width = len(masked.line(line))
        text = text[:begin] + " " * width + text[begin + width :]
    return None


def read_broken(source: Source) -> Document | None:
    """The best there is; None where even the lines that are left make no mapping."""
    for attempt in (read_masked, recover_lines):
        document = attempt(source)
        if document is not None and isinstance(document.root, Mapping):
            return document
    return None
