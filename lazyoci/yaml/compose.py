"""Turns YAML events into nodes. PyYAML's own composer refuses some input that Go accepts, and overflows the stack.

Only the `index` of marks is used, which counts code points; their lines also end at U+2028 and U+0085.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from lazyoci.diagnostic import Diagnostic, Related, Severity, Source, Span
from lazyoci.yaml.libyaml import Parser, YAMLError, events
from lazyoci.yaml.nodes import Alias, Anchor, Document, Mapping, Node, Scalar, Sequence
from lazyoci.yaml.scalars import is_null

DocumentStartEvent, StreamEndEvent = events.DocumentStartEvent, events.StreamEndEvent
MappingStartEvent, MappingEndEvent = events.MappingStartEvent, events.MappingEndEvent
SequenceStartEvent, SequenceEndEvent = events.SequenceStartEvent, events.SequenceEndEvent
ScalarEvent = events.ScalarEvent

MAX_DEPTH = 1_000
_CORE_TAG = "tag:yaml.org,2002:"
_BLANK = r"(?:[ \t\r\n]+(?:#[^\r\n]*)?)*"
_PROPERTY = _BLANK + r"([&!])(?:<[^>\s]*>|[^\s,\[\]{}]*)"


def leading_boms(text: str) -> int:
    """The number of leading byte order marks, which the parser does not get: its marks would not count the first."""
    return len(text) - len(text.lstrip("\ufeff"))


Reason = Literal["unknown alias", "alias inside its anchor", "too deep", "too many aliases"]


class Broken(Exception):
    """The YAML cannot be composed; holds the diagnostic. `alias` is the name of the alias that caused it, if any."""

    def __init__(self, message: str, span: Span, reason: Reason, alias: str = "") -> None:
        super().__init__(message)
        self.diagnostic = Diagnostic("yaml-syntax", Severity.ERROR, message, span)
        self.reason = reason
        self.alias = alias


def compose(source: Source, *, first_only: bool = False) -> tuple[Document, list[Diagnostic]]:
    """The first document of `source`, and findings about it that do not make it invalid YAML.

    Raises Broken for what Go's reader refuses, YAMLError for invalid YAML, and UnicodeEncodeError for half of a
    surrogate pair. With `first_only` the text after the first document is not read.
    """
    shift = leading_boms(source.text)
    return _Composer(source, shift).run(Parser(source.text[shift:]), first_only)


def compose_part(source: Source, span: Span) -> tuple[Document, list[Diagnostic]]:
    """The document that a part of `source` is by itself, with places in the whole; raises as `compose`."""
    return _Composer(source, span.start).run(Parser(source.text[span.start : span.end]), False)


class _Composer:
    """One run over the events of one document. Events are untyped: PyYAML's C parser has no annotations."""

    def __init__(self, source: Source, shift: int) -> None:
        self.source = source
        self.shift = shift  # marks do not count the BOM
        self.aliases: list[Alias] = []
        self.anchors: list[Anchor] = []
        self.named: dict[str, Node] = {}  # an anchor may be defined again: the latest counts
        self.found: list[Diagnostic] = []

    def run(self, parser: Any, first_only: bool) -> tuple[Document, list[Diagnostic]]:
        """Compose the first document and, unless `first_only`, check whether another follows."""
        event = parser.get_event()
        while not isinstance(event, (DocumentStartEvent, StreamEndEvent)):
            event = parser.get_event()
        document = Document(self.source, None, self.aliases, self.anchors)
        if isinstance(event, StreamEndEvent):
            return document, self.found
        document.root = self._root(parser)
        if not first_only:
            document.more = self._more(parser, bool(parser.get_event().explicit))
        if document.more and isinstance(document.root, Scalar) and is_null(document.root):
            self.found.clear()  # the first document is the superfluous one, which `decode` reports
        if self.aliases:
            from lazyoci.yaml.alias_bomb import is_bomb  # only for files with aliases

            if is_bomb(document.root):
                message = "aliases expand this file beyond all measure; write less through `*`"
                raise Broken(message, self.aliases[0].span, "too many aliases")
        return document, self.found

    def _root(self, parser: Any) -> Node:
        """The root node. A loop with its own stack; with recursion, the input would decide how deep the calls go."""
        next_event = parser.get_event
        shift = self.shift
        stack: list[tuple[Mapping | Sequence | None, Node | None]] = []
        parent: Mapping | Sequence | None = None
        key: Node | None = None  # key of the open mapping whose value comes next
        end = 0  # where the latest node or alias ended
        while True:
            event = next_event()
            kind = event.__class__
            node: Node
            if kind is ScalarEvent:
                end = event.end_mark.index + shift
                style = event.style
                if event.tag or event.anchor:
                    node = self._scalar(event, end)
                else:
                    node = Scalar(event.start_mark.index + shift, end, event.value, style or "")
                if style and style in "|>":
                    node.end = end = _block_end(self.source.text, node.start, end)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                stack.append((parent, key))
                collection = Mapping if kind is MappingStartEvent else Sequence
                if event.tag or event.anchor:
                    parent = self._collection(event, collection)
                else:
                    parent = collection(event.start_mark.index + shift, -1, bool(event.flow_style))
                key = None
                if len(stack) > MAX_DEPTH:
                    message = f"this is nested more than {MAX_DEPTH:,} deep; flatten it"
                    raise Broken(message, Span(parent.start, parent.start + 1), "too deep")
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                assert parent is not None  # the parser's start and end events are balanced
                if parent.flow:
                    end = event.end_mark.index + shift
                parent.end = end if end > parent.start else parent.start
                if isinstance(parent, Mapping):
                    parent.settle()
                    if not parent.plain:
                        self._duplicates(parent)
                node = parent
                parent, key = stack.pop()
            else:
                node, end = self._alias(event, isinstance(parent, Mapping) and key is None)
            if parent is None:
                return node
            if isinstance(parent, Sequence):
                parent.items.append(node)
            elif key is None:
                key = node
            else:
                parent.items.append((key, node))
                key = None

    def _scalar(self, event: Any, end: int) -> Scalar:
        """A scalar that has a tag or an anchor."""
        start, anchor = self._properties(event, end)
        tag = event.tag or ""
        if tag.startswith(_CORE_TAG):
            tag = "!!" + tag.removeprefix(_CORE_TAG)
        elif tag == "!":
            tag = ""  # yaml.v3 reads `! x` as `x`
        node = Scalar(start, end, event.value, event.style or "", tag)
        self._name(node, event.anchor, anchor)
        return node

    def _collection(self, event: Any, kind: type[Mapping] | type[Sequence]) -> Mapping | Sequence:
        """A collection that has just begun and has a tag or an anchor; its `end` is -1 until it is closed."""
        start, anchor = self._properties(event, len(self.source.text))
        node = kind(start, -1, bool(event.flow_style))
        self._name(node, event.anchor, anchor)
        return node

    def _properties(self, event: Any, limit: int) -> tuple[int, Span | None]:
        """Where a node's content begins after its tag and anchor (at most `limit`), and where the anchor is."""
        text, at = self.source.text, event.start_mark.index + self.shift
        blank, written_property = re.compile(_BLANK), re.compile(_PROPERTY)  # cached by `re`; few files need them
        anchor: Span | None = None
        for _ in range(bool(event.tag) + bool(event.anchor)):
            written = written_property.match(text, at, limit)
            if written is None:
                break
            at = written.end()
            if written[1] == "&":
                anchor = Span(written.start(1), at)
        content = blank.match(text, at, limit)
        return at if content is None else content.end(), anchor

    def _name(self, node: Node, name: str | None, span: Span | None) -> None:
        if name and span is not None:
            node.anchor = name
            self.named[name] = node
            self.anchors.append(Anchor(span, name, node))

    def _alias(self, event: Any, as_key: bool) -> tuple[Node, int]:
        """What an alias stands for, and where the alias ends."""
        span = Span(event.start_mark.index + self.shift, event.end_mark.index + self.shift)
        name: str = event.anchor
        node = self.named.get(name)
        if node is None or node.end < 0:
            raise _bad_alias(name, span, node)
        self.aliases.append(Alias(span, name, node))
        if as_key and isinstance(node, Scalar):  # findings point at keys: place it where the alias is written
            node = Scalar(span.start, span.end, node.value, node.style, node.tag)
        return node, span.end

    def _duplicates(self, mapping: Mapping) -> None:
        """Report duplicate keys as yaml.v3 finds them: the same text, quoted or not."""
        from lazyoci.yaml.excerpt import excerpt  # only for what is wrong

        first: dict[str, Scalar] = {}
        for key, _ in mapping.items:
            if not isinstance(key, Scalar):
                continue
            earlier = first.setdefault(key.value, key)
            if earlier is not key:
                line = self.source.position(earlier.start).line + 1
                message = f'the key "{excerpt(key.value)}" is already on line {line}; keep one of the two'
                related = (Related(f'the first "{excerpt(key.value)}"', earlier.span),)
                self.found.append(Diagnostic("duplicate-key", Severity.ERROR, message, key.span, related))

    def _more(self, parser: Any, ended: bool) -> bool:
        """Whether documents follow. `ended`: the first was closed by `...`, after which Go reads nothing."""
        text = self.source.text
        try:
            event = parser.get_event()
        except YAMLError as error:
            if not ended:
                raise
            mark = getattr(error, "problem_mark", None)
            start = mark.index + self.shift if mark is not None else len(text)
        else:
            if isinstance(event, StreamEndEvent):
                return False
            start = event.start_mark.index + self.shift
        line = self.source.position(start).line
        end = self.source.line_starts[line] + len(self.source.line(line))
        message = "only the first document counts, and this is another; move it to a file of its own"
        self.found.append(Diagnostic("extra-document", Severity.WARNING, message, Span(start, max(start, end))))
        return True


def _bad_alias(name: str, span: Span, node: Node | None) -> Broken:
    from lazyoci.yaml.excerpt import excerpt  # only for what is wrong

    shown = excerpt(name)
    if node is None:
        message = f'"*{shown}" has no anchor before it; write &{shown} in front of the value it repeats'
        return Broken(message, span, "unknown alias", name)
    message = f'"*{shown}" stands inside what it repeats; write out what is meant'
    return Broken(message, span, "alias inside its anchor", name)


def _block_end(text: str, start: int, end: int) -> int:
    """Where a block scalar really ends; the parser's end mark is at the start of the next token."""
    while end > start and text[end - 1] in " \t\r\n":
        end -= 1
    return end
