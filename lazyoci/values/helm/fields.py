"""Reads the keys of a chart's YAML as Go's JSON decoder does: in upper or lower case, each with its required type."""

from __future__ import annotations

from lazyoci.frozen import frozen
from lazyoci.values.helm.chart_yaml import ChartError, Fields, Tree
from lazyoci.values.helm.scalars import Plain

TEXTS: tuple[str, ...] = ("name", "version", "apiVersion", "appVersion", "type", "description", "home", "icon")
TEXTS += ("condition", "tags", "kubeVersion")
FIELDS = {key.lower() for key in (*TEXTS, "sources", "keywords", "maintainers", "annotations", "dependencies")}

_EXAMPLES = {
    "text": '{}: "text"',
    "true or false": "{}: true, without quotes",
    "a list": "{}: [a, b]",
    "a list of text": "{}: [a, b]",
    "a list of mappings": "{}: [{{name: a}}]",
    "a mapping": '{}: {{key: "value"}}',
    "a mapping of text to text": '{}: {{key: "value"}}',
}
_FOLDS = str.maketrans({"ſ": "s", "K": "k"})  # two more letters that Go takes for s and k


@frozen
class Unquoted:
    """A number or boolean without quotes where Helm requires text: its key and its zero-based line."""

    key: str
    plain: Plain
    line: int | None


def kind(tree: Tree) -> str:
    """The name of a value's type in JSON."""
    if isinstance(tree, Plain):
        return "bool" if isinstance(tree.value, bool) else "number"
    return "array" if isinstance(tree, list) else "object" if isinstance(tree, Fields) else "string"


class Reader:
    """Reads the fields of one mapping with the types that Helm requires. The case of keys is ignored, as in Go's JSON.

    `below` is read if this mapping has no value: requirements.yaml takes precedence over Chart.yaml.
    """

    def __init__(self, tree: Fields, place: str, below: Reader | None = None, path: str = "") -> None:
        self.place, self._path, self._below = place, path, below
        self._tree: dict[str, tuple[str, Tree]] = {}
        for key in sorted(tree):  # in Go the last of them counts
            if tree[key] is not None or fold(key) not in self._tree:
                self._tree[fold(key)] = (key, tree[key])
        self._lines = tree.lines
        self.unquoted: list[Unquoted] = [] if below is None else below.unquoted

    @property
    def lines(self) -> dict[str, int]:
        """The line of each key of the lowest mapping, by Helm's name of the key."""
        if self._below is not None:
            return self._below.lines
        return {key: self.line(key) or 0 for key in (*TEXTS, "dependencies", "maintainers") if fold(key) in self._tree}

    def line(self, key: str) -> int | None:
        """The zero-based line of a key."""
        return self._lines.get(self._tree.get(fold(key), (key, None))[0])

    def value(self, key: str) -> tuple[Reader, Tree]:
        """The value, and the mapping that holds it."""
        value = self._tree.get(fold(key), ("", None))[1]
        if value is None and self._below is not None:
            return self._below.value(key)
        return self, value

    def wrong(self, key: str, expected: str, value: Tree, helm: str) -> ChartError:
        """The error for a value of another type than Helm requires."""
        said = f"cannot unmarshal {kind(value)} into Go struct field .{key} of type {helm}"
        # for nested values, Helm's message depends on the version of Go
        message = f"{self._path}{key} is not {expected}" + ("" if self._path else f" (Helm: {said})")
        hint = f"write {_EXAMPLES[expected].format(key)}"
        return ChartError(message, line=self.line(key), hint=hint, place=self.place)

    def _text(self, key: str, value: Tree, line: int | None) -> str:
        """A scalar as text."""
        if isinstance(value, Plain):
            self.unquoted.append(Unquoted(key, value, line))
            return value.text
        return value or ""

    def text(self, key: str) -> str:
        """The text of a key, empty if there is none."""
        holder, value = self.value(key)
        if isinstance(value, (list, Fields)):
            raise holder.wrong(key, "text", value, "string")
        return self._text(f"{self._path}{key}", value, holder.line(key))

    def flag(self, key: str) -> bool:
        """Whether a key is true."""
        holder, value = self.value(key)
        if value is None:
            return False
        if not isinstance(value, Plain) or not isinstance(value.value, bool):
            raise holder.wrong(key, "true or false", value, "bool")
        return value.value

    def items(self, key: str, helm: str, expected: str = "a list") -> list[Tree]:
        """The items of a list, unchanged."""
        holder, value = self.value(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise holder.wrong(key, expected, value, helm)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """The items of a list of text."""
        holder = self.value(key)[0]
        found = []
        for number, item in enumerate(self.items(key, "[]string")):
            if isinstance(item, (list, Fields)):
                raise holder.wrong(key, "a list of text", item, "string")
            found.append(self._text(f"{self._path}{key}[{number}]", item, holder.line(key)))
        return tuple(found)

    def mappings(self, key: str, helm: str) -> list[Reader]:
        """The items of a list of mappings."""
        found = []
        for number, item in enumerate(self.items(key, helm, "a list of mappings")):
            holder = self.value(key)[0]
            if item is None:
                raise ChartError(
                    f"{key} must not contain empty or null nodes",
                    line=holder.line(key),
                    hint="remove the empty item",
                    place=holder.place,
                )
            if not isinstance(item, Fields):
                raise holder.wrong(key, "a list of mappings", item, helm.removeprefix("[]*"))
            inner = Reader(item, holder.place, path=f"{key}[{number}].")
            inner.unquoted = self.unquoted
            found.append(inner)
        return found

    def text_map(self, key: str) -> dict[str, str]:
        """A mapping from text to text."""
        holder, value = self.value(key)
        if value is None:
            return {}
        if not isinstance(value, Fields):
            raise holder.wrong(key, "a mapping", value, "map[string]string")
        found = {}
        for name, item in value.items():
            if isinstance(item, (list, Fields)):
                raise holder.wrong(key, "a mapping of text to text", item, "string")
            found[name] = self._text(f"{self._path}{key}[{name}]", item, value.lines.get(name))
        return found


def fold(key: str) -> str:
    return key.translate(_FOLDS).lower()
