"""The values a template computes with, in place of Go's.

| Go | here |
|---|---|
| string, bool, int, float64, complex128 | str (see gofmt.strings), bool, int within 64 bits, float, complex |
| uint8, from `index` | Byte |
| *build.TemplateVars, the data | Vars |
| nil, no value | None |
| a value that is not known now | Unknown |
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lazyoci.template.gofmt.strings import clean
from lazyoci.template.variables import VARIABLES


class Refusal(Exception):
    """A function refuses its arguments; the message is Go's."""


class Byte(int):
    """A Go uint8."""


class Vars:
    """The data: a struct of strings."""

    __slots__ = ("values",)

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values

    def fields(self) -> list[str]:
        """What the fields of Go's struct hold, in its order."""
        return [clean(self.values.get(name, "")) for name in VARIABLES]


class Unknown:
    """What depends on variables without a value, which `names` lists.

    `is_text` when it is certainly a string; `missing` when it stands for the empty text of a variable that is certainly
    unset, so that conditions on it can be decided.
    """

    __slots__ = ("is_text", "missing", "names")

    def __init__(self, names: tuple[str, ...], *, is_text: bool, missing: bool = False) -> None:
        self.names = names
        self.is_text = is_text
        self.missing = missing


def names_of(unknowns: Iterable[Unknown]) -> tuple[str, ...]:
    """The variables behind several unknowns, each once."""
    return tuple(dict.fromkeys(name for unknown in unknowns for name in unknown.names))


Value = str | bool | int | float | complex | Vars | Unknown | None

STRUCT = "build.TemplateVars"  # the original's name for the data's type, part of Go's messages
_TYPES: dict[type, str] = {
    str: "string",
    bool: "bool",
    int: "int",
    Byte: "uint8",
    float: "float64",
    complex: "complex128",
    Vars: "*" + STRUCT,
    Unknown: "string",
    type(None): "<nil>",
}


def type_name(value: Value) -> str:
    """The Go type of a value, as `%T` prints it."""
    return _TYPES[type(value)]


def pointed_type_name(value: Value) -> str:
    """The Go type of what a value is or points to."""
    return STRUCT if isinstance(value, Vars) else type_name(value)


def truth(value: Value) -> bool:
    """Whether `if` takes the value for true: anything but the zero of its type. An unset variable is empty."""
    if isinstance(value, Unknown):
        return not value.missing
    return True if isinstance(value, Vars) else bool(value)
