"""Cuts template source into items, as Go's lexer does (https://pkg.go.dev/text/template).

Lexing stops at the first error, which is an item too: the parser may find another error before it gets there.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from lazyoci.template.gofmt.strings import code_point, is_letter_or_digit, quote

TEXT = "text"
COMMENT = "comment"  # including its delimiters
LEFT = "left delimiter"
RIGHT = "right delimiter"
SPACE = "space"
ASSIGN = "="
DECLARE = ":="
PIPE = "|"
OPEN = "("
CLOSE = ")"
CHARACTER = "character"  # any other printable ASCII
STRING = "string"
RAW_STRING = "raw string"
CHARACTER_CONSTANT = "character constant"
NUMBER = "number"
COMPLEX = "complex"
BOOL = "bool"
VARIABLE = "variable"  # $ or $name
FIELD = "field"  # .Name
DOT = "."
NIL = "nil"
IDENTIFIER = "identifier"
ERROR = "error"  # the value is the message
EOF = "EOF"

BLOCK, BREAK, CONTINUE, DEFINE, ELSE = "block", "break", "continue", "define", "else"
END, IF, RANGE, TEMPLATE, WITH = "end", "if", "range", "template", "with"
KEYWORDS = frozenset((BLOCK, BREAK, CONTINUE, DEFINE, DOT, ELSE, END, IF, NIL, RANGE, TEMPLATE, WITH))

SPACES = " \t\r\n"
_AFTER_WORD = SPACES + ".,|:()"
_RIGHT = re.compile(r"(?:[ \t\r\n]-)?\}\}")
_NUMBER = (  # compiled at first use, as few templates have numbers
    r"[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?"
    r"|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?"
    r"|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?"
)
_ITEM = re.compile(
    r"([ \t\r\n]-\}\}|\}\})"
    r"|([ \t\r\n]+)(?!-\}\})"
    r"|(\.(?![0-9])\w*|\$\w*|[^\W0-9]\w*)"
    r"|(?=[+\-.0-9])()"
    r'|("[^"\\\n]*(?:\\[^\n][^"\\\n]*)*")'
    r"|(`[^`]*`)"
    r"|('[^'\\\n]*(?:\\[^\n][^'\\\n]*)*')"
    r"|(:=|[=|()])"
)
_RIGHT_GROUP, _SPACE_GROUP, _WORD_GROUP, _NUMBER_GROUP, _STRING_GROUP, _RAW_GROUP, _CHARACTER_GROUP = range(1, 8)
_LITERALS = {_STRING_GROUP: STRING, _RAW_GROUP: RAW_STRING, _CHARACTER_GROUP: CHARACTER_CONSTANT}
_UNTERMINATED = {
    '"': "unterminated quoted string",
    "`": "unterminated raw quoted string",
    "'": "unterminated character constant",
    ":": "expected :=",
}


@cache
def _number_pattern() -> re.Pattern[str]:
    return re.compile(_NUMBER)


class Item(NamedTuple):
    """One token; `source[start:end]` is what it was cut from, in code points."""

    kind: str
    value: str
    start: int
    end: int


def lex(source: str, start: int = 0, *, inside: bool = False) -> list[Item]:
    """Cut `source` from `start`, which is in an action if `inside`, else in text. The last item is EOF or an error."""
    items: list[Item] = []
    at = start
    while True:
        if not inside:
            at = _text(source, at, items)
            if at < 0:
                return items
        inside = False
        at = _action(source, at, items)
        if at < 0:
            return items


def _text(source: str, at: int, items: list[Item]) -> int:
    """Cut text, comments and the left delimiter; returns the offset after that, or -1 at the end."""
    while True:
        left = source.find("{{", at)
        if left < 0:
            if at < len(source):
                items.append(Item(TEXT, source[at:], at, len(source)))
            items.append(Item(EOF, "", len(source), len(source)))
            return -1
        body = left + 2
        text = source[at:left]
        trims = source.startswith("-", body) and source[body + 1 : body + 2] in (" ", "\t", "\r", "\n")
        if trims:
            text = text.rstrip(SPACES)
            body += 2
        if text:
            items.append(Item(TEXT, text, at, at + len(text)))
        if not source.startswith("/*", body):
            items.append(Item(LEFT, "{{", left, left + 3 if trims else left + 2))
            return body
        close = source.find("*/", body + 2)
        if close < 0:
            items.append(Item(ERROR, "unclosed comment", body, len(source)))
            return -1
        right = _RIGHT.match(source, close + 2)
        if right is None:
            items.append(Item(ERROR, "comment ends before closing delimiter", body, close + 2))
            return -1
        items.append(Item(COMMENT, source[left : right.end()], left, right.end()))
        at = _after_right(source, right)


def _after_right(source: str, right: re.Match[str]) -> int:
    """Where text continues after a right delimiter, which may trim white space."""
    at = right.end()
    if at - right.start() > 2:
        while source[at : at + 1] in (" ", "\t", "\r", "\n"):
            at += 1
    return at


def _action(source: str, at: int, items: list[Item]) -> int:
    """Cut an action after its left delimiter; returns the offset where text continues, or -1 at the end."""
    depth = 0
    while True:
        found = _ITEM.match(source, at)
        if found is None:
            at = _other(source, at, items)
            if at < 0:
                return -1
            continue
        group = found.lastindex
        end = found.end()
        if group == _WORD_GROUP:
            at = _word(source, at, end, items)
            if at < 0:
                return -1
            continue
        if group == _NUMBER_GROUP:
            at = _number(source, at, items)
            if at < 0:
                return -1
            continue
        value = found.group()
        if group == _SPACE_GROUP:
            items.append(Item(SPACE, value, at, end))
        elif group == _RIGHT_GROUP:
            if depth:
                items.append(Item(ERROR, "unclosed left paren", at, at))
                return -1
            items.append(Item(RIGHT, "}}", end - 2 if end - at == 2 else end - 3, end))
            return _after_right(source, found)
        elif group in _LITERALS:
            items.append(Item(_LITERALS[group], value, at, end))
        else:
            if value == OPEN:
                depth += 1
            elif value == CLOSE:
                depth -= 1
                if depth < 0:
                    items.append(Item(ERROR, "unexpected right paren", at, end))
                    return -1
            items.append(Item(value, value, at, end))
        at = end


def _word(source: str, at: int, end: int, items: list[Item]) -> int:
    """Cut a field, a variable, a keyword or the name of a function."""
    value = source[at:end]
    if not value.isascii():  # \w also matches letter numbers and the like, which Go does not accept
        first = 1 if value[0] in ".$" else 0
        end = next((at + i for i in range(first, len(value)) if not is_letter_or_digit(value[i])), end)
        value = source[at:end]
        if not value:
            return _other(source, at, items)
    after = source[end : end + 1]
    if after and after not in _AFTER_WORD and not source.startswith("}}", end):
        items.append(Item(ERROR, f"bad character {code_point(after)}", at, end + 1))
        return -1
    if value in KEYWORDS:
        kind = value
    elif value[0] == ".":
        kind = FIELD
    elif value[0] == "$":
        kind = VARIABLE
    elif value in ("true", "false"):
        kind = BOOL
    else:
        kind = IDENTIFIER
    items.append(Item(kind, value, at, end))
    return end


def _number(source: str, at: int, items: list[Item]) -> int:
    """Cut a number, or a complex number such as `1+2i`; the parser finds its value."""
    kind = NUMBER
    end, good = _scan_number(source, at)
    if good and source[end : end + 1] in ("+", "-"):
        kind = COMPLEX
        end, good = _scan_number(source, end)
        good = good and source[end - 1] == "i"
    if not good:
        items.append(Item(ERROR, f"bad number syntax: {quote(source[at:end])}", at, end))
        return -1
    items.append(Item(kind, source[at:end], at, end))
    return end


def _scan_number(source: str, at: int) -> tuple[int, bool]:
    """Where a number ends, and whether it is valid: no letter or digit may follow."""
    found = _number_pattern().match(source, at)
    end = found.end() if found else at
    after = source[end : end + 1]
    if after and is_letter_or_digit(after):
        return end + 1, False
    return end, True


def _other(source: str, at: int, items: list[Item]) -> int:
    """Cut what matches no pattern: a single character, an error, or the end."""
    character = source[at : at + 1]
    if not character:
        items.append(Item(ERROR, "unclosed action", at, at))
    elif character in _UNTERMINATED:
        end = at + 1 if character == ":" else _end_of_broken(source, at)
        items.append(Item(ERROR, _UNTERMINATED[character], at, end))
    elif " " < character < "\x7f":
        items.append(Item(CHARACTER, character, at, at + 1))
        return at + 1
    else:
        items.append(Item(ERROR, f"unrecognized character in action: {code_point(character)}", at, at + 1))
    return -1


def _end_of_broken(source: str, at: int) -> int:
    """Where a string without a closing quote ends: at the end of the line; a raw string, at the end of the source."""
    end = -1 if source[at] == "`" else source.find("\n", at)
    return end if end >= 0 else len(source)
