"""Keys that yaml.v3 would refuse, wherever it looks: lists as keys, tags that lie, merges of what is no mapping."""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.yaml.nodes import Mapping, Node, Scalar, Sequence, is_merge, merged
from lazyoci.yaml.scalars import BadValue, text


def key_problems(mapping: Mapping) -> Iterator[tuple[Node, str]]:
    """Every bad key and merge of `mapping` and of what it merges, with a whole message; most mappings have none."""
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
    """What a node is called in messages."""
    return "mapping" if isinstance(node, Mapping) else "list" if isinstance(node, Sequence) else "text"


def _can_merge(key: Node, value: Node) -> bool:
    if isinstance(value, Sequence):  # of mappings and aliases, but not itself an alias
        return value.start >= key.end and all(isinstance(item, Mapping) for item in value.items)
    return isinstance(value, Mapping)
