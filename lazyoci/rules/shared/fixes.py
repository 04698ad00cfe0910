"""Fixes that rules propose, each with its title: edits of a part of a scalar or of a list."""

from __future__ import annotations

from lazyoci.diagnostic import Edit, Fix, Source, Span
from lazyoci.yaml import tree_edits
from lazyoci.yaml.nodes import Node, Scalar, Sequence
from lazyoci.yaml.quotes import is_plain, quoted
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


def write(source: Source, node: Scalar, text: str, title: str = "") -> Fix | None:
    """Write `text` for all of a scalar, with quotes if it needs them."""
    title = title or f'replace with "{text}"'
    if not text.isprintable() or node.style in ("|", ">"):
        return None
    whole = Span(0, len(node.value))
    if not node.style and is_plain(text, flow=True):  # what fits in a flow collection fits in a block
        return Fix(title, (Edit(node.span, text),))
    return rewrite(source, node, whole, text, title)


def add_item(source: Source, sequence: Node | None, text: str, title: str = "") -> Fix | None:
    """Add `text`, as YAML, to the end of a list."""
    edit = tree_edits.add_item(source, sequence, text) if isinstance(sequence, Sequence) else None
    return None if edit is None else Fix(title or f"add {text}", (edit,))


def remove_item(source: Source, sequence: Node | None, item: Scalar, title: str) -> Fix | None:
    """The fix that takes `item` out of a list, if that can be done."""
    edit = tree_edits.remove_item(source, sequence, item)
    return None if edit is None else Fix(title, (edit,))
