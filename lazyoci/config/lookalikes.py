"""Characters that look like others, or are invisible. Pasted from a web page or a chat, they break a file unnoticed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
_WIDE = "\u3000"  # an ideographic space, two columns wide
_INVISIBLE = (
    "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
)
_DOUBLE, _SINGLE = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\u300c\u300d", "\u2018\u2019\u201a\u201b\u2032"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63"
_MEANT = (
    dict.fromkeys(_SPACES, " ")
    | {_WIDE: "  "}
    | dict.fromkeys(_INVISIBLE, "")
    | dict.fromkeys(_DOUBLE, '"')
    | dict.fromkeys(_SINGLE, "'")
    | dict.fromkeys(_DASHES, "-")
    | {"\u2236": ":", "\ua789": ":", "\u3001": ",", "\u2024": ".", "\u2044": "/", "\u2215": "/"}
    | {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}  # the full-width forms of ASCII
)


class Lookalike(NamedTuple):
    """One such character: where it is, what it is called, and what to type instead (nothing, if it is invisible)."""

    at: int
    name: str
    meant: str

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return f"type {_shown(self.meant)} instead" if self.meant else "remove it"


def lookalike(char: str, at: int = 0) -> Lookalike | None:
    """What `char` looks like; None for an ordinary character."""
    meant = _MEANT.get(char)
    if meant is None:
        return None
    code = f"U+{ord(char):04X}"
    if not meant:
        return Lookalike(at, f"an invisible character ({code})", "")
    if meant.isspace():
        return Lookalike(at, f"a space of another kind ({code})", meant)
    kind = "a curly quote" if char in _DOUBLE[:4] + _SINGLE[:4] else f"a character like {_shown(meant)}"
    return Lookalike(at, f'{kind} ("{char}", {code})', meant)


def lookalikes(text: str) -> Iterator[Lookalike]:
    """All of them in `text`, in order."""
    if not text.isascii():
        for at, char in enumerate(text):
            if char in _MEANT:
                found = lookalike(char, at)
                assert found is not None
                yield found


def plain(text: str) -> str:
    """`text` with each of them replaced by the character that was meant."""
    return text if text.isascii() else "".join(_MEANT.get(char, char) for char in text)


def _shown(meant: str) -> str:
    return "a space" if meant.isspace() else 'the quote "' if meant == '"' else f'"{meant}"'
