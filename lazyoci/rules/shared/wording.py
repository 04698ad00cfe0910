"""Wording that messages share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lazyoci.mask import masked

if TYPE_CHECKING:
    from lazyoci.diagnostic import Span
    from lazyoci.resolve import Resolution

_LONGEST = 60


def quoted(text: str) -> str:
    """`text` in double quotes, as one short line, without the password of an address in it."""
    text = masked(text)
    if not text.isprintable():
        text = "".join(ch if ch.isprintable() else ch.encode("unicode_escape").decode("ascii") for ch in text)
    return f'"{text[: _LONGEST - 1]}…"' if len(text) > _LONGEST else f'"{text}"'


def listed(words: Sequence[str], last: str = "and") -> str:
    """`a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def first_span(resolution: Resolution, name: str) -> Span | None:
    """Where a template first names a variable; None if it does not name it."""
    fields = () if resolution.template is None else resolution.template.fields()
    return next((span for field, span in fields if field == name), None)


def is_slip(word: str, meant: str) -> bool:
    """Whether two words differ only in case and in one letter: missing, added, wrong, or swapped with the next."""
    one, other = word.lower(), meant.lower()
    at = next((i for i, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), None)
    if at is None:
        return abs(len(one) - len(other)) <= 1
    if one[at + 1 :] == other[at + 1 :] or one[at:] == other[at + 1 :] or one[at + 1 :] == other[at:]:
        return True
    return one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]


def is_near(word: str, meant: str, most: int) -> bool:
    """Whether at most so many letters differ between two words: missing, added, wrong, or swapped with the next."""
    if abs(len(word) - len(meant)) > most:
        return False
    before: list[int] = []
    row = list(range(len(meant) + 1))
    for i, letter in enumerate(word, 1):
        earlier, before, row = before, row, [i]
        for j, other in enumerate(meant, 1):
            least = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == meant[j - 2] and word[i - 2] == other:
                least = min(least, earlier[j - 2] + 1)
            row.append(least)
    return row[-1] <= most
