"""Go strings in Python: bytes underneath, usually UTF-8.

A `str` stands for a Go string; bytes that are not UTF-8 are lone surrogates, as in PEP 383 (`surrogateescape`), so
`text.encode("utf-8", "surrogateescape")` always gives Go's bytes, and `len(text)` is Go's count of runes.
"""

from __future__ import annotations

from collections.abc import Iterable

_SHORT = {7: "\\a", 8: "\\b", 12: "\\f", 10: "\\n", 13: "\\r", 9: "\\t", 11: "\\v"}
REPLACEMENT = "\ufffd"


def to_bytes(text: str) -> bytes:
    """The bytes Go would hold."""
    return text.encode("utf-8", "surrogateescape")


def from_bytes(data: bytes) -> str:
    """The text that stands for Go's bytes."""
    return data.decode("utf-8", "surrogateescape")


def _is_utf8(text: str) -> bool:
    """Whether `text` has no surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def clean(text: str) -> str:
    """`text` without surrogates that stand for no byte, which no UTF-8 file holds. The length stays the same."""
    if text.isascii() or _is_utf8(text):
        return text
    return "".join(
        REPLACEMENT if "\ud800" <= character < "\udc80" or "\udcff" < character <= "\udfff" else character
        for character in text
    )


def normal(text: str) -> str:
    """`text` in its one form: escaped bytes that together are UTF-8 become characters, as joining parts may need."""
    return text if text.isascii() or _is_utf8(text) else from_bytes(to_bytes(text))


def join(parts: Iterable[str]) -> str:
    """The parts as one Go string."""
    return normal("".join(parts))


def byte_length(text: str) -> int:
    """Go's `len`."""
    return len(text) if text.isascii() else len(to_bytes(text))


def is_letter_or_digit(character: str) -> bool:
    """Whether Go lets the character be part of a name: a letter, a decimal digit or an underscore."""
    return character == "_" or character.isalpha() or character.isdecimal()


def is_printable(character: str) -> bool:
    """Go's `strconv.IsPrint`."""
    return character.isprintable()


def rune(code: int) -> str:
    """The character of a code point, or U+FFFD where there is none."""
    return chr(code) if 0 <= code < 0xD800 or 0xDFFF < code <= 0x10FFFF else REPLACEMENT


def code_point(character: str) -> str:
    """A character as Go's `%#U` shows it: `U+0040 '@'`, and without the picture where it is not printable."""
    if "\udc80" <= character <= "\udcff":
        character = REPLACEMENT
    shown = f"U+{ord(character):04X}"
    return f"{shown} '{character}'" if is_printable(character) else shown


def quote(text: str, mark: str = '"', *, ascii_only: bool = False) -> str:
    """Go's `strconv.Quote`; with `mark` `'`, `QuoteRune`; with `ascii_only`, `QuoteToASCII`."""
    if mark == '"' and text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    shown = [mark]
    for character in text:
        code = ord(character)
        if character in (mark, "\\"):
            shown.append("\\" + character)
        elif 0xDC80 <= code <= 0xDCFF:
            shown.append(f"\\x{code - 0xDC00:02x}")
        elif is_printable(character) and (code < 0x80 or not ascii_only):
            shown.append(character)
        elif code in _SHORT:
            shown.append(_SHORT[code])
        elif code < 0x20 or code == 0x7F:
            shown.append(f"\\x{code:02x}")
        elif code < 0x10000:
            shown.append(f"\\u{code:04x}")
        else:
            shown.append(f"\\U{code:08x}")
    shown.append(mark)
    return "".join(shown)
