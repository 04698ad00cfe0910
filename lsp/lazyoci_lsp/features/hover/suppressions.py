"""Hover on the code of a rule in a comment that silences it: the rule's page."""

from __future__ import annotations

import re

from lazyoci.diagnostic import Span
from lazyoci.rules import BY_CODE
from lazyoci.rules.page import page
from lazyoci_lsp.features.hover.spot import Said, Spot

_CODE = re.compile(r"[a-z]+(?:-[a-z]+)+")


def at(spot: Spot) -> Said | None:
    """The page of the rule whose code is at a place, within a comment."""
    comment = spot.place.word
    text = spot.written(comment)
    if "lazyoci:" not in text:
        return None
    for match in _CODE.finditer(text):
        span = Span(comment.start + match.start(), comment.start + match.end())
        if span.start <= spot.offset <= span.end and match[0] in BY_CODE:
            return Said(span, f"**{match[0]}**\n\n{page(BY_CODE[match[0]]).text}\n")
    return None
