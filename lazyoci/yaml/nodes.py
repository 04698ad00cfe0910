"""The YAML tree of a `.lazy` file, with the place of every node, and functions to look things up in it.

Offsets count code points of `Source.text`, including a leading BOM. A node's span excludes its anchor and tag.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from lazyoci.diagnostic import Span

if TYPE_CHECKING:
    from lazyoci.diagnostic import Source


class Node:
    """What all nodes share: a half-open range of offsets, and the node's anchor (`&name`), if any."""

    __slots__ = ("anchor", "end", "start")

    def __init__(self, start: int, end: int, anchor: str = "") -> None:
        self.start = start
        self.end = end
        self.anchor = anchor

    @property
    def span(self) -> Span:
        """The node's place in the source."""
        return Span(self.start, self.end)


class Scalar(Node):
    """A text, number, null and so on. `value` is the decoded text, not yet converted to a type.

    `style` is "" (plain), "'", '"', "|" or ">". `tag` is the explicit tag in its short form (`!!str`), or "".
    """

    __slots__ = ("style", "tag", "value")

    def __init__(self, start: int, end: int, value: str, style: str = "", tag: str = "", anchor: str = "") -> None:
        self.start = start
        self.end = end
        self.anchor = anchor
        self.value = value
        self.style = style
        self.tag = tag


class Sequence(Node):
    """A list. In `items`, an alias is replaced by the node that it names."""

    __slots__ = ("flow", "items")

    def __init__(self, start: int, end: int, flow: bool, anchor: str = "") -> None:
        self.start = start
        self.end = end
        self.anchor = anchor
        self.flow = flow
        self.items: list[Node] = []


class Mapping(Node):
    """A mapping: `items` has its keys and values as written, `fields()` with merge keys applied."""

    __slots__ = ("_fields", "flow", "items", "plain")

    def __init__(self, start: int, end: int, flow: bool, anchor: str = "") -> None:
        self.start = start
        self.end = end
        self.anchor = anchor
        self.flow = flow
        self.items: list[tuple[Node, Node]] = []
        self.plain = True  # every key is an untagged scalar, none merges, none stands twice
        self._fields: dict[str, tuple[Scalar, Node]] | None = None

    def fields(self) -> dict[str, tuple[Scalar, Node]]:
        """The entries by decoded key, merge keys applied: explicit keys take precedence, then earlier merged mappings.

        Keys that are not scalars are left out; `decode` reports them. The result is cached: do not change it.
        """
        if self._fields is None:
            fields: dict[str, tuple[Scalar, Node]] = {}
            sources: list[Mapping] = []
            for key, value in self.items:
                if isinstance(key, Scalar):
                    if is_merge(key):
                        sources.extend(merged(value))
                    else:
                        fields[key.value] = (key, value)
            for mapping in sources:
                for name, entry in mapping.fields().items():
                    fields.setdefault(name, entry)
            self._fields = fields
        return self._fields

    def settle(self) -> None:
        """Set `plain` and cache `fields()`. Call this once all items, and those of merged mappings, are there."""
        fields: dict[str, tuple[Scalar, Node]] = {}
        for key, value in self.items:
            if key.__class__ is Scalar and not key.tag:
                fields[key.value] = (key, value)
        if len(fields) == len(self.items) and "<<" not in fields:
            self._fields = fields
        else:
            self.plain = False
            self.fields()

    def get(self, key: str) -> Node | None:
        """The value of `key`, or None if there is none."""
        entry = self.fields().get(key)
        return None if entry is None else entry[1]

    def key(self, key: str) -> Scalar | None:
        """The node of `key` itself, or None if there is none."""
        entry = self.fields().get(key)
        return None if entry is None else entry[0]


class Alias(NamedTuple):
    """One `*name`: where it stands, and the node it stands for."""

    span: Span
    name: str
    node: Node


class Anchor(NamedTuple):
    """One `&name`: where it stands, and the node it names."""

    span: Span
    name: str
    node: Node


class Document:
    """The first YAML document of a source; `root` is None if there is none. Anchors and aliases are in file order."""

    __slots__ = ("aliases", "anchors", "more", "root", "source")

    def __init__(self, source: Source, root: Node | None, aliases: list[Alias], anchors: list[Anchor]) -> None:
        self.source = source
        self.root = root
        self.aliases = aliases
        self.anchors = anchors
        self.more = False  # whether further documents follow; they are ignored


def is_merge(key: Scalar) -> bool:
    """Whether `key` merges (`<<`) the way yaml.v3 sees it: plain and untagged, or tagged `!!merge`."""
    return key.value == "<<" and ((not key.style and not key.tag) or key.tag == "!!merge")


def merged(value: Node) -> Iterator[Mapping]:
    """The mappings that a merge key's value adds: the value itself, or a list's items. Anything else is left out."""
    members: Iterable[Node] = value.items if isinstance(value, Sequence) else (value,)
    for member in members:
        if isinstance(member, Mapping):
            yield member


def path_at(document: Document, offset: int) -> list[Node]:
    """The nodes around `offset`, outermost first; for a value these are the mapping, its key, and the value.

    A node includes the offset just after it, so the chain is right at the end of a word. On a key, between a key and
    its value, and at an alias, the chain ends with the key.
    """
    chain: list[Node] = []
    node = document.root
    while node is not None and node.start <= offset <= node.end:
        chain.append(node)
        if isinstance(node, Mapping):
            key, node = _entry_at(document, node, offset)
            if key is not None:
                chain.append(key)
        elif isinstance(node, Sequence):
            node = next((item for item in node.items if item.start <= offset <= item.end), None)
        else:
            break
    return chain


def _entry_at(document: Document, mapping: Mapping, offset: int) -> tuple[Node | None, Node | None]:
    """The key whose entry contains `offset`, and its value if the offset is within that."""
    for key, value in reversed(mapping.items):
        if key.start <= offset:
            if value.start < key.end:  # an alias: the value is written elsewhere
                end = max((span.end for span, _, _ in document.aliases if span.start <= offset), default=key.end)
                return (key, None) if offset <= max(end, key.end) else (None, None)
            if key.end < offset and value.start <= offset <= value.end:
                return key, value
            return (key, None) if offset <= value.start else (None, None)
    return None, None
