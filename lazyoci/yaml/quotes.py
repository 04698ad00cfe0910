"""Writes as few quotes as possible while every reader (Go's, YAML 1.1 and YAML 1.2) still reads a text.

Go's typed fields would read `1.10` without quotes as the same text, but other readers as 1.1, so it keeps its quotes.
Templates keep theirs too: `v{{ .Version }}` is valid without, but not once someone removes the `v`.
"""

from __future__ import annotations

import re

_RETYPED = (
    r"(?i:null|true|false|yes|no|on|off|y|n|[-+]?\.(?:inf|nan))"
    r"|~|=|<<|\.\.\..*"
    r"|[-+]?\.?[0-9][0-9a-fA-FxXoObB_,.:+-]*"  # what any reader might take for a number, a time or a date
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?"
)
_DOTTED = r"[0-9]+(?:\.[0-9]+){2,}"  # no reader takes 1.2.3 for a number
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`")
_FLOW_INDICATORS = frozenset(",[]{}:?")


def is_plain(value: str, *, flow: bool) -> bool:
    """Whether `value` can be written without quotes, in a flow collection or in a block."""
    if not value or not value.isprintable() or value[0] in _INDICATORS or "{{" in value:
        return False
    if value[0] == " " or value[-1] in " :" or ": " in value or " #" in value:
        return False
    if flow and not _FLOW_INDICATORS.isdisjoint(value):
        return False
    return re.fullmatch(_RETYPED, value) is None or re.fullmatch(_DOTTED, value) is not None


def requoted(value: str, written: str, *, flow: bool) -> str:
    """How `value`, which is `written` in quotes on one line, should be written."""
    if is_plain(value, flow=flow):
        return value
    if not value.isprintable():
        return written  # needs escapes: keep the author's
    if '"' not in value and "\\" not in value:
        return f'"{value}"'
    if "'" not in value or "\\" in value:
        return "'" + value.replace("'", "''") + "'"
    return written


def quoted(value: str) -> str:
    """`value` (one line, no control characters) as a quoted YAML scalar: in double quotes if that needs no escapes."""
    if '"' in value or "\\" in value:
        return "'" + value.replace("'", "''") + "'"
    return f'"{value}"'


def scalar(value: str) -> str:
    """A text as a YAML scalar on one line, in quotes if it needs them."""
    if is_plain(value, flow=False):
        return value
    if value.isprintable():
        return quoted(value)
    return f'"{"".join(map(_escaped, value))}"'


def _escaped(char: str) -> str:
    """One character of a text in double quotes."""
    if char in '"\\':
        return f"\\{char}"
    number = ord(char)
    if char.isprintable():
        return char
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
