"""Numbers that a registry or a token server sends. One that makes no sense counts as if it had not been sent."""

from __future__ import annotations

import math

_MOST = 1 << 63  # what a size or a count must stay below, as with everybody else's 64 bits


def header(text: str) -> int | None:
    """The whole number of a header such as Content-Length; None for anything else, or out of bounds."""
    value = text.strip()
    if not (value.isascii() and value.isdigit() and len(value) <= 19):
        return None
    return int(value) if int(value) < _MOST else None


def count(value: object) -> int | None:
    """A count in JSON, which may be written as a decimal fraction; None for what counts nothing."""
    found = seconds(value)
    return int(found) if found is not None and found < _MOST else None


def seconds(value: object, *, most: float = math.inf) -> float | None:
    """A span of time in JSON: a number from 0 to `most`; None for text, infinity and whatever else is no span."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    if isinstance(value, int) and abs(value) >= _MOST:  # a larger one cannot even be made a float
        return None
    found = float(value)
    return found if math.isfinite(found) and 0 <= found <= most else None
