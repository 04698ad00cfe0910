"""Flow collections, `[a, b]` and `{key: value}`, read up to a place in them, be they closed or not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lazyoci.diagnostic import Source, Span
from lazyoci_lsp.text import lines

_LINES = 40  # how far up an open bracket is looked for
_TOKEN = re.compile(
    r"""\{\{(?:[^}]|\}(?!\}))*(?:\}\}|$)      # a template, closed or not
      | "(?:[^"\\]|\\.)*(?:"|$)               # quoted texts, likewise
      | '(?:[^']|'')*(?:'|$)
      | [ \t]\#[^\n]*                         # a comment
      | [\[\]{},]
      | :(?=[ \t\r\n,\]}]|$)
      | [ \t\r\n]+
      | (?:(?!\{\{)[^\[\]{},:"'\s]|:(?![ \t\r\n,\]}]|$))+
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
    for line in range(number, max(-1, number - _LINES), -1):
        found = lines.line(source, line)
        begin = source.line_starts[line] + found.content
        value = found.text[found.content :]
        if value[:1] in ("[", "{") and not value.startswith("{{") and begin < offset:
            frames = _open(source.text, begin, offset)
            if frames:
                return Inside(line, frames, _word(source.text, frames[-1], offset))
            return None
        if line < number and found.text.strip() and not found.value.endswith((",", "[", "{")):
            return None
    return None


def _open(text: str, begin: int, offset: int) -> list[Frame]:
    """Read from the first bracket to `offset`; what follows there only completes the mapping's keys."""
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
        elif piece.strip() and not piece.lstrip(" \t").startswith("#"):
            if frames[-1].start < 0:
                frames[-1].start = token.start()
            frames[-1].word += piece
    return frames


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
