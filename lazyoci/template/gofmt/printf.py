"""Go's `printf`: a format, its directives, its arguments."""

from __future__ import annotations

from lazyoci.template.gofmt.format_value import Flags, format_value
from lazyoci.template.gofmt.strings import join
from lazyoci.template.gofmt.values import Value, type_name

_FLAGS = {"#": "sharp", "0": "zero", "+": "plus", "-": "minus", " ": "space"}
_LARGEST = 1_000_000  # a larger width or precision does not count
_BAD_INDEX = "BADINDEX"
_MISSING = "MISSING"
_NO_VERB = "%!(NOVERB)"
_BAD_WIDTH = "%!(BADWIDTH)"
_BAD_PRECISION = "%!(BADPREC)"


class TooLong(Exception):
    """The text would be longer than allowed."""


class _Printer:
    """Works through one format."""

    def __init__(self, source: str, args: tuple[Value, ...], limit: int) -> None:
        self._source = source
        self._args = args
        self._limit = limit
        self._at = 0
        self._next = 0  # the argument the next verb takes
        self._reordered = False
        self._good_index = True
        self._after_index = False
        self._closes = True  # whether a further `]` may follow
        self._parts: list[str] = []

    def run(self) -> str:
        source = self._source
        while True:
            percent = source.find("%", self._at)
            if percent < 0:
                self._write(source[self._at :])
                break
            self._write(source[self._at : percent])
            self._at = percent + 1
            self._directive()
        if not self._reordered and self._next < len(self._args):
            extra = [
                "<nil>" if value is None else f"{type_name(value)}={format_value(value, 'v', Flags())}"
                for value in self._args[self._next :]
            ]
            self._write(f"%!(EXTRA {', '.join(extra)})")
        return join(self._parts)

    def _write(self, text: str) -> None:
        self._limit -= len(text)
        if self._limit < 0:
            raise TooLong
        self._parts.append(text)

    def _directive(self) -> None:
        """Read and print one directive, whose percent sign was read."""
        source = self._source
        flags = Flags()
        self._good_index = True
        while (mark := source[self._at : self._at + 1]) in _FLAGS and mark:
            setattr(flags, _FLAGS[mark], True)
            self._at += 1
        self._after_index = False
        self._index()
        self._width(flags)
        if source[self._at : self._at + 1] == ".":
            self._precision(flags)
        if not self._after_index:
            self._index()
        if self._at >= len(source):
            self._write(_NO_VERB)
            return
        verb = source[self._at]
        self._at += 1
        if "\udc80" <= verb <= "\udcff":
            verb = "\ufffd"
        if verb == "%":
            self._write("%")
        elif not self._good_index:
            self._write(f"%!{verb}({_BAD_INDEX})")
        elif self._next >= len(self._args):
            self._write(f"%!{verb}({_MISSING})")
        else:
            if verb in "vw":
                flags.sharp_v, flags.sharp = flags.sharp, False
                flags.plus_v, flags.plus = flags.plus, False
            if max(flags.width or 0, flags.precision or 0) > self._limit:
                raise TooLong
            self._write(format_value(self._args[self._next], verb, flags))
            self._next += 1

    def _index(self) -> None:
        """Read `[3]`, which names the argument to take next."""
        source, at = self._source, self._at
        if source[at : at + 1] != "[":
            self._after_index = False
            return
        self._reordered = True
        close = source.find("]", at + 1) if self._closes and len(source) - at >= 3 else -1
        self._closes = close > 0
        number, end = self._number(at + 1)
        # the bracket is passed over as Go does: whole when it closes, else only its first character
        self._at = close + 1 if close > 0 else at + 1
        self._after_index = close > 0 and number is not None and end == close
        if self._after_index and number is not None and 1 <= number <= len(self._args):
            self._next = number - 1
        else:
            self._good_index = False

    def _number(self, at: int) -> tuple[int | None, int]:
        """Digits as a number, and where they end; none at all when the number is absurdly large."""
        end = at
        number = None
        while "0" <= self._source[end : end + 1] <= "9":
            if number is not None and number > _LARGEST:
                return None, len(self._source)
            number = (number or 0) * 10 + int(self._source[end])
            end += 1
        return number, end

    def _star(self) -> int | None:
        """The integer argument that `*` takes; None when it is none."""
        if self._next >= len(self._args):
            return None
        value = self._args[self._next]
        self._next += 1
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST:
            return int(value)
        return None

    def _width(self, flags: Flags) -> None:
        if self._source[self._at : self._at + 1] != "*":
            flags.width, self._at = self._number(self._at)
            if self._after_index and flags.width is not None:
                self._good_index = False
            return
        self._at += 1
        width = self._star()
        if width is None:
            self._write(_BAD_WIDTH)
        elif width < 0:
            width = -width
            flags.minus, flags.zero = True, False
        flags.width = width
        self._after_index = False

    def _precision(self, flags: Flags) -> None:
        self._at += 1
        if self._after_index:
            self._good_index = False
        self._index()
        if self._source[self._at : self._at + 1] != "*":
            number, self._at = self._number(self._at)
            flags.precision = number or 0
            return
        self._at += 1
        precision = self._star()
        if precision is None or precision < 0:
            self._write(_BAD_PRECISION)
            precision = None
        flags.precision = precision
        self._after_index = False


def printf(source: str, args: tuple[Value, ...], limit: int) -> str:
    """The format with its verbs replaced. Raises `TooLong` beyond `limit` characters."""
    return _Printer(source, args, limit).run()
