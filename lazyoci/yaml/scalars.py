"""The type and value of a scalar as yaml.v3 3.0.1 resolves it (resolve.go), a mixture of YAML 1.1 and 1.2."""

from __future__ import annotations

import re
from math import inf, isinf, nan

from lazyoci.yaml.nodes import Scalar

NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_CONSTANTS: dict[str, bool | float | None] = {
    **dict.fromkeys(NULLS),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -inf),
}
_TYPED = frozenset(("", "!!bool", "!!int", "!!float", "!!null", "!!timestamp"))  # other tags do not change the text
_PREFIXED = r"([+-]?)0(?:[xX]([0-9a-fA-F]+)|[oO]?([0-7]+)|[bB]([01]+))"
_DECIMAL = r"[+-]?(?:0|[1-9][0-9]*)"
_FLOAT = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
_DATE = (
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
    r"(?:(?:[Tt][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2}))"
    r"|(?: [0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]+)?))?"
)


class BadValue(ValueError):
    """A scalar that contradicts its own tag. The message is complete."""


def is_null(node: Scalar) -> bool:
    """Whether the scalar is null; yaml.v3 leaves such values out."""
    if node.tag:
        return node.tag == "!!null" and node.value in NULLS
    return not node.style and node.value in NULLS


def text(node: Scalar) -> str | None:
    """The scalar as the value of a text field: its text as written, decoded; None for null. Raises BadValue."""
    if not node.tag:
        return None if not node.style and node.value in NULLS else node.value
    if node.tag == "!!binary":
        return _binary(node)
    return None if typed(node) is None else node.value


def typed(node: Scalar) -> str | int | float | bool | None:
    """The scalar as a value of its own type; dates stay text. Raises BadValue."""
    tag = node.tag
    if not tag and node.style:
        return node.value
    if tag == "!!binary":
        return _binary(node)
    if tag not in _TYPED:
        return node.value
    found, value = _resolve(node.value, tag)
    if tag and tag != found and not (tag == "!!float" and found == "!!int"):
        from lazyoci.yaml.excerpt import excerpt  # only for what is wrong

        kind = {"!!bool": "boolean", "!!int": "whole number", "!!float": "number", "!!null": "null"}.get(tag, "date")
        raise BadValue(f'"{excerpt(node.value)}" is no {kind}, which its tag {tag} says; remove the tag')
    return value


def _binary(node: Scalar) -> str:
    from base64 import b64decode  # only for what has the tag

    try:
        return b64decode(re.sub(r"[\r\n]", "", node.value), validate=True).decode("utf-8", "replace")
    except ValueError:  # binascii.Error, or characters beyond ASCII
        raise BadValue("the tag !!binary wants base64, which this is not; remove the tag") from None


# Booleans of YAML 1.1, and those that would be printed in another case.
_WORDS = {form for word in ("y", "n", "yes", "no", "on", "off") for form in (word, word.capitalize(), word.upper())}
_WORDS |= {"True", "TRUE", "False", "FALSE"}
_AMBIGUOUS = (
    r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
    r"|[-+]?0[0-9_]+|[-+]?0[xX][0-9a-fA-F_]+|[-+]?0o[0-7]+|[-+]?0b[01_]+"  # other bases, leading zeros (get lost)
    r"|[-+]?[0-9]+_[0-9_]*|\+[0-9]+"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"  # base 60
    r"|[-+]?(?:[0-9][0-9_]*\.[0-9_]*0|[0-9][0-9_]*\.|\.[0-9_]+|[0-9]{17,})"
    r"|[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9_]+)[eE][-+]?[0-9]+"
)


def is_ambiguous(value: str) -> bool:
    """Whether other YAML readers would turn this plain text into a value that prints differently.

    Numbers that print as they are written (`8080`, `1.19`) and `true` and `false` are not.
    """
    if value[:1] not in "0123456789+-.":
        return value in _WORDS
    return re.fullmatch(_AMBIGUOUS, value) is not None or re.fullmatch(_DATE, value) is not None


def _resolve(value: str, tag: str) -> tuple[str, str | int | float | bool | None]:
    """The tag and value of plain text without an explicit tag."""
    if value in _CONSTANTS:
        constant = _CONSTANTS[value]
        kind = "!!null" if constant is None else "!!bool" if isinstance(constant, bool) else "!!float"
        return kind, constant
    first = value[0]
    if first == ".":
        fraction = _float(value)
        return ("!!str", value) if fraction is None else ("!!float", fraction)
    if first not in "+-0123456789":
        return "!!str", value
    if tag in ("", "!!timestamp") and re.fullmatch(_DATE, value):
        return "!!timestamp", value
    number = _number(value.replace("_", ""))
    if number is None:
        return "!!str", value
    return "!!int" if isinstance(number, int) else "!!float", number


def _number(plain: str) -> int | float | None:
    whole: int | None = None
    prefixed = re.fullmatch(_PREFIXED, plain)
    if prefixed is not None:
        sign, hexadecimal, octal, binary = prefixed.groups()
        digits, base = (hexadecimal, 16) if hexadecimal else (octal, 8) if octal else (binary, 2)
        whole = int(sign + digits, base)
    elif len(plain) <= 21 and re.fullmatch(_DECIMAL, plain):  # 64 bits have at most 20 digits, and a sign
        whole = int(plain)
    if whole is not None and -(1 << 63) <= whole < 1 << 64:
        return whole
    return _float(plain)


def _float(plain: str) -> float | None:
    """A finite floating-point number; others are text, because Go refuses numbers out of range."""
    value = float(plain) if re.fullmatch(_FLOAT, plain) else inf
    return None if isinf(value) else value
