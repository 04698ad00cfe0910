"""Where to report nodes that aliases and merge keys bring in: a shared node itself lies in the first artifact only."""

from __future__ import annotations

from lazyoci.rules.base import Subject
from lazyoci.yaml.nodes import Mapping, Node, Scalar, is_merge


def standing(subject: Subject, parent: Node, node: Node) -> Node:
    """Where `node` is in `parent`: its own place, or the alias or merge key that brings it in."""
    if parent.start <= node.start < parent.end:
        return node
    for alias in subject.document.aliases:
        if alias.node is node and parent.start <= alias.span.start < parent.end:
            return Node(*alias.span)
    if isinstance(parent, Mapping):
        return next((key for key, _ in parent.items if isinstance(key, Scalar) and is_merge(key)), node)
    return node


def repeated(subject: Subject, node: Node) -> Node:
    """Where `node` is repeated: its last alias, or its own place if it has none."""
    return next((Node(*alias.span) for alias in reversed(subject.document.aliases) if alias.node is node), node)
