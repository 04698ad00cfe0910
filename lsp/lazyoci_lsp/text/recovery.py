"""Nodes of a `.lazy` file that is half typed: templates masked, then lines blanked that no parser takes.

What is masked or blanked keeps its length, so all places stay right. The values of masked scalars are not to be used:
read them from the text.
"""

from __future__ import annotations

import re

from lazyoci.config.read import read
from lazyoci.config.recover import KEY
from lazyoci.diagnostic import Source
from lazyoci.yaml.nodes import Document, Mapping
from lazyoci.yaml.pieces import blank, cut, parses

_ATTEMPTS = 8  # runs of the parser: two for the masks, the others for broken lines
# a template, closed or left open at the end of its line; what it holds never spans lines in practice
_TEMPLATE = re.compile(r"\{\{(?:[^\r\n}]|\}(?!\}))*(?:\}\})?")
_FILLER = "x"


def mask(text: str) -> str:
    """`text` with every template replaced by letters, as many as it has characters."""
    return _TEMPLATE.sub(lambda found: _FILLER * len(found.group()), text) if "{{" in text else text


def read_broken(source: Source) -> Document | None:
    """The best there is; None where even the lines that are left make no mapping."""
    for attempt in (_by_pieces, mask, _without_broken_lines):
        text = attempt(source.text)
        document = None if text is None else read(Source(text, source.path), quick=True)[0]
        if document is not None and isinstance(document.root, Mapping):
            return document
    return None


def _by_pieces(text: str) -> str | None:
    """The text with each artifact mended by itself, so that none costs another."""
    pieces = cut(text, KEY)
    if pieces is None:
        return None
    begin, end = pieces.items[0].start, pieces.items[-1].end
    parts = [text[:begin], *[text[one.start : one.end] for one in pieces.items], text[end:]]
    return "".join([one if parses(one) else mended(one) for one in parts])


def mended(text: str) -> str:
    """A broken artifact without what breaks it, of the same length."""
    masked = mask(text)
    return masked if masked != text and parses(masked) else _without_broken_lines(text) or blank(text)


def _without_broken_lines(text: str) -> str | None:
    """The text with the lines blanked which break the YAML, one after the other; None where too many do."""
    text = mask(text)
    blanked: set[int] = set()
    for _ in range(_ATTEMPTS):
        masked = Source(text)
        document, problems = read(masked, quick=True)
        if document is not None:
            return text
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
