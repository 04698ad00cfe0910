"""Scalars of a chart's files as Helm reads them: YAML 1.1 with Go's numbers (go.yaml.in/yaml v2, sigs.k8s.io/yaml).

So `6.10` is the number 6.1, `012` is 10, `1_000` is 1000 and `yes` is true. Where Helm needs text it writes that number
or boolean as text again. A date stays text.
"""

from __future__ import annotations

import math
import re
import struct

from lazyoci.frozen import frozen
from lazyoci.template.gofmt.floats import format_float

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_WORDS: dict[str, bool | float] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
_DATE = re.compile(
    r"\d{4}-(\d{1,2})-(\d{1,2})"
    r"(?:[Tt]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})| \d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?)?",
    re.ASCII,
)
# what strconv.ParseInt accepts in base 0 after underscores are removed: 0x1F, 0o17, 017, 0b101, 15
_WHOLE = re.compile(r"([+-]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]?([0-7]+)|0[bB]([01]+)|(0|[1-9][0-9]*))", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
# a leading dot is tried by strconv.ParseFloat itself, which knows underscores only in other bases
_DOTTED = re.compile(r"\.[0-9]+(?:[eE][-+]?[0-9]+)?", re.ASCII)


@frozen
class Plain:
    """An unquoted scalar that is a number or a boolean to Helm. `written` is how it stands in the file."""

    value: int | float | bool
    written: str

    @property
    def text(self) -> str:
        """The text that Helm makes of it where it needs text."""
        return go_text(self.value)


def plain_value(written: str) -> int | float | bool | str | None:
    """The value of an unquoted scalar."""
    if written in NULLS:
        return None
    if written in _WORDS:
        return _WORDS[written]
    first = written[0]
    if first == ".":
        return _finite(written) if _DOTTED.fullmatch(written) else written
    if first not in "+-0123456789" or _is_date(written):
        return written
    digits = written.replace("_", "")
    whole = _whole(digits)
    if whole is not None:
        return whole
    return _finite(digits, written) if _FLOAT.fullmatch(digits) else written


def go_text(value: int | float | bool) -> str:
    """A number or boolean as text, by sigs.k8s.io/yaml: a fraction as a 32-bit float in its shortest form."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if math.isnan(value):
        return "NaN"
    try:
        small = struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        small = math.copysign(math.inf, value)
    if math.isinf(small):
        return "+Inf" if small > 0 else "-Inf"
    shortest = next(text for text in (f"{small:.{digits}e}" for digits in range(17)) if _same32(text, small))
    return format_float(float(shortest), "g", -1)


def _same32(text: str, small: float) -> bool:
    try:
        return bool(struct.unpack("<f", struct.pack("<f", float(text)))[0] == small)
    except OverflowError:
        return False


def _whole(digits: str) -> int | None:
    """A whole number that Go holds in 64 bits; an unsigned one takes no sign."""
    match = _WHOLE.fullmatch(digits)
    if match is None:
        return None
    sign, hexadecimal, octal, binary, decimal = match.groups()
    text, base = next(
        (text, base) for text, base in ((hexadecimal, 16), (octal, 8), (binary, 2), (decimal, 10)) if text
    )
    if len(text) > 64:
        return None
    value = int(text, base)
    if sign == "-":
        return -value if value <= 1 << 63 else None
    return value if value < (1 << 63 if sign else 1 << 64) else None


def _finite(digits: str, otherwise: str = "") -> float | str:
    """A number that a 64-bit float can hold; Go takes others as text."""
    value = float(digits)
    return (otherwise or digits) if math.isinf(value) else value


def _is_date(written: str) -> bool:
    match = _DATE.fullmatch(written)
    return match is not None and 1 <= int(match[1]) <= 12 and 1 <= int(match[2]) <= 31
