"""The guard against alias bombs: a few lines of YAML whose aliases stand for millions of nodes."""

from __future__ import annotations

from lazyoci.yaml.nodes import Mapping, Node, Sequence

_FREE, _TIGHT = 400_000, 4_000_000  # node counts between which yaml.v3 lowers the allowed share from aliases


def is_bomb(root: Node) -> bool:
    """Whether yaml.v3 would refuse this tree for excessive aliases, by the limits in its decode.go (3.0.1)."""
    weights: dict[int, int] = {}  # by id: the number of nodes below one, aliases included
    stack = [root]
    while stack:
        node = stack[-1]
        if id(node) in weights:
            stack.pop()
            continue
        parts = _parts(node)
        waiting = [part for part in parts if id(part) not in weights]
        if waiting:
            stack.extend(waiting)
            continue
        weights[id(node)] = 1 + sum(weights[id(part)] for part in parts)
        stack.pop()
    total = weights[id(root)]
    aliased = total - len(weights)
    return aliased > 100 and total > 1_000 and aliased / total > _allowed(total)


def _parts(node: Node) -> list[Node]:
    if isinstance(node, Mapping):
        return [part for entry in node.items for part in entry]
    return node.items if isinstance(node, Sequence) else []


def _allowed(total: int) -> float:
    """The share of `total` nodes that may come from aliases."""
    if total <= _FREE:
        return 0.99
    if total >= _TIGHT:
        return 0.10
    return 0.99 - 0.89 * (total - _FREE) / (_TIGHT - _FREE)
