"""Reads constants as Go does: quoted strings, characters, numbers. A ValueError has Go's message."""

from __future__ import annotations

import re
from typing import NamedTuple

from lazyoci.template.gofmt.strings import from_bytes, normal, quote

_ESCAPE = re.compile(r"\\(?:([abfnrtv\\'\"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|)")
_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_OCTAL = re.compile(r"[+-]?0(?:_?[0-7]+)+")
_STRAY_UNDERSCORE = re.compile(r"(?<![0-9a-fA-FxX])_|_(?![0-9a-fA-F])")
_COMPLEX = re.compile(r"(.+(?<![eEpP]))([+-].*)i")
_LONGEST_INTEGER = 400  # in characters; a longer number is too large even for a float64
_INT64 = range(-(1 << 63), 1 << 63)
_UINT64_END = 1 << 64

INVALID_SYNTAX = "invalid syntax"


class Constant(NamedTuple):
    """A number: its value as an argument of any type, and of an integer type; None if it does not fit."""

    value: int | float | complex | None
    integer: int | None


def unquote(quoted: str) -> str:
    """The value of a string constant, given with its quotes: `"…"` or a raw string."""
    body = quoted[1:-1]
    if quoted[0] == "`":
        return body.replace("\r", "")
    if "\\" not in body:
        return body
    return normal(_ESCAPE.sub(lambda found: _unescape(found, '"'), body))


def character(quoted: str) -> int:
    """The code point of a character constant such as `'a'`."""
    body = quoted[1:-1]
    if not body:
        raise ValueError(INVALID_SYNTAX)
    found = _ESCAPE.match(body)
    if found is None:
        code, length = ord(body[0]), 1
        if 0xDC80 <= code <= 0xDCFF:
            code = 0xFFFD
    else:
        text = _unescape(found, "'")
        code, length = ord(text) - (0xDC00 if "\udc80" <= text <= "\udcff" else 0), found.end()
    if length != len(body):
        raise ValueError(f"malformed character constant: {quoted}")
    return code


def _unescape(found: re.Match[str], mark: str) -> str:
    """The character, or the byte, of one escape in a constant quoted by `mark`."""
    simple, two, four, eight, octal = found.groups()
    if simple is not None:
        if simple in "'\"" and simple != mark:
            raise ValueError(INVALID_SYNTAX)
        return _SIMPLE.get(simple, simple)
    if two is not None or octal is not None:
        byte = int(two, 16) if two is not None else int(octal, 8)
        if byte > 0xFF:
            raise ValueError(INVALID_SYNTAX)
        return chr(byte) if byte < 0x80 else from_bytes(bytes((byte,)))
    code = int(four or eight or "-1", 16)
    if code < 0 or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        raise ValueError(INVALID_SYNTAX)
    return chr(code)


def number(text: str) -> Constant:
    """The value of a number. With a point or an exponent it is a float64, otherwise an int."""
    if text[-1] == "i":
        imaginary = _float(text[:-1])
        if imaginary is not None:
            return Constant(complex(0, imaginary), 0 if imaginary == 0 else None)
    integer = _integer(text)
    if integer is not None:
        if integer not in _INT64:
            return Constant(None, None)
        if _looks_float(text):  # -0x1E: Go does not notice the base after a sign
            return Constant(float(integer), integer)
        return Constant(integer, integer)
    value = _float(text)
    if value is None:
        raise ValueError(f"illegal number syntax: {quote(text)}")
    if not any(mark in text for mark in ".eEpP"):
        raise ValueError(f"integer overflow: {quote(text)}")
    return Constant(value, int(value) if value.is_integer() and int(value) in _INT64 else None)


def complex_number(text: str) -> Constant:
    """The value of a complex number such as `1+2i`."""
    parts = _COMPLEX.fullmatch(text)
    real, imaginary = (_float(parts[1]), _float(parts[2])) if parts else (None, None)
    if real is None or imaginary is None:
        raise ValueError("syntax error scanning complex number")
    whole = real if imaginary == 0 else 0.5
    return Constant(complex(real, imaginary), int(whole) if whole.is_integer() and int(whole) in _INT64 else None)


def _integer(text: str) -> int | None:
    """The integer, if it fits into 64 bits, signed or unsigned; else None."""
    if len(text) > _LONGEST_INTEGER:
        return None
    try:
        value = int(text, 8) if _OCTAL.fullmatch(text) else int(text, 0)
    except ValueError:
        return None
    signed = text[0] in "+-"
    return value if value in _INT64 or (not signed and 0 <= value < _UINT64_END) else None


def _float(text: str) -> float | None:
    """The float64, or None if the text is not a float or is too large."""
    try:
        if "x" in text or "X" in text:
            if not ("p" in text or "P" in text) or _STRAY_UNDERSCORE.search(text):
                return None
            value = float.fromhex(text.replace("_", ""))
        else:
            value = float(text)
    except (ValueError, OverflowError):
        return None
    return value if value - value == 0 else None


def _looks_float(text: str) -> bool:
    """Whether Go takes an integer's text for a float, because of letters that may be hexadecimal digits."""
    if text[:2] in ("0x", "0X") and not ("p" in text or "P" in text):
        return False
    return any(mark in text for mark in ".eEpP")
