"""A YAML file of a chart → plain data, as Helm decodes it: YAML 1.1, the first document, the last of repeated keys."""

from __future__ import annotations

import math
import re
from base64 import b64decode
from typing import Any

from lazyoci.errors import LazyociError
from lazyoci.values.helm.scalars import Plain, go_text, plain_value
from lazyoci.yaml.nodes import Document, Mapping, Node, Scalar, Sequence
from lazyoci.yaml.plain import MAX_DEPTH, NotYaml, read

Tree = Any  # str | Plain | None | list[Tree] | Fields

MAX_BYTES = 5 << 20  # of one file of a chart; Helm's own limit
_SYNTAX = "see that its lines are aligned there, and its quotes and brackets closed"
_BARE_TAG = re.compile(r"(?:^|[ \t\[{,])!(?:[ \t]+&[^ \t]+)?[ \t]*$")
_NEAR = 256  # characters before a scalar that are searched for its tag
_KINDS = {"bool": (bool,), "int": (int,), "float": (int, float), "null": (type(None),)}


class ChartError(LazyociError):
    """Why Helm refuses a chart: the file within it (`place`), and the zero-based line, None if there is none."""

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
    """The first document of `data`, None if there is none. Raises ChartError, with `name` as its place."""
    if len(data) > MAX_BYTES:
        raise ChartError(f"{len(data)} bytes; a file of a chart has at most {MAX_BYTES}", place=name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data.count(b"\n", 0, error.start)
        raise ChartError("not UTF-8 text", line=before, hint=f"save {name} as UTF-8", place=name) from None
    try:
        document = read(text, first_only=True)
        return _Tree(document).of(document.root) if document.root is not None else None
    except NotYaml as error:
        raise _refused(error, name) from None
    except ChartError as error:
        error.place = name
        if error.line is not None and any("{{" in one for one in text.splitlines()[error.line : error.line + 1]):
            error.hint = f"{name} is no template; write the value itself"
        raise


def _refused(error: NotYaml, name: str) -> ChartError:
    """The error in Helm's words, if Helm has its own words for it."""
    match error.reason:
        case "unknown alias":
            return ChartError(f"unknown anchor '{error.alias}' referenced", line=error.line, place=name)
        case "alias inside its anchor":
            return ChartError(f"anchor '{error.alias}' value contains itself", line=error.line, place=name)
        case "too many aliases":
            hint = "write out what *aliases repeat"
            return ChartError("document contains excessive aliasing", hint=hint, place=name)
        case "too deep":
            return ChartError(f"nested more than {MAX_DEPTH} levels deep", line=error.line, place=name)
        case _:
            return ChartError(f"not YAML: {error.problem}", line=error.line, hint=_SYNTAX, place=name)


class _Tree:
    """Reads the nodes of one document as Helm does. A node that aliases repeat is read once and shared."""

    def __init__(self, document: Document) -> None:
        self._source = document.source
        self._has_tags = "!" in document.source.text
        self._known: dict[int, Tree] = {}  # by the id of a node that has an anchor

    def of(self, node: Node) -> Tree:
        """A node as Helm reads it. Raises ChartError."""
        if id(node) in self._known:
            return self._known[id(node)]
        if isinstance(node, Scalar):
            value = self._scalar(node)
        elif isinstance(node, Sequence):
            value = [self.of(item) for item in node.items]
        else:
            assert isinstance(node, Mapping)
            value = self._mapping(node)
        if node.anchor:
            self._known[id(node)] = value
        return value

    def _mapping(self, mapping: Mapping) -> Fields:
        found = Fields()
        for key, node in mapping.items:
            name, value = self.of(key), self.of(node)
            line = self._line(key)
            if name == "<<" and isinstance(key, Scalar) and not key.style:
                for source in reversed(value) if isinstance(value, list) else [value]:
                    if not isinstance(source, Fields):
                        raise ChartError("map merge requires map or sequence of maps as the value", line=line)
                    found.update(source)
                    found.lines.update(source.lines)
                continue
            text = _key(name, line)
            found[text] = value
            found.lines[text] = line
        return found

    def _line(self, node: Node) -> int:
        return self._source.position(node.start).line

    def _scalar(self, node: Scalar) -> Tree:
        if node.style and not node.tag:
            return node.value
        if not self._has_tags:
            value = plain_value(node.value)
        else:
            try:
                value = node.value if self._has_bare_tag(node) else _tagged(node.value, node.tag.removeprefix("!!"))
            except ChartError as error:
                error.line = self._line(node)
                raise
        return value if value is None or isinstance(value, str) else Plain(value, node.value)

    def _has_bare_tag(self, node: Scalar) -> bool:
        """Whether a scalar has the tag `!`: it makes the scalar text for Helm, but yaml.v3 ignores it."""
        if node.tag:
            return False
        line = self._source.text[max(node.start - _NEAR, 0) : node.start].rpartition("\n")[2]
        return _BARE_TAG.search(line) is not None


def _tagged(written: str, tag: str) -> int | float | bool | str | None:
    """The value of a scalar, with its explicit tag if it has one."""
    if not tag:
        return plain_value(written)
    if tag == "binary":
        try:
            return b64decode(written.replace("\n", "").replace("\r", ""), validate=True).decode("utf-8", "replace")
        except ValueError:  # binascii.Error, or characters beyond ASCII
            raise ChartError("!!binary value contains invalid base64 data") from None
    if tag not in _KINDS:
        return written
    value = plain_value(written)
    if not isinstance(value, _KINDS[tag]) or (tag != "bool" and isinstance(value, bool)):
        raise ChartError(f"cannot decode `{written}` as a !!{tag}", hint="remove the tag")
    return float(value) if tag == "float" and isinstance(value, int) else value


def not_json(tree: Tree) -> str:
    """The first number that JSON cannot represent, which Helm refuses; empty if there is none."""
    seen: set[int] = set()  # ids of nodes that aliases share
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
