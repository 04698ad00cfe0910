"""The fewest quotes that keep a text a text for every reader: Go's, YAML 1.1 and YAML 1.2.

Go's typed fields would take `1.10` without quotes as the same text; other readers would make it 1.1, so it keeps them.
Templates keep theirs too: `v{{ .Version }}` is valid without, but a moment later it begins with the braces.
"""

from __future__ import annotations

import re

_RETYPED = re.compile(
    r"(?i:null|true|false|yes|no|on|off|y|n|[-+]?\.(?:inf|nan))"
    r"|~|=|<<|\.\.\..*"
    r"|[-+]?\.?[0-9][0-9a-fA-FxXoObB_,.:+-]*"  # whatever any reader might call a number, a time or a date
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?"
)
_DOTTED = re.compile(r"[0-9]+(?:\.[0-9]+){2,}")  # 1.2.3 is nobody's number
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`")
_FLOW_INDICATORS = frozenset(",[]{}:?")


def is_plain(value: str, *, flow: bool) -> bool:
    """Whether `value` can stand without quotes, in a flow collection or in a block."""
    if not value or not value.isprintable() or value[0] in _INDICATORS or "{{" in value:
        return False
    if value[0] == " " or value[-1] in " :" or ": " in value or " #" in value:
        return False
    if flow and not _FLOW_INDICATORS.isdisjoint(value):
        return False
    return _RETYPED.fullmatch(value) is None or _DOTTED.fullmatch(value) is not None


def requoted(value: str, written: str, *, flow: bool) -> str:
    """`value`, which is `written` on one line in quotes, as it should be written."""
    if is_plain(value, flow=flow):
        return value
    if not value.isprintable():
        return written  # needs escapes: as the author wrote them
    if '"' not in value and "\\" not in value:
        return f'"{value}"'
    if "'" not in value or "\\" in value:
        return "'" + value.replace("'", "''") + "'"
    return written


def quoted(value: str) -> str:
    """`value`, one line without control characters, as a quoted YAML scalar: in double quotes where that is plain."""
    if '"' in value or "\\" in value:
        return "'" + value.replace("'", "''") + "'"
    return f'"{value}"'


def scalar(value: str) -> str:
    """A text as a YAML scalar on one line, in quotes where it needs them."""
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
