"""Maps offsets in a scalar's decoded value to offsets in the source, across quotes, escapes, folding and indentation.

Each style is decoded again, keeping the place of every character. If the result differs from the parser's, the place is
unknown.
"""

from __future__ import annotations

import re

from lazyoci.diagnostic import Source, Span
from lazyoci.yaml.nodes import Scalar

_Places = list[tuple[str, int, int]]  # decoded text (at most one code point), and its start and end in the source

_BREAK = re.compile(r"\r\n|[\r\n\u0085\u2028\u2029]")
_FOLD = re.compile(r"[ \t]*(?:(?:\r\n|[\r\n\u0085\u2028\u2029])[ \t]*)+")
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(\r\n|.))", re.DOTALL)
_ESCAPED = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_HEADER = re.compile(r"[|>]([1-9][+-]|[+-]?[1-9]?)[ \t]*(?:#[^\r\n]*)?(?:\r\n|[\r\n\u0085\u2028\u2029])")


def inner_span(source: Source, node: Scalar, start: int, end: int) -> Span:
    """The source span of code points `start` to `end` of the decoded value; the whole node if that is unknown."""
    length = len(node.value)
    start, end = min(max(start, 0), length), min(max(end, 0), length)
    quote = 1 if node.style in ("'", '"') else 0
    if node.style not in ("|", ">") and node.end - node.start - 2 * quote == length:
        first = node.start + quote  # escapes, doubled quotes and folded lines are longer than what they stand for
        return Span(first + start, first + max(start, end))
    places = _places(source.text, node)
    if places is None:
        return node.span
    first = places[start][1] if start < length else _end(node, places)
    return Span(first, places[end - 1][2] if end > start else first)


def _end(node: Scalar, places: _Places) -> int:
    """Where the decoded value ends in the source: before a closing quote."""
    return node.end - 1 if node.style in ("'", '"') else places[-1][2] if places else node.end


def _places(text: str, node: Scalar) -> _Places | None:
    if node.style in ("|", ">"):
        places = _block(text, node)
    elif node.style:
        places = _flow(text, node.start + 1, node.end - 1, node.style)
    else:
        places = _flow(text, node.start, node.end, "")
    return places if "".join(place[0] for place in places) == node.value else None


def _flow(text: str, at: int, end: int, style: str) -> _Places:
    """The characters of a plain or quoted scalar with content from `at` to `end`."""
    places: _Places = []
    while at < end:
        char = text[at]
        fold = _FOLD.match(text, at, end) if char in " \t\r\n\u0085\u2028\u2029" else None
        if fold is not None:
            places += _folded(text, at, fold.end())
            at = fold.end()
        elif char == "\\" and style == '"':
            escape = _ESCAPE.match(text, at, end)
            if escape is None:
                return []
            after = escape.end()
            digits = escape[1] or escape[2] or escape[3]
            if digits:
                places.append((chr(int(digits, 16)), at, after))
            elif escape[4] in _ESCAPED:
                places.append((_ESCAPED[escape[4]], at, after))
            else:  # an escaped line break joins, and swallows the next line's indentation
                while after < end and text[after] in " \t":
                    after += 1
            at = after
        elif char == "'" and style == "'":
            places.append(("'", at, at + 2))
            at += 2
        else:
            places.append((char, at, at + 1))
            at += 1
    return places


def _folded(text: str, start: int, end: int) -> _Places:
    """The decoded line breaks between `start` and `end`: one becomes a space, each further one stays."""
    breaks = [("\n" if found[0] < "\u2028" else found[0], *found.span()) for found in _BREAK.finditer(text, start, end)]
    if breaks[0][0] != "\n":
        return breaks
    return breaks[1:] or [(" ", start, end)]


def _block(text: str, node: Scalar) -> _Places:
    """The characters of a literal or folded block scalar; line breaks after its last line have no width."""
    header = _HEADER.match(text, node.start)
    if header is None:
        return []
    at, limit = header.end(), node.end
    lines: list[tuple[int, int, int]] = []  # start, end without the break, end
    while at < limit:
        found = _BREAK.search(text, at, limit)
        stop, after = found.span() if found else (limit, limit)
        lines.append((at, stop, after))
        at = after
    first = next((line for line in lines if text[line[0] : line[1]].strip(" ")), None)
    written = 0 if first is None else first[1] - first[0] - len(text[first[0] : first[1]].lstrip(" "))
    places: _Places = []
    # An indentation indicator counts from the parent's column, which is unknown here, so all possible ones are tried.
    for indent in range(written, 0, -1) if header[1].strip("+-") else (written,):
        places = _unindented(text, lines, indent, node.style == ">")
        places += [("\n", limit, limit)] * (len(node.value) - len(places))
        if "".join(place[0] for place in places) == node.value:
            break
    return places


def _unindented(text: str, lines: list[tuple[int, int, int]], indent: int, folds: bool) -> _Places:
    """The characters of the lines behind their indentation, without the last break (YAML 1.2, 8.1.3)."""
    places: _Places = []
    leading: _Places = []  # the line break after the latest line with text
    empty: _Places = []  # the line breaks of the empty lines after it
    spaced = False  # whether that line began with a blank: such lines are not folded
    for start, stop, after in lines:
        content = start + indent
        if content >= stop:
            empty.append(("\n", stop, after))
            continue
        spaced, before = text[content] in " \t", spaced
        if folds and leading and not spaced and not before:
            leading = [] if empty else [(" ", *leading[0][1:])]
        places += [*leading, *empty, *((text[i], i, i + 1) for i in range(content, stop))]
        leading, empty = [("\n", stop, after)], []
    return places
