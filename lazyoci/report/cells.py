"""Text in terminal cells: measures tabs, wide and combining characters, and replaces control characters.

The content of a file is not trusted: its escape sequences must not reach the terminal, and its bidirectional controls
must not reorder the output.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

TAB_WIDTH = 4
_JOINER = "\u200d"
_EMOJI_PRESENTATION = "\ufe0f"
_REPLACEMENT = "\ufffd"


class Cell(NamedTuple):
    """One code point as shown: its glyph, and how many columns it takes (0 if it joins the one before)."""

    glyph: str
    width: int


def cells(line: str) -> list[Cell]:
    """One cell per code point of `line`, so an index into the text is an index into the cells."""
    found: list[Cell] = []
    column = 0
    previous = ""
    for character in line:
        if character == "\t":
            width = TAB_WIDTH - column % TAB_WIDTH
            cell = Cell(" " * width, width)
        elif character.isascii():
            cell = Cell(character if " " <= character <= "~" else _picture(character), 1)
        elif character == _EMOJI_PRESENTATION and found and found[-1].width == 1:
            # the variation selector makes the character before it wide, and takes the second column
            cell = Cell(character, 1)
        else:
            cell = _cell(character, joined=previous == _JOINER)
        found.append(cell)
        column += cell.width
        previous = character
    return found


def printable(text: str) -> str:
    """`text` on one line, without anything that a terminal would take as a command."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(cell.glyph for cell in cells(text))


def width(shown: list[Cell]) -> int:
    """The number of columns of all cells."""
    return sum(cell.width for cell in shown)


def width_of(text: str) -> int:
    """The number of columns of a `printable` text."""
    return len(text) if text.isascii() else width(cells(text))


def _cell(character: str, *, joined: bool) -> Cell:
    category = unicodedata.category(character)
    if category in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") or (category == "Cf" and character != _JOINER):
        return Cell(_REPLACEMENT, 1)
    if joined or category in ("Mn", "Me", "Cf") or "\U0001f3fb" <= character <= "\U0001f3ff":
        return Cell(character, 0)
    return Cell(character, 2 if unicodedata.east_asian_width(character) in "WF" else 1)


def _picture(character: str) -> str:
    """The visible replacement for an ASCII control character (Unicode block Control Pictures)."""
    return "\u2421" if character == "\x7f" else chr(0x2400 + ord(character))
