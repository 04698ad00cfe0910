"""Calls a function, also if some arguments are not known."""

from __future__ import annotations

from lazyoci.template.builtins import LARGEST, Builtin
from lazyoci.template.gofmt.printf import TooLong
from lazyoci.template.gofmt.values import Refusal, Unknown, Value, names_of

_COMPARING = frozenset(("eq", "ne", "lt", "le", "gt", "ge"))
_DECIDING = _COMPARING | {"not", "len"}  # these take an unset variable as empty

_TOO_LONG = f"text longer than {LARGEST} characters"


def call(name: str, builtin: Builtin, values: list[Value]) -> Value:
    """The result of the function. Raises Refusal with Go's message, also if an unknown argument has the wrong type."""
    unknowns = [value for value in values if isinstance(value, Unknown)]
    try:
        result = _partial(name, builtin, values, unknowns) if unknowns else builtin.call(*values)
    except TooLong:
        raise Refusal(_TOO_LONG) from None
    if isinstance(result, str) and len(result) > LARGEST:
        raise Refusal(_TOO_LONG)
    return result


def _partial(name: str, builtin: Builtin, values: list[Value], unknowns: list[Unknown]) -> Value:
    names = names_of(unknowns)
    if not all(unknown.missing for unknown in unknowns):
        if name == "call" or (name in _COMPARING and len(values) == 2 and all(unknown.is_text for unknown in unknowns)):
            builtin.call(*_emptied(values))  # a wrong type is an error whatever the value is
        return Unknown(names, is_text=builtin.is_text)
    if name == "default":
        result = builtin.call(*values)
        return Unknown(names, is_text=result.is_text, missing=True) if isinstance(result, Unknown) else result
    if name in _DECIDING:
        return builtin.call(*_emptied(values))
    try:
        empty = builtin.call(*_emptied(values)) == ""
    except Refusal:
        if name == "call":
            raise
        empty = False  # such as a slice of a missing value
    return Unknown(names, is_text=builtin.is_text, missing=empty)


def _emptied(values: list[Value]) -> list[Value]:
    """The values, with the empty text for each unknown one."""
    return ["" if isinstance(value, Unknown) else value for value in values]
