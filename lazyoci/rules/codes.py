"""Codes as people type them: on the command line, in settings and in comments."""

from __future__ import annotations

from lazyoci.rules.table import BY_CODE


def unknown(code: str) -> str | None:
    """The message about a code that no rule has; None for the code of a rule."""
    if code in BY_CODE:
        return None
    from difflib import get_close_matches

    close = get_close_matches(code.lower().replace("_", "-"), BY_CODE, n=1)
    remedy = f'did you mean "{close[0]}"?' if close else "see: lazyoci explain"
    return f'no rule has the code "{code}"; {remedy}'
