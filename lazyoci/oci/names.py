"""Which names and links an artifact's files may have: one rule for `build`, which packs them, and `pull --files`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

# Control characters, line separators, marks that change the direction of text, and half surrogate pairs. All else is
# allowed: other spaces, joiners, and characters that this version of Python does not know yet.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def flaw(name: str) -> str:
    """Why a path with forward slashes cannot be unpacked into a directory; "" if it can."""
    parts = [part for part in name.split("/") if part != "."]
    if not any(parts):
        return "names no file"
    if name.startswith("/") or name[1:2] == ":":
        return "is absolute"
    if ".." in parts:
        return "leads out"
    if "" in parts:
        return "has an empty part"
    return unfit(name)


def unfit(text: str) -> str:
    """Which character in a name or a link's target is not possible on every system; "" if there is none."""
    if "\\" in text:
        return "has a backslash"
    found = _UNFIT.search(text)
    return "" if found is None else f"has the character U+{ord(found[0]):04X}"


def link_flaw(link: Sequence[str], target: str, root: int, is_directory: Callable[[tuple[str, ...]], bool]) -> str:
    """Why a link cannot be unpacked; "" if it can.

    `link` has the parts of its path; the first `root` parts are the directory that it must not leave. `is_directory`
    tells whether a path is a directory of the same tree, and not a link. The target is followed step by step, as a
    system does. A name goes down, even through another link, as that one is checked too. But `..` is only allowed after
    a directory: after a link, or a path that another archive may create, it could lead anywhere.
    """
    if not target or target.startswith("/") or target[1:2] == ":":
        return "leads outside"
    here = list(link[:-1])
    for step in target.split("/"):
        if step == "..":
            if len(here) <= root:
                return "leads outside"
            if not is_directory(tuple(here)):
                return "goes up from behind another link, or from what is not there"
            here.pop()
        elif step not in ("", "."):
            here.append(step)
    return unfit(target)
