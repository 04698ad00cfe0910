"""Writes Markdown in which foreign texts, such as a branch or a registry's message, are never markup."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lazyoci import clean

if TYPE_CHECKING:
    from jinja2 import Environment

# what is markup within a line; a colon, an `@` or `www.` makes a link of an address that stands there bare
_MARKUP = re.compile(
    r"([\\`*\[\]|<>~&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=//)|(?<=[A-Za-z0-9])@(?=[A-Za-z0-9])|(?<=www)\.)", re.I
)
_AT_START = re.compile(r"^(#{1,6}(?=\s|$)|[-+=]|\d+(?=[.)]))")


def escape(text: str) -> str:
    """`text` as prose, on one line."""
    escaped = _MARKUP.sub(r"\\\1", clean.line(" ".join(text.split())))
    return _AT_START.sub(lambda found: f"\\{found[0]}" if not found[0].isdigit() else f"{found[0]}\\", escaped)


def code(text: str) -> str:
    """`text` as a code span, also in a cell of a table."""
    line = clean.line(" ".join(text.split()) if "\n" in text or "\r" in text else text)
    ticks = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    gap = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{gap}{line}{gap}{ticks}".replace("|", "\\|")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=False,  # Markdown: `code` and `escape` do it
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters |= {"code": code, "escape": escape}
    return made


def render(name: str, **values: Any) -> str:
    """A template of `templates/`, filled in."""
    return _environment().get_template(name).render(values).strip() + "\n"


_CELLS = re.compile(r"(?<!\\)\|")  # what parts cells: a bar that is not escaped


def without_tables(text: str) -> str:
    """Markdown with a list in place of each table, for clients that show tables as they are written."""
    lines = text.split("\n")
    rules = {number for number, line in enumerate(lines) if re.fullmatch(r"\|(?:-+\|)+", line)}
    left = [line for number, line in enumerate(lines) if number not in rules and number + 1 not in rules]
    return "\n".join(_listed(line) if line.startswith("|") else line for line in left)


def _listed(row: str) -> str:
    """A row of a table as the item of a list."""
    first, *others = [cell.strip().replace("\\|", "|") for cell in _CELLS.split(row.strip().strip("|"))]
    told = ", ".join(cell for cell in others if cell)
    return f"- {first}: {told}" if told else f"- {first}"
