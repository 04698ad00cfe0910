"""YAML changed by splicing its text at the places of its nodes: a mapping with scalars and one list of mappings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # every scalar is its text

Place = tuple[()] | tuple[str, int]  # the root mapping, or one mapping in a list of it


class Splicer:
    """Text that is changed one step at a time and composed anew after each; the caller checks what came out."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._newline = "\r\n" if "\r\n" in text else "\n"

    def plain(self) -> Any:
        """The text as plain data, every scalar as its source text."""
        return yaml.load(self.text, Loader=_Loader)  # a base loader builds nothing but text

    def put(self, place: Place, key: str, value: str) -> None:
        """Give a key of a mapping a scalar value, in the place of the old one, or as the mapping's last."""
        self._blocked(place)
        mapping = self._find(place)
        if mapping is None:
            self._append_line(f"{key}: {scalar(value)}")
            return
        pair = _pair(mapping, key)
        if pair is None:
            column = mapping.value[0][0].start_mark.column
            self._insert_after(_last_line(mapping), f"{' ' * column}{key}: {scalar(value)}")
        elif isinstance(pair[1], yaml.ScalarNode) and pair[1].style not in ("|", ">"):
            start, end = pair[1].start_mark.index, pair[1].end_mark.index
            gap = " " if self.text[start - 1] == ":" else ""  # an empty value begins right behind the colon
            self.text = self.text[:start] + gap + scalar(value) + self.text[end:]
        else:
            self._replace_lines(pair, [f"{' ' * pair[0].start_mark.column}{key}: {scalar(value)}"])

    def drop(self, place: Place, key: str) -> None:
        """Remove a key and its value from a mapping."""
        self._blocked(place)
        mapping = self._find(place)
        pair = _pair(mapping, key) if mapping is not None else None
        if mapping is None or pair is None:
            return
        first = pair[0].start_mark
        if first.index == mapping.start_mark.index and place and len(mapping.value) > 1:
            following = mapping.value[1][0].start_mark  # the dash of the list item stays, before the next key
            self.text = self.text[: first.index] + self.text[following.index :]
        else:
            self._replace_lines(pair, [])

    def append(self, key: str, entry: Mapping[str, str]) -> None:
        """Add a mapping of scalars as the last of a list."""
        self._blocked((key, 0))
        root = self._find(())
        pair = _pair(root, key) if root is not None else None
        items = pair[1] if pair is not None else None
        filled = isinstance(items, yaml.SequenceNode) and bool(items.value)
        dash = items.start_mark.column if filled and items is not None else 2
        fields = [f"{name}: {scalar(value)}" for name, value in entry.items()]
        lines = [" " * dash + ("- " if index == 0 else "  ") + field for index, field in enumerate(fields)]
        if filled and items is not None:
            self._insert_after(_last_line(items), *lines)
        elif pair is not None:
            self._replace_lines(pair, [f"{' ' * pair[0].start_mark.column}{key}:", *lines])
        elif root is not None:
            column = root.value[0][0].start_mark.column
            self._insert_after(_last_line(root), *(" " * column + line for line in (f"{key}:", *lines)))
        else:
            self._append_line(f"{key}:", *lines)

    def remove(self, key: str, index: int) -> None:
        """Remove one mapping of a list."""
        self._blocked((key, index))
        root = self._find(())
        pair = _pair(root, key) if root is not None else None
        if pair is None:
            return
        item = pair[1].value[index]
        lines = self._lines()
        first = item.start_mark.line
        while first > 0 and not re.match(r"\s*-(\s|$)", lines[first]):  # the dash may stand on a line of its own
            first -= 1
        del lines[first : _last_line(item) + 1]
        if len(pair[1].value) == 1:
            line = pair[0].start_mark.line
            lines[line] = lines[line].replace(":", ": []", 1)
        self.text = "".join(lines)

    def _lines(self) -> list[str]:
        lines = re.findall(r"[^\n]*\n|[^\n]+", self.text)
        if lines and not lines[-1].endswith("\n"):
            lines[-1] += self._newline
        return lines

    def _insert_after(self, line: int, *new: str) -> None:
        lines = self._lines()
        lines[line + 1 : line + 1] = [text + self._newline for text in new]
        self.text = "".join(lines)

    def _append_line(self, *new: str) -> None:
        self._insert_after(len(self._lines()), *new)

    def _replace_lines(self, pair: tuple[yaml.Node, yaml.Node], new: list[str]) -> None:
        lines = self._lines()
        lines[pair[0].start_mark.line : max(_last_line(pair[1]), pair[0].start_mark.line) + 1] = [
            text + self._newline for text in new
        ]
        self.text = "".join(lines)

    def _find(self, place: Place) -> yaml.MappingNode | None:
        root = yaml.compose(self.text, Loader=_Loader)
        if not isinstance(root, yaml.MappingNode) or not root.value:
            return None
        if not place:
            return root
        pair = _pair(root, place[0])
        items = pair[1].value if pair is not None and isinstance(pair[1], yaml.SequenceNode) else []
        return items[place[1]] if place[1] < len(items) else None

    def _blocked(self, place: Place) -> None:
        """Rewrite in block style what is on the way to `place` and written in braces or brackets."""
        root: Any = yaml.compose(self.text, Loader=_Loader)
        if root is None:
            return
        if not isinstance(root, yaml.MappingNode) or not root.value or root.flow_style:
            filled = isinstance(root, yaml.MappingNode) and bool(root.value)  # else `null` or `{}`
            new = self._newline.join(_block(root)) if filled else ""
            self.text = self.text[: root.start_mark.index] + new + self.text[root.end_mark.index :]
            if filled:
                self._blocked(place)
            return
        pair = _pair(root, place[0]) if place else None
        if pair is None or not place or not isinstance(pair[1], yaml.SequenceNode) or not pair[1].value:
            return
        if pair[1].flow_style or any(item.flow_style for item in pair[1].value):
            indent = " " * pair[0].start_mark.column
            lines = [f"{indent}  {line}" for line in _block(pair[1])]
            self._replace_lines(pair, [f"{indent}{place[0]}:", *lines])


def scalar(value: str) -> str:
    """`value` as a YAML scalar on one line, in quotes where it needs them."""
    if value in ("true", "false"):
        return value
    style = None if value.isprintable() else '"'
    whole = yaml.safe_dump(
        [value], default_flow_style=True, default_style=style, allow_unicode=not style, width=1 << 30
    )
    return str(whole).strip()[1:-1]


def _pair(mapping: yaml.MappingNode, key: str) -> tuple[Any, Any] | None:
    for name, value in mapping.value:
        if isinstance(name, yaml.ScalarNode) and name.value == key:
            return name, value
    return None


def _last_line(node: Any) -> int:
    """The line, from 0, on which a node ends; libyaml lets block collections end where the next token begins."""
    if isinstance(node, yaml.ScalarNode):
        return int(node.end_mark.line) - (node.style in ("|", ">") and node.end_mark.column == 0)
    if node.flow_style or not node.value:
        return int(node.end_mark.line)
    last = node.value[-1]
    return max(_last_line(last[0]), _last_line(last[1])) if isinstance(last, tuple) else _last_line(last)


def _block(node: Any) -> list[str]:
    """A node in block style, one string a line."""
    if isinstance(node, yaml.ScalarNode):
        return [node.value if node.style is None else scalar(node.value)]
    if not node.value:
        return ["[]" if isinstance(node, yaml.SequenceNode) else "{}"]
    lines: list[str] = []
    for child in node.value:
        if isinstance(node, yaml.SequenceNode):
            inner = _block(child)
            lines += [("- " if index == 0 else "  ") + line for index, line in enumerate(inner)]
            continue
        key, value = _block(child[0])[0], _block(child[1])
        if isinstance(child[1], yaml.ScalarNode) or not child[1].value:
            lines.append(f"{key}: {value[0]}")
        else:
            lines += [f"{key}:", *("  " + line for line in value)]
    return lines
