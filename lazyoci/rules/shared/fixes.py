"""Fixes that rules propose, each with its title: edits of a part of a scalar or of a list."""

from __future__ import annotations

from lazyoci.diagnostic import Edit, Fix, Source, Span
from lazyoci.yaml import tree_edits
from lazyoci.yaml.nodes import Node, Scalar
from lazyoci.yaml.quotes import quoted
from lazyoci.yaml.scalar_edits import edit_within


def rewrite(source: Source, node: Scalar, within: Span, text: str, title: str) -> Fix | None:
    """Like `replace`, for any text: a scalar without quotes gets quotes."""
    if node.style or node.tag:
        return replace(source, node, within, text, title)
    if source.text[node.start : node.end] != node.value:
        return None
    return Fix(title, (Edit(node.span, quoted(node.value[: within.start] + text + node.value[within.end :])),))


def replace(source: Source, node: Scalar, within: Span, text: str, title: str) -> Fix | None:
    """The fix that makes this one edit, if it can be made."""
    edit = edit_within(source, node, within, text)
    return None if edit is None else Fix(title, (edit,))


def remove_item(source: Source, sequence: Node | None, item: Scalar, title: str) -> Fix | None:
    """The fix that takes `item` out of a list, if that can be done."""
    edit = tree_edits.remove_item(source, sequence, item)
    return None if edit is None else Fix(title, (edit,))
