"""`.helmignore`: Helm's own rules (helm pkg/ignore), which are not those of `.gitignore`.

No `**`; a pattern with a slash is matched against the whole path, one without against the last name; a trailing slash
means directories only. The first rule that decides counts, and a negated rule ignores everything it does not match.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lazyoci import gitignore
from lazyoci.frozen import frozen
from lazyoci.template.gofmt.strings import quote
from lazyoci.values.helm.chart_yaml import ChartError

FILE = ".helmignore"
_DEFAULTS = "templates/.?*"  # what Helm always ignores


@frozen
class _Pattern:
    regex: re.Pattern[str]
    whole_path: bool
    negated: bool
    directories: bool

    def matches(self, path: str) -> bool:
        return self.regex.fullmatch(path if self.whole_path else path.rpartition("/")[2]) is not None


class HelmIgnore:
    """The rules of one `.helmignore` file and Helm's defaults. Raises ChartError for a file that Helm refuses."""

    def __init__(self, data: bytes = b"") -> None:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start)
            raise ChartError("not UTF-8 text", line=line, hint="save it as UTF-8", place=FILE) from None
        self._patterns = list(_parse(text.split("\n")))
        self._patterns += _parse([_DEFAULTS])

    def ignores(self, path: str, *, directory: bool) -> bool:
        """Whether to leave out `path`, relative to the chart, with forward slashes."""
        for pattern in self._patterns:
            if pattern.negated:
                if (pattern.directories and not directory) or not pattern.matches(path):
                    return True
            elif (directory or not pattern.directories) and pattern.matches(path):
                return True
        return False


def _parse(lines: Iterable[str]) -> Iterable[_Pattern]:
    for number, line in enumerate(lines):
        rule = line.strip()
        if not rule or rule.startswith("#"):
            continue
        if "**" in rule:
            message = "double-star (**) syntax is not supported"
            raise ChartError(message, line=number, hint="name each directory, with * in it", place=FILE)
        negated, rule = rule.startswith("!"), rule.removeprefix("!")
        directories, rule = rule.endswith("/"), rule.removesuffix("/")
        whole_path, rule = "/" in rule, rule.removeprefix("/")
        try:
            regex = re.compile(gitignore.linear(_translate(rule)), re.DOTALL)
        except (ValueError, re.error):
            hint = "close its [ with ], or put a \\ before it"
            raise ChartError(
                f"syntax error in pattern {quote(line.strip())}", line=number, hint=hint, place=FILE
            ) from None
        yield _Pattern(regex, whole_path, negated, directories)


def _translate(pattern: str) -> str:
    """A regular expression for a pattern of Go's filepath.Match; ValueError if it is malformed."""
    pieces = [""]  # the texts between stars
    i, n = 0, len(pattern)
    while i < n:
        ch = pattern[i]
        i += 1
        if ch == "*":
            if pieces[-1] or len(pieces) == 1:  # several stars mean the same as one
                pieces.append("")
        elif ch == "?":
            pieces[-1] += "[^/]"
        elif ch == "[":
            text, i = _class(pattern, i)
            pieces[-1] += text
        elif ch == "\\":
            pieces[-1] += re.escape(pattern[i : i + 1] or _malformed())
            i += 1
        else:
            pieces[-1] += re.escape(ch)
    first, *middle = pieces
    if not middle:
        return first
    # As Go does: each piece matches at its first possible place, and no other place is tried.
    # Trying all places could take exponential time.
    return first + "".join(f"(?>[^/]*?{piece})" for piece in middle[:-1]) + f"[^/]*{middle[-1]}"


def _class(pattern: str, i: int) -> tuple[str, int]:
    """The class that begins after `[`, and where it ends."""
    negated = pattern[i : i + 1] == "^"
    i += negated
    ranges: list[str] = []
    while pattern[i : i + 1] != "]" or not ranges:
        low, i = _class_character(pattern, i)
        high = low
        if pattern[i : i + 1] == "-":
            high, i = _class_character(pattern, i + 1)
        # an empty range (z-a) matches nothing in Go and is an error in a regular expression
        ranges.append(f"{re.escape(low)}-{re.escape(high)}" if low <= high else "")
    body = "".join(ranges)
    if not body:
        return ("." if negated else "(?!)"), i + 1
    return f"[{'^' if negated else ''}{body}]", i + 1


def _class_character(pattern: str, i: int) -> tuple[str, int]:
    ch = pattern[i : i + 1]
    if ch in ("", "-", "]"):
        _malformed()
    if ch == "\\":
        i += 1
        ch = pattern[i : i + 1] or _malformed()
    return ch, i + 1


def _malformed() -> str:
    raise ValueError("malformed pattern")
