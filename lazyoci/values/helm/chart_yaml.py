"""A YAML file of a chart → plain data, as Helm decodes it: YAML 1.1, the first document, the last of repeated keys.

PyYAML's C parser is read by its events, since its own composer recurses in C and crashes on deep nesting.
"""

from __future__ import annotations

import binascii
import math
from base64 import b64decode
from typing import Any

from lazyoci.errors import LazyociError
from lazyoci.values.helm.scalars import Plain, go_text, plain_value
from lazyoci.yaml.libyaml import TOO_DEEP, MarkedYAMLError, YAMLError, parse
from lazyoci.yaml.libyaml import events as kinds

Tree = Any  # str | Plain | None | list[Tree] | Fields

_MAX_DEPTH = 100
MAX_BYTES = 5 << 20  # of one file of a chart; Helm's own limit
_SYNTAX = "see that its lines are aligned there, and its quotes and brackets closed"
_TAG = "tag:yaml.org,2002:"
_KINDS = {"bool": (bool,), "int": (int,), "float": (int, float), "null": (type(None),)}
# Helm gives up where repetition by aliases makes nearly all of a document (go.yaml.in/yaml, decode.go)
_FEW_ALIASES, _FEW_NODES, _SMALL, _LARGE = 100, 1000, 400_000, 4_000_000


class ChartError(LazyociError):
    """Why Helm refuses a chart: of which file of it (`place`), and the zero-based line, None where none is to blame."""

    def __init__(self, message: str, *, line: int | None = None, hint: str = "", place: str = "") -> None:
        super().__init__(message, hint=hint)
        self.line = line
        self.place = place

    @property
    def told(self) -> str:
        """Place and fact, as one line: `charts/x/Chart.yaml:2: …`."""
        where = self.place.rstrip("/ :") + ("" if self.line is None else f":{self.line + 1}")
        return f"{where}: {self.message}" if where else self.message


class Fields(dict[str, Tree]):
    """A mapping with the zero-based line of each of its keys."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}


def load_tree(data: bytes, name: str) -> Tree:
    """The first document of `data`, None where there is none. Raises ChartError, with `name` as its place."""
    if len(data) > MAX_BYTES:
        raise ChartError(f"{len(data)} bytes; a file of a chart has at most {MAX_BYTES}", place=name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data.count(b"\n", 0, error.start)
        raise ChartError("not UTF-8 text", line=before, hint=f"save {name} as UTF-8", place=name) from None
    try:
        return _Composer().compose(parse(text))
    except ChartError as error:
        error.place = name
        raise
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line = None if mark is None else mark.line
        deep = TOO_DEEP in (error.problem or "")
        found = (
            _too_deep(line)
            if deep
            else ChartError(f"not YAML: {error.problem or 'unreadable'}", line=line, hint=_SYNTAX)
        )
    except YAMLError as error:
        found = ChartError(f"not YAML: {str(error).splitlines()[0]}", hint=_SYNTAX)
    found.place = name
    raise found


def _too_deep(line: int | None) -> ChartError:
    return ChartError(f"nested more than {_MAX_DEPTH} levels deep", line=line)


class _Composer:
    """Builds the tree without recursion in the parser, sharing what aliases repeat."""

    def __init__(self) -> None:
        self._anchors: dict[str, Tree] = {}
        self._open: set[str] = set()  # anchors whose value has not ended
        self._sizes: dict[str, int] = {}  # nodes in each anchor's value
        self._nodes = self._repeated = 0

    def compose(self, events: Any) -> Tree:
        found = None
        for event in events:
            if isinstance(event, kinds.DocumentEndEvent):
                break
            if isinstance(event, kinds.NodeEvent):
                found = self._node(event, events, 0)
                break
        self._bound_aliases()
        return found

    def _bound_aliases(self) -> None:
        total, repeated = self._nodes, self._repeated
        share = 0.99 - 0.89 * min(max(total - _SMALL, 0) / (_LARGE - _SMALL), 1)
        if repeated > _FEW_ALIASES and total > _FEW_NODES and repeated / total > share:
            raise ChartError("document contains excessive aliasing", hint="write out what *aliases repeat")

    def _node(self, event: kinds.Event, events: Any, depth: int) -> Tree:
        if depth > _MAX_DEPTH:
            raise _too_deep(_line(event))
        if isinstance(event, kinds.AliasEvent):
            return self._alias(event)
        before = self._nodes
        self._nodes += 1
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            self._open.add(anchor)
        if isinstance(event, kinds.ScalarEvent):
            value: Tree = _scalar(event)
        elif isinstance(event, kinds.SequenceStartEvent):
            value = []
            for item in events:
                if isinstance(item, kinds.CollectionEndEvent):
                    break
                value.append(self._node(item, events, depth + 1))
        elif isinstance(event, kinds.MappingStartEvent):
            value = self._mapping(events, depth)
        else:
            raise ChartError("not YAML: the document ends too soon", line=_line(event))
        if anchor is not None:
            self._open.discard(anchor)
            self._anchors[anchor] = value
            self._sizes[anchor] = self._nodes - before
        return value

    def _alias(self, event: kinds.AliasEvent) -> Tree:
        if event.anchor in self._open:
            raise ChartError(f"anchor '{event.anchor}' value contains itself", line=_line(event))
        if event.anchor not in self._anchors:
            raise ChartError(f"unknown anchor '{event.anchor}' referenced", line=_line(event))
        self._nodes += 1 + self._sizes[event.anchor]
        self._repeated += self._sizes[event.anchor]
        return self._anchors[event.anchor]

    def _mapping(self, events: Any, depth: int) -> Fields:
        found = Fields()
        for event in events:
            if isinstance(event, kinds.CollectionEndEvent):
                return found
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            if key == "<<" and isinstance(event, kinds.ScalarEvent) and not event.style:
                for source in reversed(value) if isinstance(value, list) else [value]:
                    if not isinstance(source, Fields):
                        raise ChartError("map merge requires map or sequence of maps as the value", line=_line(event))
                    found.update(source)
                    found.lines.update(source.lines)
                continue
            name = _key(key, _line(event))
            found[name] = value
            found.lines[name] = _line(event)
        raise ChartError("not YAML: the document ends too soon")


def _scalar(event: kinds.ScalarEvent) -> Tree:
    written: str = event.value
    tag = (event.tag or "").removeprefix(_TAG)
    if not tag or tag == "!":
        if event.style or tag:  # None or "", by parser
            return written
        value = plain_value(written)
    elif tag == "binary":
        try:
            return b64decode(written.replace("\n", "").replace("\r", ""), validate=True).decode("utf-8", "replace")
        except binascii.Error:
            raise ChartError("!!binary value contains invalid base64 data", line=_line(event)) from None
    elif tag in _KINDS:
        value = plain_value(written)
        if not isinstance(value, _KINDS[tag]) or (tag != "bool" and isinstance(value, bool)):
            raise ChartError(f"cannot decode `{written}` as a !!{tag}", line=_line(event), hint="remove the tag")
        if tag == "float" and isinstance(value, int):
            value = float(value)
    else:
        return written
    return value if value is None or isinstance(value, str) else Plain(value, written)


def not_json(tree: Tree) -> str:
    """The first number that JSON cannot hold, at which Helm gives up; empty where there is none."""
    seen: set[int] = set()  # what aliases share
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Plain):
            if isinstance(one.value, float) and not math.isfinite(one.value):
                return one.text
        elif isinstance(one, (list, Fields)) and id(one) not in seen:
            seen.add(id(one))
            waiting += reversed(one if isinstance(one, list) else list(one.values()))
    return ""


def _key(key: Tree, line: int) -> str:
    if isinstance(key, Plain) and (isinstance(key.value, float) or key.value < 1 << 63):
        return go_text(key.value)
    if not isinstance(key, str):
        what = "nothing" if key is None else "a list" if isinstance(key, list) else "a mapping"
        what = key.written if isinstance(key, Plain) else what
        raise ChartError(f"unsupported map key: {what}", line=line, hint="a key must be text")
    return key


def _line(event: kinds.Event) -> int:
    return event.start_mark.line if event.start_mark is not None else 0
