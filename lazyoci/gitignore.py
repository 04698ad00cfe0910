"""The rules of a `.gitignore`, matched in time that grows with the text alone.

pathspec makes a regular expression of each pattern, and one with many `*` tries every way to share out a name among
them: `*a*a*a*b` against a few hundred letters never ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_STAR = "[^/]*"  # what pathspec makes of `*`
_LONGEST = 4096  # characters of a pattern: longer than any path, which it could not match
_DEEPEST = 3  # times `**` within one pattern; more are no use to anybody, and each multiplies the time


def read(lines: Iterable[str]) -> GitIgnoreSpec:
    """The rules that `lines` are; one that no path could match, or that would take too long, is left out."""
    from pathspec import GitIgnoreSpec  # only where there is a .gitignore at all

    spec = GitIgnoreSpec.from_lines(line for line in lines if len(line) <= _LONGEST and line.count("**") <= _DEEPEST)
    for pattern in spec.patterns:
        regex = getattr(pattern, "regex", None)
        if regex is not None and regex.pattern.count(_STAR) > 1:
            pattern.regex = re.compile(linear(regex.pattern), regex.flags)
    return GitIgnoreSpec(spec.patterns)


def linear(pattern: str, star: str = _STAR) -> str:
    """A regular expression that matches the same without going back: what stands between two stars is best found as
    early as may be, and once found it is kept. `star` is how a star is written, a class of characters and `*`.
    """
    first, *parts = pattern.split(star)
    made = [first]
    for number, part in enumerate(parts, 1):
        keep = number < len(parts) and "(" not in part and ")" not in part and "|" not in part
        made.append(f"(?>{star}?{part})" if keep else f"{star}{part}")
    return "".join(made)
