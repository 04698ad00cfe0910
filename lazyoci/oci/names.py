"""Names and links of the files in an artifact: what `build` packs and `pull --files` unpacks, by one rule for both."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

# What would act on a terminal or split a line of a report, turn the direction of text, or is half a character. Other
# spaces, joiners and characters that this Python does not know yet are as good as letters.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def flaw(name: str) -> str:
    """Why a path with forward slashes could not be unpacked below any directory; "" for one that can."""
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
    """Which character keeps a name, or the target of a link, from being one on every system; "" for none."""
    if "\\" in text:
        return "has a backslash"
    found = _UNFIT.search(text)
    return "" if found is None else f"has the character U+{ord(found[0]):04X}"


def link_flaw(link: Sequence[str], target: str, root: int, is_directory: Callable[[tuple[str, ...]], bool]) -> str:
    """Why a link cannot be unpacked; "" for one that can.

    `link` are the parts of its path, of which the first `root` are the directory that it must not leave;
    `is_directory` tells which paths are directories of the same tree, and no links. Followed step by step, as a system
    does: names go down, through other links too, which start inside as this one does; but `..` goes up from a directory
    alone, as from behind a link, or from what another archive may put there, it could lead anywhere.
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
