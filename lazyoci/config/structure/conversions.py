"""Edits that convert a value to the right kind: a text to a list, `A=b` to a mapping. None where that is uncertain."""

from __future__ import annotations

import re

from lazyoci.config import keys
from lazyoci.diagnostic import Edit, Source
from lazyoci.yaml.nodes import Mapping, Node, Scalar, Sequence
from lazyoci.yaml.quotes import quoted
from lazyoci.yaml.tree_edits import is_explicit


def as_list(source: Source, node: Node, *, split: bool) -> Edit | None:
    """Turn a value into a list; with `split`, of its comma-separated parts. None where that is uncertain."""
    written = source.text[node.start : node.end]
    if node.anchor:
        return None
    if isinstance(node, Mapping) and split:
        return _keys_as_list(node)
    if split and isinstance(node, Scalar) and not node.tag and node.value.isascii() and (items := _parts(node)):
        return Edit(node.span, f"[{', '.join(items)}]")
    if "\n" in written or "\r" in written:
        return _as_item(source, node)
    if not isinstance(node, Scalar):
        return Edit(node.span, f"[{written}]") if isinstance(node, Mapping) and node.flow else _as_item(source, node)
    if node.tag or node.value.startswith("["):
        return None
    if split and not node.value.isascii():
        return None  # not a valid tag or platform: another finding names the character
    if split and re.search(r"[\[\](){}]", re.sub(r"\{\{.*?\}\}", "", node.value)):
        return None
    if node.style or not re.search(r"[,\[\]{}]|:$", written):
        return Edit(node.span, f"[{written}]")
    return Edit(node.span, f"[{quoted(node.value)}]")


def _parts(node: Scalar) -> list[str]:
    """The items in a text such as `v1, v2` or `v1 v2`, with or without brackets; empty for a single item."""
    value = node.value
    inner = value.strip().lstrip("([{").rstrip(")]}")
    if "{{" in value:
        inner = value
    bracketed = inner != value
    if "," not in inner and not bracketed and (node.style or not inner.split()[1:] or "{{" in inner):
        return []
    parts = [part.strip().strip("\"'") for part in (inner.split(",") if "," in inner else inner.split())]
    parts = [part for part in parts if part]
    if (bracketed or "," not in inner) and not all(re.fullmatch(r"\w[\w./-]*", part) for part in parts):
        return []
    return [part if re.fullmatch(r"[A-Za-z][\w./-]*", part) else quoted(part) for part in parts]


def as_map(source: Source, key: Scalar | None, node: Node) -> Edit | None:
    """Turn `[A=b]` or a list of `A: b` into a mapping; None for anything else."""
    if key is None or node.start < key.end or node.anchor:
        return None
    pairs: dict[str, str] = {}
    for item in node.items if isinstance(node, Sequence) else [node]:
        if isinstance(item, Scalar) and not item.tag:
            name, sign, value = item.value.partition("=")
            if not sign:
                return None
            entries = [(name, value)]
        elif isinstance(item, Mapping) and isinstance(node, Sequence):
            entries = [
                (one.value, value.value)
                for one, value in item.items
                if isinstance(one, Scalar) and isinstance(value, Scalar)
            ]
            if len(entries) != len(item.items):
                return None
        else:
            return None
        for name, value in entries:
            if not re.fullmatch(r"[A-Za-z][\w./-]*", name) or name in pairs or not value.isprintable():
                return None
            pairs[name] = quoted(value)
    text = "{" + ", ".join(f"{name}: {value}" for name, value in pairs.items()) + "}"
    return Edit(node.span, text) if pairs else None


def _keys_as_list(mapping: Mapping) -> Edit | None:
    """Turn `{v1, latest}`, with braces instead of brackets, into a list."""
    names = [key.value for key, value in mapping.items if isinstance(key, Scalar) and value.start == value.end]
    if not mapping.flow or len(names) != len(mapping.items) or not names:
        return None
    if not all(re.fullmatch(r"[\w./-]+", name) for name in names):
        return None
    return Edit(mapping.span, f"[{', '.join(quoted(name) if name[0].isdigit() else name for name in names)}]")


def _as_item(source: Source, node: Node) -> Edit | None:
    """Put a dash in front of a block mapping with known keys, and indent its other lines."""
    if not isinstance(node, Mapping) or node.flow or not node.items:
        return None
    known = keys.ARTIFACT | keys.TARGET | keys.FILE
    if any(not isinstance(key, Scalar) or key.value not in known for key, _ in node.items):
        return None
    names = node.fields().keys()
    if not names >= {"registry", "tags"} and not names >= {"type", "targets"} and not names >= keys.FILE:
        return None
    if any(is_explicit(source, key) for key, _ in node.items):
        return None
    written = source.text[node.start : node.end]
    return Edit(node.span, "- " + re.sub(r"(\r\n|\n|\r)(?=[^\r\n])", r"\1  ", written))


_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+*?")


def flow_text(value: str) -> str:
    """A text, quoted if needed, as an item of a flow list."""
    plain = _PLAIN.issuperset(value) and value[:1].isalpha()
    return value if plain else "'" + value.replace("'", "''") + "'" if '"' in value or "\\" in value else f'"{value}"'
