"""Templates in the text of a `.lazy` file, found without a parser: `{{ … }}`, closed or not, outside of comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lazyoci import template
from lazyoci.diagnostic import Source, Span
from lazyoci_lsp.text import lines

# from `{{` to `}}`, whatever texts hold; without that, to where the YAML scalar or the line ends
_CLOSED = re.compile(r"""\{\{(?:\\?"(?:[^"\\\r\n]|\\[^"\r\n])*\\?"|`[^`\r\n]*`|[^}\r\n]|\}(?!\}))*?\}\}""")
_OWN = re.compile(r"\.Var\.([A-Za-z_][A-Za-z0-9_]*)")
_OPEN_END = re.compile(r"""["']?[ \t]*(?:[\]}][ \t]*)*(?:,[^\r\n]*)?$""")


class Template(NamedTuple):
    """One template: its span with the delimiters, and whether the closing one is there."""

    span: Span
    closed: bool


def own_variables(source: Source) -> set[str]:
    """The names of the user's own variables, `.Var.NAME`, that a text uses."""
    return set(_OWN.findall(source.text))


def around(source: Source, offset: int) -> Template | None:
    """The template that `offset` is in: behind the first brace pair and not behind the second."""
    number = source.position(offset).line
    for one in on_line(source, number):
        start, end = one.span
        if start + 2 <= offset and (offset <= end - 2 if one.closed else not source.text[end:offset].strip(" \t")):
            return one
    return None


def on_line(source: Source, number: int) -> Iterator[Template]:
    """The templates that begin on a line."""
    text = source.line(number)
    if "{{" not in text:
        return
    limit = lines.comment_column(text)
    begin = source.line_starts[number]
    at = text.find("{{")
    while 0 <= at < limit:
        closed = _CLOSED.match(text, at)
        if closed is not None:
            end = closed.end()
        else:
            ending = _OPEN_END.search(text, at + 2)
            end = ending.start() if ending is not None else len(text)
        yield Template(Span(begin + at, begin + end), closed is not None)
        at = text.find("{{", max(end, at + 2))


def word_at(source: Source, offset: int) -> template.Token | None:
    """The variable or function at `offset`."""
    inside = around(source, offset)
    found = tokens(source, inside) if inside is not None else []
    kinds = ("variable", "function")
    return next((one for one in found if one.kind in kinds and one.span.start <= offset <= one.span.end), None)


def tokens(source: Source, one: Template) -> list[template.Token]:
    """The tokens of a template, their spans being places of the source; YAML's escapes of quotes count as quotes.

    `.Var.NAME` is one of them, as it is one variable.
    """
    written = source.text[one.span.start : one.span.end]
    if "\\" in written:
        written = written.replace('\\"', ' "').replace("\\\\", " \\")
    base = one.span.start
    found: list[template.Token] = []
    for kind, span in template.tokens(written):
        text, before = written[span.start : span.end], found[-1] if found else None
        start = base + span.start
        if text.startswith(".") and before is not None and source.text[before.span.start : before.span.end] == ".Var":
            start = found.pop().span.start
        found.append(template.Token(kind, Span(start, base + span.end)))
    return found
