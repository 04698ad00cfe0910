"""Explains broken YAML: the parser's error in plain words, at the place that has to be changed."""

from __future__ import annotations

import re
from typing import NamedTuple

from lazyoci.config.decode import flaws
from lazyoci.config.syntax import indentation, typos, unclosed
from lazyoci.config.syntax.repair import repaired
from lazyoci.config.syntax.tag_as_text import tag_as_text
from lazyoci.config.syntax.unquoted_templates import Trouble, unquoted_templates
from lazyoci.diagnostic import Diagnostic, Related, Severity, Source, Span
from lazyoci.yaml.compose import MAX_DEPTH, Broken, compose, leading_boms
from lazyoci.yaml.excerpt import excerpt
from lazyoci.yaml.libyaml import TOO_DEEP, Mark, MarkedYAMLError, Parser, ReaderError, YAMLError, events
from lazyoci.yaml.nodes import Document, Mapping, Scalar, Sequence

_NO_CHARACTER = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Complaint(NamedTuple):
    """The parser's error: its message, and the offsets of the problem and of the node that was being read."""

    problem: str
    context: str
    at: int
    began: int


class _Words(NamedTuple):
    """The message to show instead, and its place; None means the problem's own place."""

    message: str
    span: Span | None = None
    related: tuple[Related, ...] = ()


def explain(source: Source, error: YAMLError | UnicodeEncodeError, *, quick: bool = False) -> list[Diagnostic]:
    """What stopped the parser: all templates without quotes, or else one problem.

    With `quick` the error is placed where the parser stopped; no fix is searched for.
    """
    text = source.text
    if isinstance(error, (ReaderError, UnicodeEncodeError)):
        return [_character(text)]
    alien = _alien(source)
    if alien is not None:
        return [alien]
    complaint = _complaint(source, error)
    trouble = _trouble(source, complaint)
    slip = None
    if not quick:
        likely = (typos.suspicious, typos.nested_quotes, typos.lost_break, unclosed.one_too_many)
        slip = repaired(source, trouble, _again, _flaws, *likely, valid=True)
    if slip is not None:
        return [slip]
    templates = unquoted_templates(source, trouble, _again)
    if templates:
        return templates
    others = (
        typos.missing_signs,
        typos.partly_quoted,
        unclosed.commas,
        unclosed.never_closed,
        tag_as_text,
        indentation.tabs,
        indentation.misaligned,
    )
    slip = None if quick else repaired(source, trouble, _again, _flaws, *others)
    if slip is not None:
        return [slip]
    message, span, related = _reword(source, complaint)
    last = max(len(text) - 1, 0)
    start, end = span or (min(complaint.at, last), complaint.at + 1)
    return [_diagnostic(message, Span(start, min(end, len(text))), related)]


def _diagnostic(message: str, span: Span, related: tuple[Related, ...] = ()) -> Diagnostic:
    return Diagnostic("yaml-syntax", Severity.ERROR, message, span, related)


def _character(text: str) -> Diagnostic:
    """The first character that YAML does not allow, including half of a surrogate pair."""
    found = _NO_CHARACTER.search(text)
    if found is None:
        return _diagnostic("the text is not UTF-8; save it as UTF-8", Span(0, 0))
    number = ord(found[0])
    remedy = "remove it" if number > 0xFF else f'remove it, or write "\\x{number:02x}" in double quotes'
    return _diagnostic(f"the character U+{number:04X} is not allowed in YAML; {remedy}", Span(*found.span()))


def _complaint(source: Source, error: YAMLError) -> _Complaint:
    if not isinstance(error, MarkedYAMLError):
        return _Complaint(str(error), "", 0, 0)
    shift = leading_boms(source.text)

    def offset(mark: Mark | None, otherwise: int) -> int:
        return otherwise if mark is None else min(mark.index + shift, len(source.text))

    at = offset(error.problem_mark, offset(error.context_mark, 0))
    return _Complaint(error.problem or "", error.context or "", at, offset(error.context_mark, at))


def _trouble(source: Source, complaint: _Complaint) -> Trouble:
    line, began = source.position(complaint.at).line, source.position(complaint.began).line
    opening = source.text[complaint.began : complaint.began + 2]
    flow = complaint.context.startswith("while parsing a flow") and opening[:1] in ("[", "{") and opening != "{{"
    return Trouble(line, began, flow)


def _again(text: str) -> Trouble | None:
    """The parser's error for another text; None if that is YAML."""
    source = Source(text)
    try:
        parser = Parser(text[leading_boms(text) :])
        while not isinstance(parser.get_event(), events.StreamEndEvent):
            pass
    except YAMLError as error:
        return _trouble(source, _complaint(source, error))
    return None


def _flaws(text: str) -> int:
    """The number of structural errors in a text that is YAML."""
    try:
        document, found = compose(Source(text))
    except Broken:
        return 1
    return flaws(document) + _swallowed(document) + sum(one.severity is Severity.ERROR for one in found)


def _swallowed(document: Document) -> int:
    """The number of unquoted texts of several lines. Usually a line has become part of the text above it by mistake."""
    count, seen = 0, set()
    waiting = [] if document.root is None else [document.root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue  # seen already, through an alias
        seen.add(id(node))
        if isinstance(node, Mapping):
            waiting += [part for entry in node.items for part in entry]
        elif isinstance(node, Sequence):
            waiting += node.items
        elif isinstance(node, Scalar) and not node.style:
            count += "\n" in document.source.text[node.start : node.end]
    return count


_CONFLICT = re.compile(r"^(?:<{7} .*|={7}|>{7} .*)$", re.MULTILINE)
_FENCE = re.compile(r"^[ \t]*```.*$", re.MULTILINE)


def _alien(source: Source) -> Diagnostic | None:
    """Content from other programs (such as conflict markers), which no small change fixes."""
    marks = list(_CONFLICT.finditer(source.text))
    if len(marks) > 2:
        message = "git left a conflict here; keep one of the two sides, and remove the three lines that mark them"
        return _diagnostic(message, Span(*marks[0].span()))
    fence = _FENCE.match(source.text)
    if fence is not None:
        message = "``` is of Markdown, not of YAML; remove the line, and the one that closes it"
        return _diagnostic(message, Span(*fence.span()))
    return None


def _reword(source: Source, complaint: _Complaint) -> _Words:
    """The parser's problem with a remedy; rare problems keep the parser's own words."""
    text, at = source.text, complaint.at
    problem, context = complaint.problem, complaint.context
    here = text[at : at + 1]
    line = source.position(at).line
    before = text[source.line_starts[line] : at]
    opening = Span(complaint.began, complaint.began + 1)
    if "\ufeff" in text[max(at - 1, 1) : at + 1]:
        return _Words("a byte order mark may only begin a file; remove the invisible character")
    if here == "\t" or ("\t" in before and not before.strip()):
        start = at if before.strip() else source.line_starts[line]
        return _Words("tabs cannot indent; use spaces", Span(start, at + 1))
    if "mapping values are not allowed" in problem:
        return _colon(source, at, line)
    if "could not find expected ':'" in problem:
        return _no_colon(source, source.position(complaint.began).line)
    if "unexpected end of stream" in problem and "quoted scalar" in context:
        return _Words(f"this text is never closed; add the {text[complaint.began]} at its end", opening)
    if "expected ',' or" in problem or "expected node content" in problem:
        return _bracket(text, complaint)
    if "expected key" in problem or "'-' indicator" in problem:
        if before.strip():
            return _Words("this follows a value that is already complete; put the whole value in quotes")
        if "'-' indicator" in problem:
            return _Words(
                'a list item was expected here; begin it with "- ", or indent the line like what it belongs to'
            )
        return _Words("a key was expected here; indent the line like the keys it belongs to")
    if "alphabetic or numeric" in problem:
        sign, name = ("*", "alias") if "alias" in context else ("&", "anchor")
        return _Words(f'"{sign}" begins an {name} and needs a name; put the text in quotes if it is none')
    if "cannot start any token" in problem:
        return _Words(f'a text cannot begin with "{excerpt(here)}"; put it in quotes')
    if "tag" in context or "tag handle" in problem:
        return _Words('"!" begins a tag, and this is none that is known; put the text in quotes', opening)
    for words, message in _PLAIN.items():
        if words in problem:
            return _Words(message)
    return _Words(f"this is not valid YAML: {problem}")


_PLAIN = {
    TOO_DEEP: f"this is nested more than {MAX_DEPTH:,} deep; flatten it",
    "expected <document start>": "the document ended above this line; indent it like the lines above, or remove it",
    "block sequence entries": 'a list cannot begin on the line of its key; put each "- " on a line of its own',
    "unknown escape": "unknown escape in double quotes; double the backslash, or use single quotes",
    "comment or line break": "only a comment may follow | or > on its line; begin the text on the next line",
    "incompatible": "this version of YAML is unknown; remove the line",
}


def _colon(source: Source, at: int, line: int) -> _Words:
    """A colon where no key can be: within a text, or after a key that is wrongly indented."""
    start = source.line_starts[line]
    before = source.text[start:at]
    indent = len(before) - len(before.lstrip())
    if len(before) > 1_024:
        return _Words("a key has at most 1,024 characters; shorten it", Span(start + indent, at))
    if ":" in before:
        return _Words('": " cannot stand in a text without quotes; put the whole value in quotes')
    above = next((number for number in range(line - 1, -1, -1) if source.line(number).strip()), None)
    if above is not None and ":" not in source.line(above):
        return _no_colon(source, above)
    return _Words("this key is indented too far; indent it like the keys around it", Span(start + indent, at))


def _no_colon(source: Source, line: int) -> _Words:
    written = source.line(line)
    start = source.line_starts[line]
    span = Span(start + len(written) - len(written.lstrip()), start + len(written.rstrip()))
    return _Words('this is neither "key: value" nor a list item; add the colon, or check the indentation', span)


def _bracket(text: str, complaint: _Complaint) -> _Words:
    """Brackets that do not match, or an item between them that ends too early."""
    began, at = complaint.began, complaint.at
    ended = not text[at:].strip()
    if ended and text[began : began + 1] not in ("[", "{"):
        began = max(text.rfind("["), text.rfind("{"), 0)
    opening, place = text[began : began + 1], Span(began, began + 1)
    closing = {"[": "]", "{": "}"}.get(opening)
    if "{{" in text[max(began - 1, 0) : began + 2]:
        start = text.rfind("{{", 0, began + 2)
        return _Words('this template is never closed; add "}}", and put it in quotes', Span(start, start + 2))
    if closing is None:
        return _Words(f'a value cannot begin with "{excerpt(text[at : at + 1])}"; put it in quotes')
    if ended:
        return _Words(f'this "{opening}" is never closed; add "{closing}"', place)
    message = f'a comma or "{closing}" is missing in front of this; or put the whole value in quotes'
    return _Words(message, None, (Related(f'the "{opening}" that is open', place),))
