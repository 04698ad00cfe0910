"""A float64 as Go's `strconv.FormatFloat` writes it."""

from __future__ import annotations

import math

_MANTISSA_BITS = 52
_LOWEST = -1074  # the exponent of two of the last bit there is
_EXPONENT_FROM = 6  # decimal exponent from which the shortest %g is written as %e


def format_float(value: float, verb: str, precision: int) -> str:
    """`value`, which is finite, for a verb of `eEfgGbxX`; a negative precision means as many digits as it takes."""
    if verb == "b":
        mantissa, exponent = _split(value)
        return f"{_sign(value)}{mantissa}p{exponent:+d}"
    if verb in "xX":
        text = _hexadecimal(value, precision)
    elif precision >= 0:
        text = format(value, f".{precision}{verb.lower()}")
    else:
        text = _shortest(value, verb.lower())
    return text.upper() if verb in "EGX" else text


def _sign(value: float) -> str:
    return "-" if math.copysign(1, value) < 0 else ""


def _split(value: float) -> tuple[int, int]:
    """The mantissa of up to 53 bits, and the exponent of two, that make up the size of `value`."""
    if value == 0:
        return 0, _LOWEST
    fraction, exponent = math.frexp(abs(value))
    shift = max(exponent - 1 - _MANTISSA_BITS, _LOWEST)
    return int(math.ldexp(fraction, exponent - shift)), shift


def _digits(value: float) -> tuple[str, int]:
    """The fewest decimal digits that give `value` back, and how many of them stand before the point."""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    if not digits:
        return "0", 1
    point = len(digits) - len(fraction) + int(exponent or 0)
    return digits.rstrip("0"), point


def _shortest(value: float, verb: str) -> str:
    """The shortest text for `e`, `f` or `g`."""
    digits, point = _digits(value)
    exponent = point - 1
    if verb == "e" or (verb == "g" and not -4 <= exponent < _EXPONENT_FROM):
        fraction = "." + digits[1:] if len(digits) > 1 else ""
        return f"{_sign(value)}{digits[0]}{fraction}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
    if point <= 0:
        return f"{_sign(value)}0.{'0' * -point}{digits}"
    fraction = "." + digits[point:] if len(digits) > point else ""
    return f"{_sign(value)}{digits[:point].ljust(point, '0')}{fraction}"


def _hexadecimal(value: float, precision: int) -> str:
    """A hexadecimal fraction with a binary exponent, such as `0x1.cp+01`, rounded half to even."""
    mantissa, exponent = _split(value)
    exponent = exponent + mantissa.bit_length() - 1 if mantissa else 0
    mantissa <<= 61 - mantissa.bit_length() if mantissa else 0  # the leading 1 is bit 60, 15 digits follow
    if 0 <= precision < 15:
        dropped = 60 - 4 * precision
        half, rest = 1 << (dropped - 1), mantissa & ((1 << dropped) - 1)
        mantissa >>= dropped
        if rest > half or (rest == half and mantissa & 1):
            mantissa += 1
        mantissa <<= dropped
        if mantissa >> 61:
            mantissa >>= 1
            exponent += 1
    fraction = f"{mantissa & ((1 << 60) - 1):015x}"
    fraction = fraction.rstrip("0") if precision < 0 else fraction.ljust(precision, "0")[:precision]
    point = "." if fraction else ""
    return f"{_sign(value)}0x{mantissa >> 60}{point}{fraction}p{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
