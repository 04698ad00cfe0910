"""The functions that templates can call. A Refusal has Go's message, without the `error calling …: ` before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lazyoci.template import compare, escape, to_tag
from lazyoci.template.gofmt import format_value, printf
from lazyoci.template.gofmt.strings import byte_length, from_bytes, normal, to_bytes
from lazyoci.template.gofmt.values import Byte, Refusal, Value, Vars, pointed_type_name, truth, type_name

LARGEST = 1 << 20  # limit for any text that a template computes, and for its output, in characters

ANY, STRING, INT = "any", "string", "int"  # types of parameters, as Go names them


class Builtin(NamedTuple):
    """A function: the types of its fixed parameters, the type of any further parameters, and its body."""

    fixed: tuple[str, ...]
    variadic: str
    call: Callable[..., Value]
    is_text: bool = False  # whether it always returns a string


def _call(callee: str, function: Value, *_args: Value) -> Value:
    if function is None:
        raise Refusal("call of nil")
    raise Refusal(f"non-function {callee} of type {type_name(function)}")


def _length(value: Value) -> int:
    if isinstance(value, str):
        return byte_length(value)
    if value is None:
        raise Refusal("reflect: call of reflect.Value.Type on zero Value")
    raise Refusal(f"len of type {pointed_type_name(value)}")


def _position(value: Value, length: int) -> int:
    """An index, which may be as large as the length."""
    if value is None:
        raise Refusal("cannot index slice/array with nil")
    if not isinstance(value, int) or isinstance(value, bool):
        raise Refusal(f"cannot index slice/array with type {type_name(value)}")
    if not 0 <= value <= length:
        raise Refusal(f"index out of range: {int(value)}")
    return int(value)


def _index(value: Value, *positions: Value) -> Value:
    if value is None:
        raise Refusal("index of untyped nil")
    for position in positions:
        if not isinstance(value, str):
            raise Refusal(f"can't index item of type {pointed_type_name(value)}")
        data = to_bytes(value)
        at = _position(position, len(data))
        if at == len(data):
            raise Refusal("reflect: string index out of range")
        value = Byte(data[at])
    return value


def _slice(value: Value, *positions: Value) -> Value:
    if value is None:
        raise Refusal("slice of untyped nil")
    if len(positions) > 3:
        raise Refusal(f"too many slice indexes: {len(positions)}")
    if not isinstance(value, str):
        raise Refusal(f"can't slice item of type {type_name(value)}")
    if len(positions) == 3:
        raise Refusal("cannot 3-index slice a string")
    data = to_bytes(value)
    bounds = [0, len(data)]
    for i, position in enumerate(positions):
        bounds[i] = _position(position, len(data))
    start, end = bounds
    if start > end:
        raise Refusal(f"invalid slice index: {start} > {end}")
    return from_bytes(data[start:end])


def _joined(values: tuple[Value, ...]) -> str:
    """The values as one text, for the escaping functions."""
    if len(values) == 1 and isinstance(values[0], str):
        return values[0]
    return format_value.print_values(tuple(format_value.printable(value) for value in values))


def _printf(source: str, *args: Value) -> str:
    return printf.printf(source, args, LARGEST)


def _by_rune(text: str, change: Callable[[str], str]) -> str:
    """Change each character separately, as Go does: one never becomes two, and its neighbours do not matter."""
    if text.isascii():
        return change(text)
    return "".join(_simple(character, change(character)) for character in text)


def _simple(character: str, changed: str) -> str:
    if len(changed) == 1:
        return changed
    if character == "\u0130":  # İ is the only character whose lower case is two characters
        return "i" if changed.islower() else character
    title = character.title()
    return title if len(title) == 1 else character


def _replace(old: str, new: str, text: str) -> str:
    growth = (len(new) - len(old)) * (text.count(old) if old else len(text) + 1)
    if len(text) + growth > LARGEST:
        raise printf.TooLong
    return normal(text.replace(old, new))


def _trunc(length: int, text: str) -> str:
    data = to_bytes(text)
    if length < 0 < len(data) + length:
        return from_bytes(data[length:])
    return from_bytes(data[:length]) if 0 <= length < len(data) else text


def _default(fallback: Value, *values: Value) -> Value:
    return values[0] if values and (isinstance(values[0], Vars) or truth(values[0])) else fallback


# the evaluator handles `and` and `or`, as they do not evaluate all their arguments
BUILTINS: dict[str, Builtin] = {
    "call": Builtin((ANY,), ANY, _call),
    "eq": Builtin((ANY,), ANY, compare.eq),
    "ge": Builtin((ANY, ANY), "", compare.ge),
    "gt": Builtin((ANY, ANY), "", compare.gt),
    "html": Builtin((), ANY, lambda *values: escape.html(_joined(values)), is_text=True),
    "index": Builtin((ANY,), ANY, _index),
    "js": Builtin((), ANY, lambda *values: escape.js(_joined(values)), is_text=True),
    "le": Builtin((ANY, ANY), "", compare.le),
    "len": Builtin((ANY,), "", _length),
    "lt": Builtin((ANY, ANY), "", compare.lt),
    "ne": Builtin((ANY, ANY), "", compare.ne),
    "not": Builtin((ANY,), "", lambda value: not truth(value)),
    "print": Builtin((), ANY, lambda *values: format_value.print_values(values), is_text=True),
    "printf": Builtin((STRING,), ANY, _printf, is_text=True),
    "println": Builtin((), ANY, lambda *values: format_value.print_line(values), is_text=True),
    "slice": Builtin((ANY,), ANY, _slice, is_text=True),
    "urlquery": Builtin((), ANY, lambda *values: escape.urlquery(_joined(values)), is_text=True),
    "default": Builtin((ANY,), ANY, _default),
    "lower": Builtin((STRING,), "", lambda text: _by_rune(text, str.lower), is_text=True),
    "replace": Builtin((STRING, STRING, STRING), "", _replace, is_text=True),
    "tagify": Builtin((STRING,), "", to_tag.tagify, is_text=True),
    "trimPrefix": Builtin((STRING, STRING), "", lambda prefix, text: text.removeprefix(prefix), is_text=True),
    "trimSuffix": Builtin((STRING, STRING), "", lambda suffix, text: text.removesuffix(suffix), is_text=True),
    "trunc": Builtin((INT, STRING), "", _trunc, is_text=True),
    "upper": Builtin((STRING,), "", lambda text: _by_rune(text, str.upper), is_text=True),
}
