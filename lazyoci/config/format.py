"""The canonical layout of a `.lazy` file: `lazyoci format`, and formatting in the editor.

Two spaces a level, lists indented below their key, one space behind `:`, `-` and `,`, two before a comment, at most one
blank line, the fewest quotes that keep the meaning (`quotes.py`). Key order, line breaks within flow collections and
comments stay; comments move with what they stand beside.

It works on the scanner's tokens, so only the text between tokens can change. ruamel.yaml, which was tried first, leaves
comments in their old columns, needs seconds instead of a tenth of a second, and accepts YAML that Go's reader refuses;
it is used to check the result before a file is written (`second_reader.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lazyoci.config.load import too_long
from lazyoci.config.read import read
from lazyoci.diagnostic import Source
from lazyoci.errors import FormatError
from lazyoci.yaml.libyaml import Parser, YAMLError, parse, tokens
from lazyoci.yaml.quotes import is_plain, requoted

_INDENT = 2
_HEADER = re.compile(r"([|>])([+-]?)([1-9]?)([+-]?)[ \t]*(#.*)?")
_BLOCK_STARTS = (tokens.BlockMappingStartToken, tokens.BlockSequenceStartToken)
_FLOW_STARTS = (tokens.FlowMappingStartToken, tokens.FlowSequenceStartToken)
_FLOW_ENDS = (tokens.FlowMappingEndToken, tokens.FlowSequenceEndToken)
_AT_MARGIN = (tokens.DocumentStartToken, tokens.DocumentEndToken, tokens.DirectiveToken)


def format(text: str) -> str:
    """`text` in canonical layout; its kind of line break and byte order mark stay. Formatting again changes nothing.

    Raises FormatError for text that is no YAML, and if the result would not mean the same.
    """
    problem = too_long(text)
    if problem:
        raise FormatError(problem)
    source = Source(text)
    document, problems = read(source)
    if document is None:
        place = source.position(problems[0].span.start)
        raise FormatError(f"line {place.line + 1}, column {place.column + 1}: {problems[0].message}")
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    newline = "\r\n" if "\r\n" in text.partition("\n")[0] + "\n" else "\n"
    body = text[len(mark) :].replace("\r\n", "\n").replace("\r", "\n")
    try:
        meant = list(parse(body))
        formatted = _Layout(body).run()
        same = _same(meant, list(parse(formatted)))
    except YAMLError as error:  # in a later document; `read` looks at the first only
        raise FormatError(f"a later document is not YAML: {getattr(error, 'problem', None) or error}") from None
    if not same:
        raise FormatError("this layout cannot be formatted without risk, so nothing was changed")
    return mark + formatted.replace("\n", newline)


@dataclass(slots=True)
class _Level:
    """An open collection: the column of its entries in the source, and in the result (-1 until it is known)."""

    kind: str  # "map", "seq", "indentless" (a list in the column of its key) or "flow"
    old: int = -1
    column: int = -1

    @property
    def inner(self) -> int:
        """The column of an entry's continuation lines."""
        return self.column if self.kind == "flow" else self.column + _INDENT

    @property
    def flow_base(self) -> int:
        """The column of the closing bracket of a flow collection that begins in an entry."""
        return self.column if self.kind in ("map", "flow") else self.column + _INDENT


class _Layout:
    """One run over the tokens of a text, whose line breaks are all LF."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines: list[str] = []
        self.line = ""
        self.levels: list[_Level] = []
        self.closed: list[_Level] = []  # since the latest token
        self.entry = False  # whether the next token begins an entry of a block mapping
        self.end = 0  # where the latest token ends in the source
        self.before: Any = None  # the latest token

    def run(self) -> str:
        """The formatted text, which ends with a line break unless it is empty."""
        waiting = list(self._tokens())
        skip = 0  # up to here a template without quotes was copied as it is
        for number, token in enumerate(waiting):
            start, end = token.start_mark.index, token.end_mark.index
            if start < skip:
                continue
            if isinstance(token, _FLOW_STARTS) and (template := self._template_end(waiting, number)):
                skip = template
                self._put(token, self.text[start:template], template)
            elif start == end and not isinstance(token, tokens.ScalarToken):
                self._structure(token)
            else:
                self._token(token, start, end)
        if not self._gap(None, len(self.text), 0, -1, opening=False):
            self._flush()
        return "".join(f"{line}\n" for line in self.lines)

    def _tokens(self) -> Iterator[Any]:
        parser = Parser(self.text)
        while (token := parser.get_token()) is not None:
            if not isinstance(token, (tokens.StreamStartToken, tokens.StreamEndToken)):
                yield token

    def _structure(self, token: Any) -> None:
        """Tokens without text: where block collections begin and end, and where a simple key begins."""
        if isinstance(token, _BLOCK_STARTS):
            self.levels.append(_Level("map" if isinstance(token, tokens.BlockMappingStartToken) else "seq"))
            return
        self._close_indentless()
        if isinstance(token, tokens.BlockEndToken):
            self.closed.append(self.levels.pop())
        elif isinstance(token, tokens.KeyToken):
            self.entry = not self._in_flow

    def _token(self, token: Any, start: int, end: int) -> None:
        written = self.text[start:end]
        if isinstance(token, tokens.ScalarToken):
            if token.style in ("|", ">"):
                end = start + len(self._significant(written))
            self._put(token, written[: end - start], end)
            return
        if isinstance(token, tokens.BlockEntryToken) and self.levels and self.levels[-1].kind == "map":
            self.levels.append(_Level("indentless"))
        elif isinstance(token, (tokens.KeyToken, tokens.ValueToken)):
            self._close_indentless()
        self._put(token, written, end)
        if isinstance(token, _FLOW_STARTS):
            base = self.levels[-1].flow_base if self.levels else 0
            self.levels.append(_Level("flow", column=base + _INDENT))
        elif isinstance(token, _FLOW_ENDS):
            self.levels.pop()

    @property
    def _in_flow(self) -> bool:
        return bool(self.levels) and self.levels[-1].kind == "flow"

    def _close_indentless(self) -> None:
        if self.levels and self.levels[-1].kind == "indentless":
            self.closed.append(self.levels.pop())

    def _template_end(self, waiting: list[Any], number: int) -> int:
        """The end of an unquoted `{{ … }}` that begins at a token; 0 if none does. Only `validate` fixes these."""
        start = waiting[number].start_mark.index
        if not self.text.startswith("{{", start):
            return 0
        depth = 0
        for token in waiting[number:]:
            depth += isinstance(token, _FLOW_STARTS) - isinstance(token, _FLOW_ENDS)
            if not depth:
                end: int = token.end_mark.index
                return 0 if "\n" in self.text[start:end] else end
        return 0

    def _put(self, token: Any, written: str, end: int) -> None:
        """Write a token after the latest one, or on a new line below the comments that stand in front of it."""
        start = token.start_mark.index
        old = start - (self.text.rfind("\n", 0, start) + 1)
        opening = bool(self.levels) and self.levels[-1].column < 0
        column = self._column(token, opening=opening)
        comments = self._indented_comments(token, column)
        if self._gap(token, start, comments, old, opening=opening):
            self.line = " " * column
        elif self.before is not None:
            self.line += self._separator(token)
        if opening:
            self.levels[-1].old, self.levels[-1].column = old, len(self.line)
        self._write(token, written)
        self.before, self.end, self.entry = token, end, False
        self.closed.clear()

    def _column(self, token: Any, *, opening: bool) -> int:
        """Where `token` begins if it is the first on its line."""
        if isinstance(token, _AT_MARGIN) or not self.levels:
            return 0
        level = self.levels[-1]
        if opening:
            outer = self.levels[-2] if len(self.levels) > 1 else None
            return 0 if outer is None else outer.inner
        if level.kind == "flow":
            return level.column - _INDENT * isinstance(token, _FLOW_ENDS)
        if self.entry or isinstance(token, (tokens.BlockEntryToken, tokens.KeyToken, tokens.ValueToken)):
            return level.column
        return level.inner

    def _indented_comments(self, token: Any, column: int) -> int:
        """The column of comments above `token`: its own column, or one level deeper if it is a closing bracket."""
        return column + _INDENT * (self._in_flow and isinstance(token, _FLOW_ENDS))

    def _gap(self, token: Any, start: int, column: int, old: int, *, opening: bool) -> bool:
        """Write comments and blank lines up to `token` (None: the end of the text); whether it is on a new line.

        `column` and `old` are the columns of what comes, in the result and in the source.
        """
        gap = self.text[self.end : start]
        first, *others = (gap.rstrip() if token is None else gap).split("\n")
        if self.before is None:
            others.insert(0, first)
        else:
            if first.strip():
                self.line += "  " + first.strip()
            if not others:
                return False
            self._flush()
        lines = others if token is None else others[:-1]
        heading = len(lines)  # index of the first comment that belongs to the next token
        while heading and lines[heading - 1].strip():
            heading -= 1
        for number, content in enumerate(lines):
            comment = content.strip()
            if comment:
                depth = len(content) - len(content.lstrip())
                heads = 0 < heading <= number and isinstance(token, tokens.BlockEntryToken) and depth <= old + _INDENT
                self.lines.append(" " * (column if opening or heads else self._beside(depth, column, old)) + comment)
            elif self.lines and self.lines[-1]:
                self.lines.append("")
        return True

    def _beside(self, depth: int, column: int, old: int) -> int:
        """The new column of a comment: that of the innermost closed collection it stood in, else of the next token."""
        inside = [level for level in self.closed if old < level.old <= depth]
        if not inside or (old < 0 and not depth):  # at the left margin, at the end of the text
            return column
        return max(inside, key=lambda level: (level.old, level.column)).column

    def _separator(self, token: Any) -> str:
        """The text between two tokens on one line."""
        before = self.before
        if isinstance(before, _FLOW_STARTS):
            return ""
        if isinstance(token, tokens.ValueToken):
            # `*a:` would be the alias of another anchor
            after = (tokens.AliasToken, tokens.AnchorToken, tokens.TagToken, tokens.FlowEntryToken)
            return " " if isinstance(before, after) or self.text[self.end - 1 : self.end] in "?-" else ""
        if isinstance(token, (*_FLOW_ENDS, tokens.FlowEntryToken)):
            # `a:,` and `a:]` would be plain texts, and a tag would include the next character
            return " " if isinstance(before, (tokens.ValueToken, tokens.TagToken)) else ""
        return " "

    def _write(self, token: Any, written: str) -> None:
        if not isinstance(token, tokens.ScalarToken):
            self.line += written
        elif token.style in ("|", ">"):
            self._write_block(written)
        elif "\n" in written:
            self._write_lines(written)
        elif token.plain or isinstance(self.before, tokens.TagToken):
            self.line += written
        else:
            self.line += requoted(token.value, written, flow=self._in_flow)

    def _write_lines(self, written: str) -> None:
        """Write a plain or quoted text of several lines; their indentation has no meaning."""
        indent = " " * (self.levels[-1].inner if self.levels else 0)
        first, *others = written.split("\n")
        self.line += _trimmed(first)
        for content in others:
            self._flush(trim=False)
            content = content.lstrip(" \t")
            self.line = indent + _trimmed(content) if content else ""

    def _write_block(self, written: str) -> None:
        """Write a literal or folded text; its lines keep their indentation relative to each other."""
        first, *others = written.split("\n")
        header = _HEADER.fullmatch(first)
        if header is None:
            raise FormatError("a block text has a header that cannot be formatted")
        style, before, digit, after, comment = header.groups()
        old, new = self._block_indent(digit, others), (self.levels[-1].column if self.levels else 0) + _INDENT
        self.line += (
            style + (str(_INDENT) if digit else "") + before + after + (f"  {comment.rstrip()}" if comment else "")
        )
        for content in others:
            self._flush(trim=False)
            self.line = " " * new + content[old:] if len(content) > old else ""

    def _block_indent(self, digit: str, content: list[str]) -> int:
        """The column in which the lines of a block text begin in the source."""
        if digit:
            return (self.levels[-1].old if self.levels else 0) + int(digit)
        return next((len(line) - len(line.lstrip(" ")) for line in content if line.strip(" ")), 0)

    def _significant(self, written: str) -> str:
        """A block text without trailing blank lines, which have no meaning unless `+` keeps them."""
        header, _, content = written.partition("\n")
        if "+" in header.partition("#")[0]:
            return written.removesuffix("\n")
        lines = content.split("\n")
        digit = re.search(r"[1-9]", header.partition("#")[0])
        indent = self._block_indent(digit[0] if digit else "", lines)
        while lines and not lines[-1][indent:].strip("\n") and not lines[-1].strip(" "):
            lines.pop()
        return "\n".join([header, *lines])

    def _flush(self, *, trim: bool = True) -> None:
        """End the current line."""
        self.lines.append(self.line.rstrip() if trim else self.line)
        self.line = ""


def _trimmed(line: str) -> str:
    """A line of a text without trailing blanks, except one that a backslash keeps."""
    trimmed = line.rstrip(" \t")
    slashes = len(trimmed) - len(trimmed.rstrip("\\"))
    return line[: len(trimmed) + 1] if slashes % 2 else trimmed


def _same(meant: list[Any], events: list[Any]) -> bool:
    """Whether two texts mean the same: the last check of the formatter's result."""
    return len(meant) == len(events) and all(map(_equal, meant, events))


def _equal(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    for name in ("anchor", "tag", "value", "flow_style", "explicit"):
        if getattr(one, name, None) != getattr(other, name, None):
            return False
    before, now = getattr(one, "style", None), getattr(other, "style", None)
    quotes = ("'", '"')
    if before == now or (before in quotes and now in quotes):
        return True
    return before in quotes and not now and is_plain(one.value, flow=False)
