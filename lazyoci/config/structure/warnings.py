"""The decoder's warnings: what Go accepts silently but is usually a mistake. Imported only where there is one."""

from __future__ import annotations

from lazyoci.diagnostic import Diagnostic, Edit, Fix, Severity, Span
from lazyoci.yaml.excerpt import excerpt
from lazyoci.yaml.nodes import Document, Mapping, Node, Scalar, Sequence
from lazyoci.yaml.quotes import quoted
from lazyoci.yaml.tree_edits import remove_entry, remove_null_item


def null_item(document: Document, sequence: Sequence, item: Scalar) -> Diagnostic:
    """A null in a list, which is left out."""
    edit = remove_null_item(document, sequence, item)
    fix = Fix("remove the empty item", (edit,)) if edit else None
    message = "this item is empty (null) and is left out; remove it, or put it in quotes"
    return _warning("null-item", message, item, fix)


def null_key(key: Scalar) -> Diagnostic:
    """A null as the key of a mapping from text to text, which is left out with its value."""
    return _warning("null-item", "a null key is left out; remove it, or put it in quotes", key, None)


def null_value(document: Document, key: Scalar, value: Scalar) -> Diagnostic:
    """A null as a value in a mapping from text to text; it becomes the empty text."""
    before = document.source.text[value.start - 1 : value.start]
    fix: Fix | None = None
    if key.end <= value.start and not value.tag and not value.anchor:
        fix = Fix('write ""', (Edit(value.span, '""' if before.isspace() else ' ""'),))
    message = f'"{excerpt(key.value)}" has no value and becomes the empty text; write "" if that is meant'
    return _warning("null-item", message, key, fix)


def ambiguous_scalar(node: Scalar) -> Diagnostic:
    """A text without quotes that other YAML readers would take for a number, a date or a boolean."""
    message = f"{excerpt(node.value)} is text here, but other YAML readers would change it; put it in quotes"
    fix = Fix("put it in quotes", (Edit(node.span, quoted(node.value)),))
    return Diagnostic("ambiguous-scalar", Severity.INFORMATION, message, node.span, fix=fix)


def key_not_for_type(
    document: Document, artifact: Mapping, key: Scalar, *, home: str, type_: str, certain: bool
) -> Diagnostic:
    """A key of type `home` in an artifact of type `type_`; `certain` if `type_` is certainly the type that is meant."""
    message = f'"{key.value}" is for type {home} and has no effect in type {type_}; remove it'
    fix: Fix | None = None
    if certain:
        edit = remove_entry(document, artifact, key)
        fix = Fix(f'remove "{key.value}"', (edit,)) if edit else None
    else:
        message += f", or write type: {home}"
    return Diagnostic("key-not-for-type", Severity.WARNING, message, key.span, fix=fix, unnecessary=True)


def _warning(code: str, message: str, node: Node, fix: Fix | None) -> Diagnostic:
    return Diagnostic(code, Severity.WARNING, message, Span(node.start, max(node.end, node.start + 1)), fix=fix)
