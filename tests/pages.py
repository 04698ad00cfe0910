"""Reads documentation pages: their fenced blocks, and the marks that say what the suite does with a block.

A mark is an HTML comment on the line above a fence, invisible to readers:

    <!-- run -->            the block below, `bash` or `python`, is run, and must exit 0
    <!-- run exit=1 -->     … must exit 1
    <!-- file -->           the block below is written to the file that its title="…" names
    <!-- output -->         stdout of the last run block; `…` stands for any text, alone on a line for any lines
    <!-- stderr -->         the same of stderr
    <!-- invalid -->        a .lazy file that is wrong on purpose
    <!-- setup              hidden commands, run like a block
    …
    -->
    <!-- setup needs=buildah   … with that program, which the page then builds images with

All shell blocks of a page run in one shell, one after another, as a reader would type them; a block of Python is a
program of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
MARKS = ("run", "file", "output", "stderr", "invalid", "setup")
_MARK = re.compile(r"^ *<!-- (\w+)((?: [\w-]+=\S+)*) -->$")
_SETUP = re.compile(r"^ *<!-- setup((?: [\w-]+=\S+)*)$")
_FENCE = re.compile(r"^( *)(```+) ?([\w+.-]*) *(.*)$")


@dataclass(frozen=True, slots=True)
class Block:
    """One block: where it begins, its language, what its title names, its mark with options, its text."""

    page: Path
    line: int
    language: str
    title: str
    mark: str
    options: dict[str, str]
    text: str

    @property
    def place(self) -> str:
        """For messages."""
        return f"{self.page.relative_to(ROOT).as_posix()}:{self.line}"


def documents() -> list[Path]:
    """Every page that a user reads: those at the root, those of docs/ and of editors/."""
    found = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("editors/*.md"), *ROOT.glob("editors/*/*.md")]
    return sorted(path for path in found if "node_modules" not in path.parts)


def blocks(page: Path) -> list[Block]:
    """The fenced and hidden blocks of a page, in order."""
    return list(_read(page, page.read_text("utf-8").split("\n")))


def _read(page: Path, lines: list[str]) -> Iterator[Block]:
    mark, options, at = "", dict[str, str](), 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if hidden := _SETUP.match(line):
            end = lines.index("-->", at)
            yield Block(page, at, "bash", "", "setup", _options(hidden[1]), "\n".join(lines[at:end]) + "\n")
            at = end + 1
        elif found := _MARK.match(line):
            mark, options = found[1], _options(found[2])
        elif fence := _FENCE.match(line):
            indent, ticks, language, info = fence.groups()
            end = next(i for i in range(at, len(lines)) if lines[i].strip() == ticks)
            text = "".join(one.removeprefix(indent) + "\n" for one in lines[at:end])
            title = re.search(r'title="([^"]+)"', info)
            yield Block(page, at, language, title[1] if title else "", mark, options, text)
            mark, options, at = "", {}, end + 1
        elif line.strip():
            assert not mark, f"{page}:{at - 1}: the mark {mark!r} has no block below it"


def _options(text: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in text.split())


def prose(page: Path) -> str:
    """The page without its blocks."""
    text = re.sub(r"^( *)(```+)[^\n]*\n.*?^ *\2 *$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)


def pattern(expected: str) -> re.Pattern[str]:
    """What a shown output matches: `…` is any text within a line, and alone on a line any lines; trailing blanks go."""
    parts = []
    for line in expected.rstrip().split("\n"):
        if line.strip() == "…":
            parts.append(r"(?:.*\n)*")
        else:
            parts.append(".*".join(map(re.escape, line.rstrip().split("…"))) + r" *\n")
    return re.compile("".join(parts))
