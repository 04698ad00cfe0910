"""The tree as plain data, which is checked against the schema, and the way back from a path in it to the nodes.

Merge keys are applied, aliases followed, scalars typed as in yaml.v3. Keys that users define themselves are left
out. What plain data cannot express is collected: tags that contradict values, lists as keys, unquoted templates.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from lazyoci.config import keys
from lazyoci.yaml.key_errors import key_problems
from lazyoci.yaml.nodes import Document, Mapping, Node, Scalar, Sequence
from lazyoci.yaml.scalars import BadValue, is_null, typed

Path = tuple[str | int, ...]
_SOUND = {"type": "image", "targets": [{"registry": "r", "tags": ["t"]}]}


class BadNode(NamedTuple):
    """A node that cannot be expressed as plain data: its path, the kind of finding, and a complete message."""

    path: Path
    node: Node
    code: str
    message: str


class Entry(NamedTuple):
    """What is at a path: the mapping or list around it, the key if there is one, and the value."""

    parent: Node | None
    key: Scalar | None
    value: Node


class Instance:
    """The plain data of one document (`data`), and the nodes that cannot be expressed in it (`problems`).

    Artifacts whose node id is in `sound` are valid, so one stands for all of them; `original` maps indexes back.
    """

    def __init__(self, document: Document, root: Node, sound: Collection[int] = ()) -> None:
        self.source = document.source
        self.root = root
        self.sound = sound
        self.numbers: list[int] = []  # for each artifact in `data`, its index in the document
        self.problems: list[BadNode] = []
        self.data = self._plain(root, ())

    def original(self, path: Path) -> Path:
        """The path in the document that corresponds to `path` in `data`."""
        match path:
            case ("artifacts", int() as number, *rest):
                return ("artifacts", self.numbers[number], *rest)
        return path

    def place(self, path: Iterable[str | int]) -> Entry:
        """The nodes at `path`, which must exist."""
        parent: Node | None = None
        key: Scalar | None = None
        value = self.root
        for step in path:
            parent = value
            if isinstance(value, Mapping) and isinstance(step, str):
                key, value = value.fields()[step]
            elif isinstance(value, Sequence) and isinstance(step, int):
                key, value = None, value.items[step]
        return Entry(parent, key, value)

    def _plain(self, node: Node, path: Path) -> Any:
        """The data of `node`. A mapping or list where the format allows none becomes an empty one."""
        if isinstance(node, Scalar):
            try:
                return typed(node)
            except BadValue as bad:
                self._report(path, node, "wrong-type", str(bad))
                return node.value
        if condition_depth(path) > keys.DEEPEST:
            self._report(path, node, "wrong-type", f"conditions are nested more than {keys.DEEPEST} deep; write fewer")
            return "release"
        if isinstance(node, Sequence):
            if path == ("artifacts",):
                return self._artifacts(node)
            items = node.items if holds_list(path) else []
            return [self._plain(item, (*path, index)) for index, item in enumerate(items)]
        if isinstance(node, Mapping):
            if is_template(node, self.source.text):
                self._report(path, node, "unquoted-template", "")
                return self.source.text[node.start : node.end]
            level = level_of(path)
            if level is not None:
                return self._level(node, path, LEVELS[level])
            return self._map(node, path) if path[-1] in keys.MAPS and len(path) == 3 else {}
        return None

    def _artifacts(self, node: Sequence) -> list[Any]:
        judged = [(number, item) for number, item in enumerate(node.items) if id(item) not in self.sound]
        data = [self._plain(item, ("artifacts", number)) for number, item in judged]
        self.numbers = [number for number, _ in judged]
        if len(judged) < len(node.items):
            data.append(_SOUND)
            self.numbers.append(-1)
        return data

    def _level(self, node: Mapping, path: Path, known: frozenset[str]) -> dict[str, Any]:
        self._keys(node, path)
        return {
            name: self._plain(value, (*path, name)) if name in known else None
            for name, (_, value) in node.fields().items()
            if not name.startswith(keys.EXTENSION)
        }

    def _map(self, node: Mapping, path: Path) -> dict[str, Any]:
        self._keys(node, path)
        return {
            name: self._plain(value, (*path, name))
            for name, (key, value) in node.fields().items()
            if not is_null(key)  # like Go, the decoder ignores the value of a null key
        }

    def _keys(self, node: Mapping, path: Path) -> None:
        for culprit, message in key_problems(node):
            self._report(path, culprit, "wrong-type", message)

    def _report(self, path: Path, node: Node, code: str, message: str) -> None:
        self.problems.append(BadNode(path, node, code, message))


LEVELS = {
    "": keys.ROOT,
    "artifacts": keys.ARTIFACT,
    "targets": keys.TARGET,
    "files": keys.FILE,
    "attestations": keys.ATTESTATIONS,
    "tags": keys.TAG,
    "versionFrom": keys.VERSION_FROM,
    "when": keys.CONDITION,
}


def level_of(path: Path) -> str | None:
    """Which mapping of the format is at `path`, a key of LEVELS; None for any other place."""
    match path:
        case ():
            return ""
        case ("artifacts", int()):
            return "artifacts"
        case ("artifacts", int(), ("targets" | "files") as name, int()):
            return str(name)
        case ("artifacts", int(), ("attestations" | "versionFrom") as name):
            return str(name)
        case ("artifacts", int(), "targets", int(), "tags", int()):
            return "tags"
    return "when" if in_condition(path) and path[-1] != "all" else None


def in_condition(path: Path) -> bool:
    """Whether `path` is that of a condition, or of a part of one."""
    return condition_depth(path) > 0


def condition_depth(path: Path) -> int:
    """How deep within a condition `path` is: 1 for the whole condition, 2 for a part of it; 0 outside."""
    for start in (2, 4, 6):
        if path[start : start + 1] == ("when",) and (start == 2 or level_of(path[:start]) is not None):
            return 1 + sum(isinstance(step, int) for step in path[start + 1 :])
    return 0


def holds_list(path: Path) -> bool:
    """Whether the format has a list at `path`."""
    match path:
        case (
            ("artifacts",) | ("artifacts", int(), "targets" | "files") | ("artifacts", int(), "targets", int(), "tags")
        ):
            return True
        case ("artifacts", int(), name) if name != "when":
            return name in keys.LISTS
    return in_condition(path)


def is_template(node: Mapping, text: str) -> bool:
    """Whether a mapping is a template without quotes: YAML reads `{{ .Tag }}` as a mapping whose key is a mapping."""
    return node.flow and text.startswith("{{", node.start) and text.endswith("}}", node.start, node.end)
