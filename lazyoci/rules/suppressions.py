"""Comments that silence rules: `# lazyoci: ignore[code]` on the line or the line above, `ignore-file[code]` anywhere.

No input or output. A comment that silences nothing is reported itself.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from lazyoci.diagnostic import Diagnostic, Edit, Fix, Severity, Source, Span
from lazyoci.frozen import field, frozen
from lazyoci.rules.codes import unknown
from lazyoci.rules.table import BY_CODE
from lazyoci.yaml.nodes import Document, Mapping, Node, Scalar
from lazyoci.yaml.nodes import Sequence as SequenceNode

MARK = "lazyoci:"  # text without this has no suppression and need not be searched
CODE = "unused-suppression"
COMMENT = re.compile(r"#[ \t]*lazyoci:[ \t]*(?P<word>ignore-file|ignore)\b[ \t]*(?P<list>\[(?P<codes>[^\]\r\n]*)\])?")
_FIRST = re.compile(r"[^\S\r\n]*")
_ITEM = re.compile(r"[^\s,]+")

# rules that look only at the text: only for these is it certain that they find nothing
_GROUPS_OF_THE_TEXT = frozenset({"yaml", "structure"})
_OF_THE_TEXT = frozenset(
    {
        "template-syntax",
        "unknown-variable",
        "unknown-function",
        "variable-always-empty",
        "path-escapes",
        "absolute-path",
        "invalid-media-type",
        "unknown-platform",
        "duplicate-platform",
    }
)
_OF_LITERALS = frozenset({"invalid-registry", "invalid-tag", "duplicate-tag", "invalid-image-reference"})


@frozen
class _Comment:
    """One suppression. `line` is the line it is for; None for the whole file."""

    span: Span
    line: int | None
    codes: list[tuple[str, Span]]
    used: set[str] = field(default_factory=set)


def apply(
    source: Source,
    document: Document | None,
    diagnostics: Sequence[Diagnostic],
    *,
    decoded: bool,
    ran: Callable[[str], bool],
    severity: Severity | None,
    within: Span | None = None,
) -> list[Diagnostic]:
    """`diagnostics` without the silenced ones, plus those about comments, with `severity` (None: do not report these).

    `decoded` says whether the file could be decoded, so that all rules ran; `ran` whether a rule was selected. With
    `within`, the comments there are all that count.
    """
    comments = list(_comments(source, document, within))
    if not comments:
        return list(diagnostics)
    by_line: dict[int | None, list[_Comment]] = {}
    for comment in comments:
        by_line.setdefault(comment.line, []).append(comment)
    kept = []
    for one in diagnostics:
        line = source.position(one.span.start).line
        silenced = False
        for comment in (*by_line.get(line, ()), *by_line.get(None, ())):
            if any(code == one.code for code, _ in comment.codes):
                comment.used.add(one.code)
                silenced = True
        if not silenced:
            kept.append(one)
    if severity is not None:
        kept.extend(one for comment in comments for one in _unused(comment, source, severity, decoded, ran))
    return kept


def _comments(source: Source, document: Document | None, within: Span | None) -> Iterator[_Comment]:
    """Every suppression in a real comment, in file order."""
    text = source.text
    begin, end = (0, len(text)) if within is None else within
    scalars: list[tuple[int, int]] | None = None
    following: dict[int, int] = {}
    opened = _Quotes(source)
    for match in COMMENT.finditer(text, begin, end):
        at = match.start()
        line = source.position(at).line
        if at > source.line_starts[line] and not text[at - 1].isspace():
            continue  # `a#b` is text
        if scalars is None:
            scalars = sorted(_texts(document, source)) if document is not None else []
        if _is_within(at, scalars) or (document is None and opened.at(line, at)):
            continue
        codes = []
        if match["codes"] is not None:
            base = match.start("codes")
            codes = [(item[0], Span(base + item.start(), base + item.end())) for item in _ITEM.finditer(match["codes"])]
        whole = Span(at, match.end())
        if match["word"] == "ignore-file":
            yield _Comment(whole, None, codes)
        else:
            first = _FIRST.match(text, source.line_starts[line])
            alone = first is not None and text[first.end() : first.end() + 1] == "#"
            yield _Comment(whole, _next_line(source, line, following) if alone else line, codes)


def _texts(document: Document, source: Source) -> list[tuple[int, int]]:
    """The ranges in which `#` begins no comment: quoted scalars, and block scalars below their first line."""
    found: list[tuple[int, int]] = []
    seen: set[int] = set()
    waiting: list[Node] = [] if document.root is None else [document.root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:  # an alias appears as the node that it names
            continue
        seen.add(id(node))
        if isinstance(node, Scalar):
            if node.style in ("|", ">"):
                header = source.position(node.start).line
                starts = source.line_starts
                found.append((starts[header + 1] if header + 1 < len(starts) else node.end, node.end))
            elif node.style:
                found.append((node.start, node.end))
        elif isinstance(node, SequenceNode):
            waiting.extend(node.items)
        elif isinstance(node, Mapping):
            waiting.extend(part for entry in node.items for part in entry)
    return found


def _is_within(at: int, ranges: list[tuple[int, int]]) -> bool:
    """Whether an offset lies in one of the ranges, which are in order and apart from each other."""
    number = bisect_right(ranges, (at, sys.maxsize)) - 1
    return number >= 0 and at < ranges[number][1]


class _Quotes:
    """Whether a place in invalid YAML is inside a quote; no more can be known there. Ask from left to right."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._line = -1
        self._seen = 0
        self._open = ""

    def at(self, line: int, offset: int) -> bool:
        """Whether a quote of the line is still open at an offset."""
        if line != self._line:
            self._line, self._seen, self._open = line, self._source.line_starts[line], ""
        for character in self._source.text[self._seen : offset]:
            if self._open:
                self._open = "" if character == self._open else self._open
            elif character in "'\"":
                self._open = character
        self._seen = offset
        return bool(self._open)


def _next_line(source: Source, line: int, known: dict[int, int]) -> int:
    """The line that a comment alone on `line` is for: the next one that is not a comment.

    `known` remembers the answer for all lines of a block of comments.
    """
    passed = []
    while line not in known:
        passed.append(line)
        line += 1
        if not (line < len(source.line_starts) - 1 and source.line(line).lstrip().startswith("#")):
            known[passed[-1]] = line
            break
    found = known[passed[-1] if passed and passed[-1] in known else line]
    known.update(dict.fromkeys(passed, found))
    return found


def _unused(
    comment: _Comment, source: Source, severity: Severity, decoded: bool, ran: Callable[[str], bool]
) -> Iterator[Diagnostic]:
    if not comment.codes:
        message = "this comment names no rule; write the code, as in ignore[unknown-key]"
        yield Diagnostic(CODE, severity, message, comment.span)
        return
    wrong: list[tuple[str, Span, str]] = []
    for code, span in comment.codes:
        problem = unknown(code)
        if problem is not None:
            yield Diagnostic(CODE, severity, problem, span)
        elif code not in comment.used and _certain(code, comment, source, decoded) and ran(code):
            place = "in this file" if comment.line is None else f"on line {comment.line + 1}"
            wrong.append((code, span, f"{code} finds nothing {place}; remove it from the comment"))
    for code, span, message in wrong:
        fix = _removal(comment, source, {one for one, _, _ in wrong}, code)
        yield Diagnostic(CODE, severity, message, span, fix=fix, unnecessary=True)


def _certain(code: str, comment: _Comment, source: Source, decoded: bool) -> bool:
    """Whether a rule that found nothing here can never find anything here, on any machine."""
    if not decoded and BY_CODE[code].reporter != "reader":
        return False  # it was not asked about the artifacts that cannot be read
    if BY_CODE[code].group.lower() in _GROUPS_OF_THE_TEXT:
        return True
    if not decoded:
        return False
    if code in _OF_LITERALS:
        text = source.text if comment.line is None else source.line(comment.line)
        return "{{" not in text
    return code in _OF_THE_TEXT


def _removal(comment: _Comment, source: Source, unused: set[str], code: str) -> Fix:
    """The fix that removes `code` from the comment, or the whole comment if no other code is left."""
    text = source.text
    if unused >= {one for one, _ in comment.codes}:
        return Fix("remove the comment", (Edit(_whole(comment, source), ""),))
    left = [one for one, _ in comment.codes if one != code]
    start, end = text.index("[", comment.span.start) + 1, comment.span.end - 1
    return Fix(f"remove {code} from the comment", (Edit(Span(start, end), ", ".join(left)),))


def _whole(comment: _Comment, source: Source) -> Span:
    """The span of the comment, the blanks before it, and its whole line if nothing else is there.

    Another comment after it stays.
    """
    text = source.text
    line = source.position(comment.span.start).line
    begin, content = source.line_starts[line], source.line(line)
    finish = begin + len(content)
    rest = text[comment.span.end : finish].lstrip()
    if rest.startswith("#"):
        return Span(comment.span.start, finish - len(rest))
    before = text[begin : comment.span.start]
    if before.strip():
        return Span(begin + len(before.rstrip()), finish)
    following = source.line_starts[line + 1] if line + 1 < len(source.line_starts) else len(text)
    return Span(begin, following)
