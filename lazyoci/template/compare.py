"""The functions `eq`, `ne`, `lt`, `le`, `gt` and `ge`. A Refusal has Go's message."""

from __future__ import annotations

from lazyoci.template.gofmt.strings import to_bytes
from lazyoci.template.gofmt.values import Byte, Refusal, Value, type_name

_KINDS: dict[type, str] = {bool: "bool", int: "integer", Byte: "integer", float: "float", complex: "complex"}
_KINDS[str] = "string"
_UNORDERED = ("bool", "complex")
_INVALID_TYPE = "invalid type for comparison"


def eq(first: Value, *others: Value) -> bool:
    """Whether the first is equal to any of the others."""
    if not others:
        raise Refusal("missing argument for comparison")
    kind = _KINDS.get(type(first))
    for other in others:
        if kind != _KINDS.get(type(other)):
            if first is not None and other is not None:
                raise Refusal(_incompatible(first, other))
        elif (first is other) if kind is None else (first == other):
            return True
    return False


def ne(first: Value, second: Value) -> bool:
    """Whether the two differ."""
    return not eq(first, second)


def lt(first: Value, second: Value) -> bool:
    """Whether the first is less; strings by their bytes."""
    kind, other = _KINDS.get(type(first)), _KINDS.get(type(second))
    if kind is None or other is None:
        raise Refusal(_INVALID_TYPE)
    if kind != other:
        raise Refusal(_incompatible(first, second))
    if kind in _UNORDERED:
        raise Refusal(_INVALID_TYPE)
    if isinstance(first, str) and isinstance(second, str):
        return to_bytes(first) < to_bytes(second)
    if isinstance(first, int | float) and isinstance(second, int | float):
        return first < second
    raise TypeError(f"{type(first)} has no order")  # unreachable: all kinds with an order are above


def le(first: Value, second: Value) -> bool:
    """Whether the first is less or equal."""
    return lt(first, second) or eq(first, second)


def gt(first: Value, second: Value) -> bool:
    """Whether the first is greater."""
    return not le(first, second)


def ge(first: Value, second: Value) -> bool:
    """Whether the first is greater or equal."""
    return not lt(first, second)


def _incompatible(first: Value, second: Value) -> str:
    return f"incompatible types for comparison: {type_name(first)} and {type_name(second)}"
