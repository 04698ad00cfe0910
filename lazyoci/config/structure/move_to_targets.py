"""Moves entries of an artifact into its targets, keeping the file's layout."""

from __future__ import annotations

from collections.abc import Sequence as Sequence_

from lazyoci.diagnostic import Edit, Fix, Source, Span
from lazyoci.yaml.nodes import Document, Mapping, Node, Scalar, Sequence
from lazyoci.yaml.tree_edits import is_explicit, remove_entry, written_end

_NAMES = ("registry", "tags")


def into_targets(document: Document, artifact: Mapping) -> tuple[str, Fix | None]:
    """`targets` made from the artifact's own `registry` and `tags`: as one line for a message, and as a fix."""
    source = document.source
    entries = _own(artifact)
    texts = {name: _one_line(source, value) for name, (_, value) in entries.items()}
    shown = f"[{{registry: {texts.get('registry') or 'HOST/REPOSITORY'}, tags: {texts.get('tags') or '[TAG]'}}}]"
    if len(entries) < 2:
        return shown, None
    if any(is_explicit(source, key) for key, _ in artifact.items):
        return shown, None
    (first, value), (other, last) = sorted(entries.values(), key=lambda entry: entry[0].start)
    if any(node.anchor or getattr(node, "tag", "") for node in (first, other, value, last)):
        return shown, None
    if artifact.flow:
        adjacent = not source.text[written_end(document, first, value) : other.start].strip(", ")
        if not adjacent or not all(texts.values()):
            return shown, None
        span = Span(first.start, written_end(document, other, last))
        return shown, Fix("move them into targets", (Edit(span, f"targets: {shown}"),))
    column = source.position(first.start).column
    head = Edit(Span(first.start, first.start), f"targets:\n{' ' * (column + 2)}- ")
    edits = [head, *_indented(source, first, written_end(document, first, value))]
    order = [key for key, _ in artifact.items]
    if order.index(other) == order.index(first) + 1:
        line = source.line_starts[source.position(other.start).line]
        edits.append(Edit(Span(line, line), "    "))
        edits += _indented(source, other, written_end(document, other, last))
        return shown, Fix("move them into targets", tuple(edits))
    removed, text = remove_entry(document, artifact, other), _one_line(source, last)
    end = written_end(document, first, value)
    if removed is None or not text or source.text[end : _line_end(source, end)].strip():
        return shown, None
    edits.append(Edit(Span(end, end), f"\n{' ' * (column + 4)}{other.value}: {text}"))
    return shown, Fix("move them into targets", (*edits, removed))


def to_every_target(document: Document, artifact: Mapping, names: Sequence_[str]) -> Fix | None:
    """Move `names` from the artifact into every target; None if some target has one of them already."""
    source = document.source
    listed = artifact.get("targets")
    entries = _own(artifact)
    if len(names) != 1 or names[0] not in entries or not isinstance(listed, Sequence) or not listed.items:
        return None
    (name,) = names
    key, value = entries[name]
    if any(is_explicit(source, one) for one, _ in artifact.items):
        return None
    text, removed = _one_line(source, value), remove_entry(document, artifact, key)
    if not text or removed is None or not artifact.start <= listed.start < artifact.end:
        return None
    edits = [removed]
    for item in listed.items:
        if not isinstance(item, Mapping) or name in item.fields() or item.anchor or not item.items:
            return None
        if not listed.start <= item.start < listed.end:
            return None
        at = item.items[0][0].start
        if is_explicit(source, item.items[0][0]):
            return None
        after = ", " if item.flow else f"\n{' ' * source.position(at).column}"
        edits.append(Edit(Span(at, at), f"{name}: {text}{after}"))
    return Fix(f"move {name} into the targets", tuple(sorted(edits, key=lambda edit: edit.span)))


def _own(artifact: Mapping) -> dict[str, tuple[Scalar, Node]]:
    """The entries that are written in the artifact itself."""
    return {
        key.value: (key, value)
        for key, value in artifact.items
        if isinstance(key, Scalar) and key.value in _NAMES and value.start >= key.end
    }


def _one_line(source: Source, value: Node) -> str:
    """A value on one line: as written, or a block list of plain texts in brackets; empty if it needs several lines."""
    written = source.text[value.start : value.end]
    if "\n" not in written and "\r" not in written and (isinstance(value, Scalar) or getattr(value, "flow", False)):
        return written
    if isinstance(value, Sequence) and not value.flow:
        items = [source.text[item.start : item.end] for item in value.items if isinstance(item, Scalar)]
        if len(items) == len(value.items) and not any(
            set(item) & set("\n\r,[]{}#") and item[0] not in "\"'" for item in items
        ):
            return f"[{', '.join(items)}]"
    return ""


def _indented(source: Source, key: Node, end: int) -> list[Edit]:
    """The lines of an entry after its first, indented by four more columns."""
    first, last = source.position(key.start).line, source.position(end).line
    starts = [source.line_starts[line] for line in range(first + 1, last + 1) if source.line(line).strip()]
    return [Edit(Span(start, start), "    ") for start in starts]


def _line_end(source: Source, offset: int) -> int:
    line = source.position(offset).line
    return source.line_starts[line] + len(source.line(line))
