"""Reads what all parts of the format are made of: keys and values of mappings, lists and texts, as yaml.v3 reads them.

Modules that only some files need are imported where they are needed.
"""

from __future__ import annotations

from lazyoci.config import keys
from lazyoci.config.model import Text
from lazyoci.diagnostic import Diagnostic
from lazyoci.yaml.nodes import Document, Mapping, Node, Scalar, Sequence
from lazyoci.yaml.scalars import NULLS, BadValue, is_ambiguous, is_null, text, typed

Fields = dict[str, tuple[Scalar, Node]]


class NodeDecoder:
    """Reads nodes of one document. Any invalid value sets `invalid` and is treated as absent."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.found: list[Diagnostic] = []
        self.invalid = False

    def _fields(self, node: Node | None, known: frozenset[str]) -> Fields:
        """The entries of a mapping of the format."""
        if not isinstance(node, Mapping):
            self.invalid = True
            return {}
        fields = self._entries(node)
        if not known.issuperset(fields) and not all(key in known or key.startswith(keys.EXTENSION) for key in fields):
            self.invalid = True
        return fields

    def _entries(self, mapping: Mapping) -> Fields:
        if not mapping.plain:
            from lazyoci.yaml.key_errors import key_problems

            if any(key_problems(mapping)):
                self.invalid = True
        return mapping.fields()

    def _items(self, entry: tuple[Scalar, Node] | None, *, required: bool = False) -> list[Node]:
        """The items of a list that are not null; null is an empty list."""
        value = None if entry is None else entry[1]
        items: list[Node] = []
        if isinstance(value, Sequence):
            for item in value.items:
                if isinstance(item, Scalar) and is_null(item):
                    from lazyoci.config.structure.warnings import null_item

                    self.found.append(null_item(self.document, value, item))
                else:
                    items.append(item)
        elif not is_absent(value):
            self.invalid = True
        if required and not items:
            self.invalid = True
        return items

    def _texts(self, entry: tuple[Scalar, Node] | None, *, required: bool = False) -> tuple[Text, ...]:
        texts = [self._scalar(item) for item in self._items(entry, required=required)]
        return tuple([one for one in texts if one is not None])

    def _map(self, entry: tuple[Scalar, Node] | None, *, empty: bool = True) -> dict[str, Text]:
        """A mapping from text to text. A null value becomes the empty text; an entry with a null key is left out.

        Where an empty text has no meaning (`empty` is False), a rule reports it, so no warning may suggest it.
        """
        value = None if entry is None else entry[1]
        if not isinstance(value, Mapping):
            if not is_absent(value):
                self.invalid = True
            return {}
        texts: dict[str, Text] = {}
        for name, (key, node) in self._entries(value).items():
            if is_null(key):
                from lazyoci.config.structure.warnings import null_key

                self.found.append(null_key(key))
                continue
            if isinstance(node, Scalar) and is_null(node):
                if empty:
                    from lazyoci.config.structure.warnings import null_value

                    self.found.append(null_value(self.document, key, node))
                texts[name] = Text("", node)
            elif (one := self._scalar(node)) is not None:
                texts[name] = one
        return texts

    def _text(self, entry: tuple[Scalar, Node] | None) -> Text | None:
        """An optional text; null counts as absent."""
        return None if entry is None else self._scalar(entry[1])

    def _required(self, entry: tuple[Scalar, Node] | None) -> Text | None:
        """A text that must be there and not be empty."""
        found = None if entry is None else self._scalar(entry[1])
        if found is None or not found.value:
            self.invalid = True
            return None
        return found

    def _one_of(self, words: tuple[str, ...], entry: tuple[Scalar, Node] | None) -> Text | None:
        """An optional text that must be one of some words."""
        found = None if entry is None else self._required(entry)
        if found is not None and found.value not in words:
            self.invalid = True
        return found

    def _scalar(self, node: Node) -> Text | None:
        if not isinstance(node, Scalar):
            self.invalid = True
            return None
        if node.tag:
            try:
                value = text(node)
            except BadValue:
                self.invalid = True
                return None
            return None if value is None else Text(value, node)
        value = node.value
        if not node.style:
            if value in NULLS:
                return None
            if is_ambiguous(value):
                from lazyoci.config.structure.warnings import ambiguous_scalar

                self.found.append(ambiguous_scalar(node))
        return Text(value, node)


def is_absent(node: Node | None) -> bool:
    """Whether a value counts as not given: there is no node, or it is null."""
    return node is None or (isinstance(node, Scalar) and is_null(node))


def truth(node: Node) -> bool | None:
    """The boolean that a node holds; None for anything else."""
    if not isinstance(node, Scalar):
        return None
    try:
        value = typed(node)
    except BadValue:
        return None
    return value if isinstance(value, bool) else None


def is_one(node: Node) -> bool:
    """Whether this is the number 1 in any notation (1, 0x1, 1.0). Text is not, nor is 1.5, which Go would truncate."""
    if not isinstance(node, Scalar):
        return False
    if node.value == "1" and not node.style and not node.tag:
        return True
    try:
        value = typed(node)
    except BadValue:
        return False
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == 1
