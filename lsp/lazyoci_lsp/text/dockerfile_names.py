"""Where a Dockerfile writes the name of a build argument or of a stage, found line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lazyoci.diagnostic import Source, Span

_COMMENT = re.compile(r"\s*#")
_CONTINUED = re.compile(r"[\\`][ \t]*$")


def argument(source: Source, name: str) -> list[Span]:
    """The name in `ARG` lines, and wherever its value is taken: `$NAME`, `${NAME}`, `${NAME:-…}`."""
    word = re.escape(name)
    used = re.compile(rf"(?<!\\)\$(?:\{{(?P<braced>{word})(?=[^A-Za-z0-9_])|(?P<bare>{word})(?![A-Za-z0-9_]))")
    declared = re.compile(rf"(?<![\w$.{{-])(?P<bare>{word})(?==|\s|$)")
    found: set[Span] = set()
    for start, line, instruction in _lines(source):
        for match in used.finditer(line):
            group = "braced" if match["braced"] else "bare"
            found.add(Span(start + match.start(group), start + match.end(group)))
        if instruction == "ARG":
            code = line if _is_continuation(line, instruction) else line[line.upper().index("ARG") + 3 :]
            shift = start + len(line) - len(code)
            found |= {Span(shift + match.start(), shift + match.end()) for match in declared.finditer(code)}
    return sorted(found)


def sets_variable(source: Source, name: str) -> bool:
    """Whether an `ENV` sets a variable of that name, which then hides the argument."""
    word = re.compile(rf"\b{re.escape(name)}(?==|\s)")
    return any(instruction == "ENV" and word.search(line) for _, line, instruction in _lines(source))


def stage(source: Source, name: str) -> list[Span]:
    """The name behind `AS`, and where the stage is built upon or copied from; stages have no case."""
    word = re.escape(name)
    patterns = (
        rf"(?i)^\s*FROM\s.*\sAS\s+(?P<name>{word})\s*$",
        rf"(?i)^\s*FROM\s+(?:--\S+\s+)*(?P<name>{word})(?=\s|$)",
        rf"(?i)(?:--|[,=\s])from=(?P<name>{word})(?=[\s,]|$)",
    )
    found: set[Span] = set()
    for start, line, _ in _lines(source):
        for pattern in patterns:
            for match in re.finditer(pattern, line):
                found.add(Span(start + match.start("name"), start + match.end("name")))
    return sorted(found)


def _lines(source: Source) -> Iterator[tuple[int, str, str]]:
    """Each line that is no comment: where it begins, its text, and the instruction that it belongs to."""
    instruction, continued = "", False
    for number, start in enumerate(source.line_starts):
        line = source.line(number)
        if _COMMENT.match(line) or not line.strip():
            continue
        if not continued:
            words = line.upper().split()
            instruction = words[1] if words[0] == "ONBUILD" and len(words) > 1 else words[0]
        continued = _CONTINUED.search(line) is not None
        yield start, line, instruction


def _is_continuation(line: str, instruction: str) -> bool:
    return instruction not in line.upper().split()[:2]
