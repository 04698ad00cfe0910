"""The rules of a `.gitignore`, matched so that no pattern takes exponential time.

pathspec makes a regular expression of each pattern. One with many `*` tries every way to divide a name among
them: `*a*a*a*b` against a few hundred letters never ends.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_STAR = "[^/]*"  # what pathspec makes of `*`
_LONGEST = 4096  # characters of a pattern: longer than any path, which it could not match
_DEEPEST = 3  # `**` in one pattern: nobody needs more, and each one multiplies the time


def read(lines: Iterable[str]) -> GitIgnoreSpec:
    """The rules in `lines`, without those that no path can match, or that would take too long."""
    from pathspec import GitIgnoreSpec  # only where there is a .gitignore at all

    spec = GitIgnoreSpec.from_lines(line for line in lines if len(line) <= _LONGEST and line.count("**") <= _DEEPEST)
    for pattern in spec.patterns:
        regex = getattr(pattern, "regex", None)
        if regex is not None and regex.pattern.count(_STAR) > 1:
            pattern.regex = re.compile(linear(regex.pattern), regex.flags)
    return GitIgnoreSpec(spec.patterns)


Rules = tuple[tuple[str, "GitIgnoreSpec"], ...]  # the directory of each .gitignore, and its rules; the nearest last


def rules_of(directory: str, above: Rules, content: Callable[[str], bytes]) -> Rules:
    """The rules for `directory`: those `above` it, and its own `.gitignore`, which `content` reads if it exists."""
    try:
        lines = content(f"{directory.rstrip(os.sep)}{os.sep}.gitignore").decode("utf-8", "surrogateescape").splitlines()
    except OSError:
        return above
    return (*above, (directory, read(lines)))


def is_ignored(rules: Rules, path: str, kinds: Iterable[str] = ("",)) -> bool:
    """Whether the nearest rule that matches `path` excludes it.

    `kinds` is "" for a file and "/" for a directory, as a pattern may be for directories only; both if unknown.
    """
    for directory, spec in reversed(rules):
        relative = path[len(directory) :].lstrip(os.sep).replace(os.sep, "/")
        for kind in kinds:
            verdict = spec.check_file(relative + kind).include
            if verdict is not None:
                return verdict
    return False


def linear(pattern: str, star: str = _STAR) -> str:
    """A regular expression that matches the same without backtracking: the text between two stars is matched at the
    first possible place, and stays there. `star` is how a star is written: a class of characters and `*`.
    """
    first, *parts = pattern.split(star)
    made = [first]
    for number, part in enumerate(parts, 1):
        keep = number < len(parts) and "(" not in part and ")" not in part and "|" not in part
        made.append(f"(?>{star}?{part})" if keep else f"{star}{part}")
    return "".join(made)
