"""Edits to the source that fixes are made of: removing, quoting. None where the text around makes it uncertain."""

from __future__ import annotations

import re

from lazyoci.config import keys
from lazyoci.diagnostic import Edit, Fix, Source, Span
from lazyoci.yaml.nodes import Document, Mapping, Node, Scalar, Sequence

_NULL_ALONE = r"[ \t]*-[ \t]*(?:~|null|Null|NULL)?[ \t]*(?:#.*)?"


def quoted(value: str) -> str:
    """`value`, one line without control characters, as a quoted YAML scalar: in double quotes where that is plain."""
    if '"' in value or "\\" in value:
        return "'" + value.replace("'", "''") + "'"
    return f'"{value}"'


def as_list(source: Source, node: Node, *, split: bool) -> Edit | None:
    """Make a list of one value, in place; with `split`, of its parts between commas. None where that is uncertain."""
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
        return None  # no such tag or platform: it is told in its place what the character is
    if split and re.search(r"[\[\](){}]", re.sub(r"\{\{.*?\}\}", "", node.value)):
        return None
    if node.style or not re.search(r"[,\[\]{}]|:$", written):
        return Edit(node.span, f"[{written}]")
    return Edit(node.span, f"[{quoted(node.value)}]")


def _parts(node: Scalar) -> list[str]:
    """The items that a text lists: `v1, v2`, `v1 v2`, also within brackets of any kind; none if it is one."""
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
    """`[A=b]` and a list of `A: b` as a mapping, in place; None where it is not that."""
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
    """`{v1, latest}`: braces in place of brackets."""
    names = [key.value for key, value in mapping.items if isinstance(key, Scalar) and value.start == value.end]
    if not mapping.flow or len(names) != len(mapping.items) or not names:
        return None
    if not all(re.fullmatch(r"[\w./-]+", name) for name in names):
        return None
    return Edit(mapping.span, f"[{', '.join(quoted(name) if name[0].isdigit() else name for name in names)}]")


def _as_item(source: Source, node: Node) -> Edit | None:
    """Put a dash in front of a block mapping of known keys, and its other lines further in."""
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


def add_entry(source: Source, mapping: Mapping, entry: str, below: str = "") -> Fix | None:
    """Write `entry`, one line, as the first of a mapping, or below one of its keys; None where that is uncertain."""
    place = next((i for i, one in enumerate(mapping.items) if getattr(one[0], "value", "") == below), -1)
    if not mapping.items or (below and place < 0):
        return None
    if any(is_explicit(source, key) for key, _ in mapping.items):
        return None
    title = f"write {entry}"
    if place < 0:
        at = mapping.items[0][0].start
        column = source.position(at).column
        after = ", " if mapping.flow else "\n" + " " * column
        return Fix(title, (Edit(Span(at, at), entry + after),))
    key, value = mapping.items[place]
    if value.start < key.end or not isinstance(value, Scalar) or value.style in ("|", ">"):
        return None
    before = ", " if mapping.flow else "\n" + " " * source.position(key.start).column
    end = value.end
    if not mapping.flow:
        line = source.position(end).line
        end = source.line_starts[line] + len(source.line(line))  # behind a comment
    return Fix(title, (Edit(Span(end, end), before + entry),))


def is_explicit(source: Source, key: Node) -> bool:
    """Whether a key is written behind a question mark."""
    return source.text[: key.start].rstrip(" \t").endswith("?")


def written_end(document: Document, key: Node, value: Node) -> int:
    """Where the value of `key` ends in the text: the alias, where the value is written elsewhere."""
    if value.start >= key.end:
        return value.end
    return next((alias.span.end for alias in document.aliases if alias.span.start >= key.end), key.end)


def remove_entry(document: Document, mapping: Mapping, key: Scalar) -> Edit | None:
    """Remove a key and its value from `mapping`; None if it only merges them, or other text shares their lines."""
    place = next((i for i, entry in enumerate(mapping.items) if entry[0] is key), None)
    if place is None or key.tag or key.anchor:
        return None
    end = written_end(document, key, mapping.items[place][1])
    if mapping.flow:
        return _from_flow(document.source.text, key.start, end)
    return _lines(document.source, key.start, end)


def remove_null_item(document: Document, sequence: Sequence, item: Scalar) -> Edit | None:
    """Remove a null from a list; None where it does not stand alone."""
    source = document.source
    if item.tag or item.anchor:
        return None
    if sequence.flow:
        return _from_flow(source.text, item.start, item.end)
    line = source.position(item.start).line
    return Edit(_line_span(source, line, line), "") if re.fullmatch(_NULL_ALONE, source.line(line)) else None


def _from_flow(text: str, start: int, end: int) -> Edit:
    """Remove what is from `start` to `end` between brackets, with the comma behind it or else the one in front."""
    lead = text[:start].rstrip(" \t")
    if lead.endswith("?") and len(lead) < start:
        start = len(lead) - 1  # an explicit key
    behind = re.compile(r"[ \t\r\n]*,[ \t]*").match(text, end)
    if behind is not None:
        return Edit(Span(start, behind.end()), "")
    lead = text[:start].rstrip()
    return Edit(Span(len(lead) - 1 if lead.endswith(",") else start, end), "")


def _lines(source: Source, start: int, end: int) -> Edit | None:
    """Remove a block entry: its lines, or, behind a dash, the text up to the next line's."""
    text = source.text
    first, last = source.position(start).line, source.position(end).line
    tail = text[end : source.line_starts[last] + len(source.line(last))].strip()
    if tail and not tail.startswith("#"):
        return None
    lead = text[source.line_starts[first] : start]
    if not lead.strip():
        return Edit(_line_span(source, first, last), "")
    if tail or last + 1 >= len(source.line_starts) or not re.fullmatch(r"[ \t]*(?:-[ \t]+)+", lead):
        return None
    below = source.line(last + 1)
    indent = len(below) - len(below.lstrip(" "))
    if indent != len(lead) or below.lstrip(" ")[:1] in ("", "#"):
        return None  # not the next key of the same mapping
    return Edit(Span(start, source.line_starts[last + 1] + indent), "")


def _line_span(source: Source, first: int, last: int) -> Span:
    starts = source.line_starts
    return Span(starts[first], starts[last + 1] if last + 1 < len(starts) else len(source.text))
