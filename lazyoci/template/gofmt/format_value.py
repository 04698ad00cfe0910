"""One value for one verb, as Go's `fmt` prints it: `%s`, `%05d`, `%+q`, `%!d(string=x)`."""

from __future__ import annotations

from lazyoci.template.gofmt.floats import format_float
from lazyoci.template.gofmt.strings import is_printable, join, quote, rune, to_bytes
from lazyoci.template.gofmt.values import STRUCT, Byte, Value, Vars, type_name
from lazyoci.template.variables import VARIABLES

_NIL = "<nil>"
_BASES = {"d": 10, "v": 10, "b": 2, "o": 8, "O": 8, "x": 16, "X": 16}
_UINT64 = (1 << 64) - 1
_POINTER = 0xC000012000  # Go prints where the data lies, which differs from run to run


class Flags:
    """What stands between `%` and the verb."""

    __slots__ = ("minus", "plus", "plus_v", "precision", "sharp", "sharp_v", "space", "width", "zero")

    def __init__(self) -> None:
        self.plus = self.minus = self.sharp = self.space = self.zero = False
        self.plus_v = self.sharp_v = False  # + and # of %v, which mean something else there
        self.width: int | None = None
        self.precision: int | None = None

    def pad(self, text: str, *, zero: bool | None = None) -> str:
        """`text` at the width; with zeros on the left where asked, which `zero` may forbid."""
        if not self.width:
            return text
        if self.minus:
            return text.ljust(self.width)
        return text.rjust(self.width, "0" if (self.zero if zero is None else zero) else " ")

    def cut(self, text: str) -> str:
        """`text` at the precision, which counts characters."""
        return text if self.precision is None else text[: self.precision]


def show(value: Value) -> str:
    """A value as `print` shows it."""
    if isinstance(value, str):
        return value
    return format_value(value, "v", Flags())


def printable(value: Value) -> Value:
    """A value as an action prints it: no value in words, the data as what it points to."""
    if value is None:
        return "<no value>"
    return f"{{{' '.join(value.fields())}}}" if isinstance(value, Vars) else value


def format_value(value: Value, verb: str, flags: Flags) -> str:
    """A value for a verb; one that does not suit the verb becomes a note that says so."""
    if value is None:
        return flags.pad(_NIL) if verb in "Tv" else _bad_verb(value, verb, flags)
    if verb == "T":
        return flags.pad(flags.cut(type_name(value)))
    if isinstance(value, Vars):
        return _struct(value, verb, flags)
    if isinstance(value, str):
        text = _string(value, verb, flags)
    elif isinstance(value, bool):
        text = flags.pad("true" if value else "false") if verb in "tv" else None
    elif isinstance(value, int):
        text = _integer(value, verb, flags)
    elif isinstance(value, float):
        text = _float(value, verb, flags)
    elif isinstance(value, complex):
        text = _complex(value, verb, flags)
    else:
        raise TypeError(f"{type(value)} is no value to print")  # an Unknown never gets here
    return _bad_verb(value, verb, flags) if text is None else text


def _bad_verb(value: Value, verb: str, flags: Flags) -> str:
    if value is None:
        return f"%!{verb}({_NIL})"
    return f"%!{verb}({type_name(value)}={format_value(value, 'v', flags)})"


def _struct(value: Vars, verb: str, flags: Flags) -> str:
    """The data, which is a pointer to a struct: every field for the verb."""
    if verb == "p":
        return _integer(_POINTER, "x", _sharp(flags, not flags.sharp)) or ""
    if verb == "w":
        return _bad_verb(value, verb, flags)
    shown = [format_value(text, verb, flags) for text in value.fields()]
    if flags.plus_v or flags.sharp_v:
        shown = [f"{name}:{text}" for name, text in zip(VARIABLES, shown, strict=True)]
    return f"&{STRUCT}{{{', '.join(shown)}}}" if flags.sharp_v else f"&{{{' '.join(shown)}}}"


def _string(value: str, verb: str, flags: Flags) -> str | None:
    if verb == "s" or (verb == "v" and not flags.sharp_v):
        return flags.pad(flags.cut(value))
    if verb in "qv":
        value = flags.cut(value)
        if flags.sharp and _can_backquote(value):
            return flags.pad(f"`{value}`")
        return flags.pad(quote(value, ascii_only=flags.plus))
    if verb in "xX":
        return _hexadecimal(value, verb, flags)
    return None


def _can_backquote(text: str) -> bool:
    return not any((c < " " and c != "\t") or c in "`\x7f\ufeff" or "\udc80" <= c <= "\udcff" for c in text)


def _hexadecimal(value: str, verb: str, flags: Flags) -> str:
    """Every byte in hexadecimal; the precision counts bytes."""
    data = to_bytes(value)
    if flags.precision is not None:
        data = data[: flags.precision]
    prefix = "0" + verb if flags.sharp and data else ""
    if flags.space:
        text = " ".join(f"{prefix}{byte:02x}" for byte in data)
    else:
        text = prefix + data.hex()
    return flags.pad(text.upper() if verb == "X" else text)


def _integer(value: int, verb: str, flags: Flags) -> str | None:
    if verb == "c":
        return flags.pad(rune(value))
    if verb == "q":
        return flags.pad(quote(rune(value), "'", ascii_only=flags.plus))
    if verb == "U":
        return _unicode(value, flags)
    if verb == "v" and flags.sharp_v and isinstance(value, Byte):
        return _integer(value, "x", _sharp(flags, True))
    base = _BASES.get(verb)
    if base is None:
        return None
    if flags.precision == 0 and value == 0:
        return flags.pad("", zero=False)
    sign = "-" if value < 0 else "+" if flags.plus else " " if flags.space else ""
    size = abs(value)
    digits = f"{size:x}" if base == 16 else f"{size:o}" if base == 8 else f"{size:b}" if base == 2 else str(size)
    if flags.precision is not None:
        digits = digits.rjust(flags.precision, "0")
    elif flags.zero and not flags.minus and flags.width:
        digits = digits.rjust(flags.width - len(sign), "0")
    if flags.sharp:
        digits = {2: "0b", 16: "0x", 8: "" if digits[0] == "0" else "0"}.get(base, "") + digits
    if verb == "O":
        digits = "0o" + digits
    return flags.pad(sign + (digits.upper() if verb == "X" else digits), zero=False)


def _sharp(flags: Flags, sharp: bool) -> Flags:
    """The same flags but for `#`."""
    changed = Flags()
    for name in Flags.__slots__:
        setattr(changed, name, getattr(flags, name))
    changed.sharp = sharp
    return changed


def _unicode(value: int, flags: Flags) -> str:
    code = value & _UINT64
    text = f"U+{code:0{max(flags.precision or 0, 4)}X}"
    if flags.sharp and code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF and is_printable(chr(code)):
        text += f" '{chr(code)}'"
    return flags.pad(text, zero=False)


def _float(value: float, verb: str, flags: Flags) -> str | None:
    if verb not in "veEfFgGbxX":
        return None
    precision = flags.precision
    if precision is None:
        precision = 6 if verb in "eEfF" else -1
    verb = {"v": "g", "F": "f"}.get(verb, verb)
    text = format_float(value, verb, precision)
    sign = "-" if text[0] == "-" else " " if flags.space and not flags.plus else "+"
    text = text.lstrip("-")
    if flags.sharp and verb != "b":
        text = _with_point(text, verb, precision)
    if sign == "+" and not flags.plus:
        return flags.pad(text)
    if flags.zero and not flags.minus and flags.width and flags.width > len(text) + 1:
        return sign + text.rjust(flags.width - 1, "0")
    return flags.pad(sign + text)


def _with_point(text: str, verb: str, precision: int) -> str:
    """A float for `#`: always with a point, and for `%g` with its trailing zeros."""
    wanted = 0
    if verb in "gGx":
        wanted = 6 if precision == -1 else precision
    at = next((i for i, c in enumerate(text) if c in "pP" or (c in "eE" and verb not in "xX")), len(text))
    number, tail = text[:at], text[at:]
    significant = number.replace(".", "").lstrip("0")
    wanted -= len(significant)
    if "." not in number:
        if number == "0":
            wanted -= 1
        number += "."
    return number + "0" * wanted + tail


def _complex(value: complex, verb: str, flags: Flags) -> str | None:
    if verb not in "vbgGxXfFeE":
        return None
    real = _float(value.real, verb, flags)
    plus, flags.plus = flags.plus, True
    imaginary = _float(value.imag, verb, flags)
    flags.plus = plus
    return f"({real}{imaginary}i)"


def print_values(values: tuple[Value, ...]) -> str:
    """Go's `print`: a space between two values that are both no strings."""
    parts: list[str] = []
    after_string = True
    for value in values:
        is_string = isinstance(value, str)
        if not is_string and not after_string:
            parts.append(" ")
        parts.append(show(value))
        after_string = is_string
    return join(parts)


def print_line(values: tuple[Value, ...]) -> str:
    """Go's `println`: a space between any two values, and a line break."""
    return join((" ".join(map(show, values)), "\n"))
