"""Keys that yaml.v3 refuses: lists as keys, tags that contradict the value, merges of something else than a mapping."""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.yaml.nodes import Mapping, Node, Scalar, Sequence, is_merge, merged
from lazyoci.yaml.scalars import BadValue, text


def key_problems(mapping: Mapping) -> Iterator[tuple[Node, str]]:
    """Every bad key and merge in `mapping` and the mappings it merges, each with a complete message."""
    waiting = [mapping]
    while waiting:
        one = waiting.pop()
        if one.plain:
            continue
        for key, value in one.items:
            if not isinstance(key, Scalar):
                yield key, f"a key must be text, and this is a {kind(key)}; quote it if it is meant as text"
            elif is_merge(key):
                if not _can_merge(key, value):
                    yield value, "`<<` merges a mapping, an alias of one, or a list of these; this is something else"
                waiting.extend(merged(value))
            elif key.tag:
                try:
                    text(key)
                except BadValue as bad:
                    yield key, str(bad)


def kind(node: Node) -> str:
    """The name of a node's kind in messages."""
    return "mapping" if isinstance(node, Mapping) else "list" if isinstance(node, Sequence) else "text"


def _can_merge(key: Node, value: Node) -> bool:
    if isinstance(value, Sequence):  # a list of mappings or aliases; an alias to a list is refused
        return value.start >= key.end and all(isinstance(item, Mapping) for item in value.items)
    return isinstance(value, Mapping)
