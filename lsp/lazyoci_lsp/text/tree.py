"""Finds artifacts, targets and texts in the YAML tree, whether or not it is a valid `.lazy` file."""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.yaml.nodes import Document, Mapping, Node, Scalar, Sequence


def walk(document: Document | None) -> Iterator[Node]:
    """Every node, each once, in no particular order; aliases are not followed."""
    seen: set[int] = set()
    waiting: list[Node] = [] if document is None or document.root is None else [document.root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        if isinstance(node, Mapping):
            waiting.extend(part for entry in node.items for part in entry)
        elif isinstance(node, Sequence):
            waiting.extend(node.items)


def artifacts(document: Document | None) -> list[Mapping]:
    """The artifacts' mappings, as far as they are there."""
    root = document.root if document is not None else None
    found = root.get("artifacts") if isinstance(root, Mapping) else None
    return [one for one in found.items if isinstance(one, Mapping)] if isinstance(found, Sequence) else []


def targets(artifact: Mapping) -> list[Mapping]:
    """The targets' mappings of an artifact."""
    return members(artifact, "targets")


def members(mapping: Mapping, key: str) -> list[Mapping]:
    """The mappings in the list that is the value of `key`."""
    found = mapping.get(key)
    return [one for one in found.items if isinstance(one, Mapping)] if isinstance(found, Sequence) else []


def tags(target: Mapping) -> list[tuple[Scalar, Scalar | Mapping]]:
    """The tags of a target: the text of each, and the member of the list, which may be a mapping that holds it."""
    listed = target.get("tags")
    found: list[tuple[Scalar, Scalar | Mapping]] = []
    for one in listed.items if isinstance(listed, Sequence) else ():
        tag = one.get("tag") if isinstance(one, Mapping) else one
        if isinstance(tag, Scalar) and isinstance(one, Scalar | Mapping):
            found.append((tag, one))
    return found


def text(source_text: str, node: Node | None) -> str:
    """What a scalar says, as written but for its quotes: right also where the tree was read from masked text."""
    if not isinstance(node, Scalar):
        return ""
    written = source_text[node.start : node.end]
    return written[1:-1] if node.style in ("'", '"') and len(written) > 1 else written
