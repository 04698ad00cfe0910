"""Changes a YAML text and keeps the rest as it is: scalars of the root mapping, and of mappings in a list in it."""

from __future__ import annotations

import re
from collections.abc import Mapping as Mapping_

from lazyoci.diagnostic import Edit, Source, Span
from lazyoci.yaml.edits import apply
from lazyoci.yaml.nodes import Document, Mapping, Node, Scalar, Sequence
from lazyoci.yaml.plain import Data, data, read
from lazyoci.yaml.quotes import scalar

MappingPath = tuple[()] | tuple[str, int]  # the root mapping, or one mapping in a list of it
_Pair = tuple[Scalar, Node]


class Splicer:
    """A text that is changed step by step and parsed again before each step. The caller checks the result.

    Every method raises NotYaml if the text is no longer YAML after the step before.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self._document: Document | None = None

    @property
    def _now(self) -> Document:
        if self._document is None or self._document.source.text != self.text:
            self._document = read(self.text)
        return self._document

    @property
    def _source(self) -> Source:
        return self._now.source

    @property
    def _root(self) -> Node | None:
        return self._now.root

    def plain(self) -> Data:
        """The text as plain data; every scalar is its source text."""
        return data(self._root)

    def put(self, place: MappingPath, key: str, value: str) -> None:
        """Set a key of a mapping to a scalar: replaces the old value, or adds the key as the mapping's last."""
        self._blocked(place)
        mapping = self._find(place)
        if mapping is None:
            self._append_line(f"{key}: {_written(value)}")
            return
        pair = _pair(mapping, key)
        if pair is None:
            self._insert_after(self._line(mapping.end), f"{self._indent(mapping.items[0][0])}{key}: {_written(value)}")
        elif isinstance(pair[1], Scalar) and pair[1].style not in ("|", ">"):
            gap = " " if self.text[pair[1].start - 1] == ":" else ""  # an empty value begins directly after the colon
            self._edit(pair[1].start, pair[1].end, gap + _written(value))
        else:
            self._replace_lines(pair, [f"{self._indent(pair[0])}{key}: {_written(value)}"])

    def drop(self, place: MappingPath, key: str) -> None:
        """Remove a key and its value from a mapping."""
        self._blocked(place)
        mapping = self._find(place)
        pair = _pair(mapping, key) if mapping is not None else None
        if mapping is None or pair is None:
            return
        if pair[0].start == mapping.start and place and len(mapping.items) > 1:
            self._edit(pair[0].start, mapping.items[1][0].start, "")  # the dash of the list item stays
        else:
            self._replace_lines(pair, [])

    def append(self, key: str, entry: Mapping_[str, str]) -> None:
        """Add a mapping of scalars as the last of a list."""
        self._blocked((key, 0))
        root = self._find(())
        pair = _pair(root, key) if root is not None else None
        items = pair[1] if pair is not None else None
        fields = [f"{name}: {_written(value)}" for name, value in entry.items()]
        lines = [("- " if index == 0 else "  ") + field for index, field in enumerate(fields)]
        if isinstance(items, Sequence) and items.items:
            self._insert_after(self._line(items.end), *(self._indent(items) + line for line in lines))
        elif pair is not None:
            self._replace_lines(pair, [f"{self._indent(pair[0])}{key}:", *("  " + line for line in lines)])
        elif root is not None:
            indent = self._indent(root.items[0][0])
            self._insert_after(self._line(root.end), f"{indent}{key}:", *(f"{indent}  {line}" for line in lines))
        else:
            self._append_line(f"{key}:", *("  " + line for line in lines))

    def remove(self, key: str, index: int) -> None:
        """Remove one mapping of a list."""
        self._blocked((key, index))
        root = self._find(())
        pair = _pair(root, key) if root is not None else None
        if pair is None or not isinstance(pair[1], Sequence):
            return
        item = pair[1].items[index]
        first = self._line(item.start)
        while first > 0 and not re.match(r"\s*-(\s|$)", self._source.line(first)):
            first -= 1  # the dash may be on a line of its own
        edits = [Edit(self._lines(first, self._line(item.end)), "")]
        if len(pair[1].items) == 1:
            colon = self.text.index(":", pair[0].end)
            edits.append(Edit(Span(colon, colon + 1), ": []"))
        self.text = apply(self.text, edits)

    def _edit(self, start: int, end: int, text: str) -> None:
        self.text = apply(self.text, [Edit(Span(start, end), text)])

    def _line(self, offset: int) -> int:
        return self._source.position(offset).line

    def _indent(self, node: Node) -> str:
        return " " * self._source.position(node.start).column

    def _lines(self, first: int, last: int) -> Span:
        """The span from the beginning of one line to the end of another, including its line break."""
        starts = self._source.line_starts
        return Span(starts[first], starts[last + 1] if last + 1 < len(starts) else len(self.text))

    def _insert_after(self, line: int, *new: str) -> None:
        at = self._lines(line, line).end
        broken = at == 0 or self.text[at - 1] == "\n"
        self._edit(at, at, ("" if broken else self._newline) + "".join(text + self._newline for text in new))

    def _append_line(self, *new: str) -> None:
        self._insert_after(len(self._source.line_starts) - 1, *new)

    def _replace_lines(self, pair: _Pair, new: list[str]) -> None:
        first = self._line(pair[0].start)
        span = self._lines(first, max(self._line(pair[1].end), first))
        self._edit(span.start, span.end, "".join(text + self._newline for text in new))

    def _find(self, place: MappingPath) -> Mapping | None:
        root = self._root
        if not isinstance(root, Mapping) or not root.items:
            return None
        if not place:
            return root
        pair = _pair(root, place[0])
        items = pair[1].items if pair is not None and isinstance(pair[1], Sequence) else []
        found = items[place[1]] if place[1] < len(items) else None
        return found if isinstance(found, Mapping) else None

    def _blocked(self, place: MappingPath) -> None:
        """Rewrite flow collections on the path to `place` in block style."""
        root = self._root
        if root is None:
            return
        if not isinstance(root, Mapping) or not root.items or root.flow:
            filled = isinstance(root, Mapping) and bool(root.items)  # else `null` or `{}`
            self._edit(root.start, root.end, self._newline.join(_block(root)) if filled else "")
            if filled:
                self._blocked(place)
            return
        pair = _pair(root, place[0]) if place else None
        if pair is None or not place or not isinstance(pair[1], Sequence) or not pair[1].items:
            return
        if pair[1].flow or any(isinstance(item, Mapping) and item.flow for item in pair[1].items):
            indent = self._indent(pair[0])
            lines = [f"{indent}  {line}" for line in _block(pair[1])]
            self._replace_lines(pair, [f"{indent}{place[0]}:", *lines])


def _written(value: str) -> str:
    """A text as a scalar; `true` and `false` are booleans."""
    return value if value in ("true", "false") else scalar(value)


def _pair(mapping: Mapping, key: str) -> _Pair | None:
    for name, value in mapping.items:
        if isinstance(name, Scalar) and name.value == key:
            return name, value
    return None


def _block(node: Node) -> list[str]:
    """A node in block style, one string a line."""
    if isinstance(node, Scalar):
        return [scalar(node.value) if node.style else node.value]
    lines: list[str] = []
    if isinstance(node, Sequence):
        for item in node.items:
            lines += [("- " if index == 0 else "  ") + line for index, line in enumerate(_block(item))]
        return lines or ["[]"]
    assert isinstance(node, Mapping)
    for name, value in node.items:
        key, inner = _block(name)[0], _block(value)
        if isinstance(value, Scalar) or inner in (["[]"], ["{}"]):
            lines.append(f"{key}: {inner[0]}")
        else:
            lines += [f"{key}:", *("  " + line for line in inner)]
    return lines or ["{}"]
