"""Flow collections, `[a, b]` and `{key: value}`, read up to a place in them, be they closed or not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lazyoci.diagnostic import Source, Span
from lazyoci_lsp.text import lines

_AHEAD = 10_000  # characters behind a place in which its mapping may end
_LINES = 40  # how far up an open bracket is looked for
_TOKEN = re.compile(
    r"""\{\{(?:[^}]|\}(?!\}))*(?:\}\}|$)      # a template, closed or not
      | "(?:[^"\\]|\\.)*(?:"|$)               # quoted texts, likewise
      | '(?:[^']|'')*(?:'|$)
      | (?<![^ \t\r\n])\#[^\n]*               # a comment
      | [\[\]{},]
      | :(?=[ \t\r\n,\]}]|$)
      | [ \t\r\n]+
      | (?:(?!\{\{)[^\[\]{},:"'\s]|:(?![ \t\r\n,\]}]|$))   # within a text without quotes they are letters
        (?:(?!\{\{)[^\[\]{},:\s]|:(?![ \t\r\n,\]}]|$))*
      | .""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(slots=True)
class Frame:
    """An open bracket. `key` is the key whose value is being written; `keys` those of the mapping so far."""

    bracket: str
    key: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    word: str = ""
    start: int = -1  # of the word


@dataclass(frozen=True, slots=True)
class Inside:
    """The brackets around a place, outermost first; the line on which the outermost opens; the word at the place."""

    line: int
    frames: list[Frame]
    word: Span


def around(source: Source, number: int, offset: int) -> Inside | None:
    """The brackets that are open at `offset`, which is on line `number`; None where there are none."""
    nearest: Inside | None = None
    least = _column(source, number, offset)
    for line in range(number, max(-1, number - _LINES), -1):
        found = lines.line(source, line)
        begin = source.line_starts[line] + found.content
        value = found.text[found.content :]
        outer = found.entries[-1].column if found.entries else -1
        opens = value[:1] in ("[", "{") and not value.startswith("{{") and begin < offset
        if opens and (line == number or least > outer):
            frames = _open(source.text, begin, offset)
            if frames:  # of a line that begins further up, if that goes on to here
                word = _word(source.text, frames[-1], offset)
                _read_on(source.text, max(offset, word.end), frames)
                nearest = Inside(line, frames, word)
            elif nearest is None and line == number:
                return None
        if found.text.strip():
            least = min(least, len(found.text) - len(found.text.lstrip(" \t")))
    return nearest


def _column(source: Source, number: int, offset: int) -> int:
    """The column of a place, by which it belongs to brackets or not; on an empty line also that of what comes below."""
    column = offset - source.line_starts[number]
    if source.line(number).strip():
        return column
    for below in range(number + 1, min(number + _LINES, len(source.line_starts))):
        text = source.line(below)
        if text.strip():
            return lines.NOWHERE if text.lstrip()[0] in "]}" else max(column, len(text) - len(text.lstrip(" \t")))
    return column


def others(source: Source, inside: Inside, offset: int) -> list[str]:
    """The texts beside the place in the innermost list, without quotes."""
    number = next((n for n in range(len(inside.frames) - 1, -1, -1) if inside.frames[n].bracket == "["), None)
    if number is None:
        return []
    found = lines.line(source, inside.line)
    begin, depth, opened = source.line_starts[inside.line] + found.content, 0, list[int]()
    for token in _TOKEN.finditer(source.text, begin, offset):
        if token.group() in ("[", "{"):
            opened.append(token.start())
        elif token.group() in ("]", "}") and opened:
            opened.pop()
    if number >= len(opened):
        return []
    words, word, at = [], "", -1
    for token in _TOKEN.finditer(source.text, opened[number] + 1):
        piece = token.group()
        depth += (piece in ("[", "{")) - (piece in ("]", "}"))
        if depth < 0 or (piece == "," and not depth):
            if not at <= offset <= token.start() and word:
                words.append(word.strip().strip("\"'"))
            word, at = "", -1
            if depth < 0:
                break
        elif piece.strip():
            at = token.start() if at < 0 else at
            word += piece
    return words


def _open(text: str, begin: int, offset: int) -> list[Frame]:
    """Read from the first bracket to `offset`."""
    frames: list[Frame] = []
    for token in _TOKEN.finditer(text, begin, offset):
        piece = token.group()
        if piece in ("[", "{"):
            frames.append(Frame(piece))
        elif piece in ("]", "}"):
            if frames:
                frames.pop()
            if not frames:
                return []
            frames[-1].word, frames[-1].start = "…", token.start()
        elif piece == ",":
            _settle(frames[-1])
            frames[-1].key, frames[-1].word, frames[-1].start = "", "", -1
        elif piece == ":" and frames[-1].bracket == "{" and not frames[-1].key:
            frames[-1].key, frames[-1].word, frames[-1].start = frames[-1].word.strip("\"' "), "", -1
        elif piece == ":" and frames[-1].bracket == "[" and token.end() < offset:
            frames[-1].word, frames[-1].start = "…", token.start()  # a mapping of one key, without braces
        elif piece.strip() and not piece.lstrip(" \t").startswith("#"):
            if frames[-1].start < 0:
                frames[-1].start = token.start()
            frames[-1].word += piece
    return frames


def _read_on(text: str, offset: int, frames: list[Frame]) -> None:
    """Add the keys that follow the place to the mappings around it; nothing of the pair that the place is in."""
    level, inner = len(frames) - 1, 0  # the mapping or list that is read, and how deep within it
    key, word, begun = "", "", False
    for token in _TOKEN.finditer(text, offset, offset + _AHEAD):
        piece = token.group()
        if piece in ("[", "{"):
            inner += 1
        elif piece in ("]", "}") and inner:
            inner -= 1
        elif inner:
            continue
        elif piece == "," or piece in ("]", "}"):
            if key:
                frames[level].keys.setdefault(key, word.strip())
            key, word = "", ""
            begun = piece == ","
            if piece != ",":
                level -= 1
                if level < 0:
                    return
        elif piece == ":" and begun and frames[level].bracket == "{" and not key:
            key, word = word.strip().strip("\"'"), ""
        elif not piece.lstrip(" \t").startswith("#"):
            word += piece


def _settle(frame: Frame) -> None:
    if frame.bracket == "{" and frame.key:
        frame.keys[frame.key] = frame.word.strip()


def _word(text: str, frame: Frame, offset: int) -> Span:
    """What is written at the place, to the next comma, bracket or line end."""
    start = frame.start if frame.start >= 0 else offset
    end = start
    for token in _TOKEN.finditer(text, start):
        piece = token.group()
        if piece in (",", "]", "}", "[", "{", ":") or "\n" in piece or "\r" in piece:
            break
        if piece.strip():
            end = token.end()
    return Span(start, max(end, min(offset, len(text)), start))
