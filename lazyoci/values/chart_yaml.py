"""Chart.yaml text → plain data, every scalar as its source text: `version: 1.10` stays `1.10`.

PyYAML's C parser is read by its events, since its own composer recurses in C and crashes on deep nesting.
"""

from __future__ import annotations

from typing import Any

from lazyoci.config.libyaml import TOO_DEEP, MarkedYAMLError, YAMLError, parse
from lazyoci.config.libyaml import events as kinds
from lazyoci.errors import LazyociError

Tree = Any  # str | None | list[Tree] | dict[str, Tree]

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_MAX_DEPTH = 100
MAX_BYTES = 5 << 20  # of one file of a chart; Helm's own limit


class ChartError(LazyociError):
    """A Chart.yaml that is not one. `line` is zero-based; None when no line is to blame."""

    def __init__(self, message: str, *, line: int | None = None, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.line = line


def load_mapping(data: bytes, name: str = "Chart.yaml") -> tuple[dict[str, Tree], dict[str, int]]:
    """The first document of `data`, a mapping, and the zero-based line of each of its top-level keys.

    A repeated key counts by its last value, as in Helm. Raises ChartError, whose message does not repeat `name`
    where the caller will put it in front.
    """
    if len(data) > MAX_BYTES:
        raise ChartError(f"{len(data)} bytes; a file of a chart has at most {MAX_BYTES}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start)
        raise ChartError("not UTF-8 text", line=line, hint=f"save {name} as UTF-8") from None
    try:
        tree, lines = _Composer().compose(parse(text))
    except MarkedYAMLError as error:
        place = None if error.problem_mark is None else error.problem_mark.line
        if TOO_DEEP in (error.problem or ""):
            raise _too_deep(place) from None
        raise ChartError(f"not YAML: {error.problem or 'unreadable'}", line=place) from None
    except YAMLError as error:
        raise ChartError(f"not YAML: {str(error).splitlines()[0]}") from None
    if not isinstance(tree, dict):
        raise ChartError("not a mapping of keys to values", line=0)
    return tree, lines


def _too_deep(line: int | None) -> ChartError:
    return ChartError(f"nested more than {_MAX_DEPTH} levels deep", line=line)


class _Composer:
    """Builds the tree without recursion in the parser, sharing what aliases repeat."""

    def __init__(self) -> None:
        self._anchors: dict[str, Tree] = {}
        self.lines: dict[str, int] = {}

    def compose(self, events: Any) -> tuple[Tree, dict[str, int]]:
        for event in events:
            if isinstance(event, kinds.DocumentEndEvent):
                break
            if isinstance(event, kinds.NodeEvent):
                return self._node(event, events, 0), self.lines
        return None, self.lines

    def _node(self, event: kinds.Event, events: Any, depth: int) -> Tree:
        if depth > _MAX_DEPTH:
            raise _too_deep(_line(event))
        if isinstance(event, kinds.ScalarEvent):
            plain = event.implicit[0] and not event.style  # None or "", by parser
            value: Tree = None if plain and event.value in _NULLS else event.value
            self._keep(event.anchor, value)
            return value
        if isinstance(event, kinds.AliasEvent):
            if event.anchor not in self._anchors:
                raise ChartError(f"alias *{event.anchor} has no anchor before it", line=_line(event))
            return self._anchors[event.anchor]
        if isinstance(event, kinds.SequenceStartEvent):
            items: list[Tree] = []
            self._keep(event.anchor, items)
            for item in events:
                if isinstance(item, kinds.CollectionEndEvent):
                    return items
                items.append(self._node(item, events, depth + 1))
        if isinstance(event, kinds.MappingStartEvent):
            return self._mapping(event, events, depth)
        raise ChartError("not YAML: the document ends too soon", line=_line(event))

    def _mapping(self, event: kinds.MappingStartEvent, events: Any, depth: int) -> Tree:
        found: dict[str, Tree] = {}
        merged: dict[str, Tree] = {}
        self._keep(event.anchor, found)
        for key_event in events:
            if isinstance(key_event, kinds.CollectionEndEvent):
                for key, value in merged.items():
                    found.setdefault(key, value)
                return found
            key = self._node(key_event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            if key == "<<" and isinstance(key_event, kinds.ScalarEvent) and not key_event.style:
                for source in value if isinstance(value, list) else [value]:
                    if not isinstance(source, dict):
                        raise ChartError("the merge key << needs a mapping", line=_line(key_event))
                    for name, item in source.items():
                        merged.setdefault(name, item)
                continue
            if key is not None and not isinstance(key, str):
                raise ChartError("a key must be text", line=_line(key_event))
            found[key or ""] = value
            if depth == 0:
                self.lines[key or ""] = _line(key_event)
        raise ChartError("not YAML: the document ends too soon")

    def _keep(self, anchor: str | None, value: Tree) -> None:
        if anchor is not None:
            self._anchors[anchor] = value


def _line(event: kinds.Event) -> int:
    return event.start_mark.line if event.start_mark is not None else 0
