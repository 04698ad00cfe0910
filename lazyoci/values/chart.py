"""Chart.yaml as a value: what templates, rules and the helm builder read of a chart (Helm's chart.Metadata)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lazyoci.frozen import frozen
from lazyoci.values.chart_yaml import ChartError, Tree, load_mapping

__all__ = ["Chart", "ChartError", "Dependency", "Maintainer", "read_chart", "read_dependencies"]

# what Helm accepts as a version (Masterminds semver, not strict): minor and patch may be absent
_VERSION = re.compile(
    r"v?\d+(\.\d+)?(\.\d+)?(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?",
    re.ASCII,
)
_TRUE = frozenset({"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y"})
_FALSE = frozenset({"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N"})


@frozen
class Maintainer:
    """Who looks after a chart."""

    name: str
    email: str
    url: str


@frozen
class Dependency:
    """A chart that another needs. `import_values` holds text, or mappings of text."""

    name: str
    version: str
    repository: str
    condition: str
    tags: tuple[str, ...]
    enabled: bool
    import_values: tuple[str | Mapping[str, str], ...]
    alias: str


@frozen
class Chart:
    """The metadata of a chart; what Chart.yaml leaves out is empty. `version_line` is one-based."""

    name: str
    version: str
    api_version: str
    app_version: str
    type: str
    description: str
    home: str
    icon: str
    condition: str
    tags: str
    kube_version: str
    deprecated: bool
    sources: tuple[str, ...]
    keywords: tuple[str, ...]
    maintainers: tuple[Maintainer, ...]
    annotations: Mapping[str, str]
    dependencies: tuple[Dependency, ...]
    version_line: int
    raw: Mapping[str, Tree]


def read_chart(data: bytes) -> Chart:
    """Read the bytes of a Chart.yaml and check them as Helm does on loading.

    Scalars keep their source text. Raises ChartError, whose `line` says where, for what Helm would refuse.
    """
    tree, lines = load_mapping(data)
    reader = _Reader(tree, lines)
    chart = Chart(
        name=reader.clean("name"),
        version=reader.text("version"),
        api_version=reader.text("apiVersion") or "v1",  # Helm 2 charts had none
        app_version=reader.clean("appVersion"),
        type=reader.text("type"),
        description=reader.clean("description"),
        home=reader.clean("home"),
        icon=reader.clean("icon"),
        condition=reader.clean("condition"),
        tags=reader.clean("tags"),
        kube_version=reader.clean("kubeVersion"),
        deprecated=reader.flag("deprecated"),
        sources=tuple(map(_clean, reader.texts("sources"))),
        keywords=tuple(map(_clean, reader.texts("keywords"))),
        maintainers=tuple(
            Maintainer(item.clean("name"), item.clean("email"), item.clean("url"))
            for item in reader.mappings("maintainers")
        ),
        annotations=reader.text_map("annotations"),
        dependencies=_dependencies(reader),
        version_line=lines.get("version", -1) + 1,
        raw=tree,
    )
    _check(chart, lines)
    return chart


def read_dependencies(data: bytes, name: str = "requirements.yaml") -> tuple[Dependency, ...]:
    """The dependencies that a chart of apiVersion v1 lists in its requirements.yaml. Raises ChartError."""
    return _dependencies(_Reader(*load_mapping(data, name)))


def _dependencies(reader: _Reader) -> tuple[Dependency, ...]:
    return tuple(
        Dependency(
            name=item.clean("name"),
            version=item.clean("version"),
            repository=item.clean("repository"),
            condition=item.clean("condition"),
            tags=tuple(map(_clean, item.texts("tags"))),
            enabled=item.flag("enabled"),
            import_values=item.import_values(),
            alias=item.text("alias"),
        )
        for item in reader.mappings("dependencies")
    )


def _check(chart: Chart, lines: Mapping[str, int]) -> None:
    def wrong(key: str, message: str, hint: str = "") -> ChartError:
        return ChartError(message, line=lines.get(key), hint=hint)

    if not chart.name:
        raise wrong("name", "the key name is missing or empty", "add name: and the chart's name")
    if chart.name in (".", "..") or "/" in chart.name or "\\" in chart.name:
        raise wrong("name", f"name {chart.name!r} is not a chart name: it has to be one path segment")
    if not chart.version:
        raise wrong("version", "the key version is missing or empty", "add version: and a semantic version")
    if not _VERSION.fullmatch(chart.version):
        raise wrong(
            "version",
            f"version {chart.version!r} is not a semantic version",
            "write it as MAJOR.MINOR.PATCH, such as 1.2.3",
        )
    if chart.type not in ("", "application", "library"):
        raise wrong("type", f"type {chart.type!r} is unknown; it is application or library")
    seen: set[str] = set()
    for dependency in chart.dependencies:
        key = dependency.alias or dependency.name
        if key in seen:
            raise wrong("dependencies", f"more than one dependency is called {key!r}", "give one of them an alias")
        seen.add(key)


def _clean(text: str) -> str:
    """Text as Helm keeps it: any white space as a space, and no character that cannot be printed."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        " " if ch.isspace() and ch not in "\x1c\x1d\x1e\x1f" else ch for ch in text if ch.isspace() or ch.isprintable()
    ).translate(_SEPARATORS)


_SEPARATORS = dict.fromkeys((0x1C, 0x1D, 0x1E, 0x1F))  # white space to Python, not to Go


class _Reader:
    """Reads the fields of one mapping, each of the type Helm gives it."""

    def __init__(self, tree: Mapping[str, Tree], lines: Mapping[str, int], path: str = "") -> None:
        self._tree, self._lines, self._path = tree, lines, path

    def _wrong(self, key: str, expected: str) -> ChartError:
        top = (self._path + key).partition(".")[0].partition("[")[0]
        return ChartError(f"{self._path}{key} is not {expected}", line=self._lines.get(top))

    def text(self, key: str) -> str:
        value = self._tree.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self._wrong(key, "text")
        return value

    def clean(self, key: str) -> str:
        """The text of `key` as Helm keeps it."""
        return _clean(self.text(key)) if key in self._tree else ""

    def flag(self, key: str) -> bool:
        value = self.text(key)
        if value and value not in _TRUE and value not in _FALSE:
            raise self._wrong(key, "true or false")
        return value in _TRUE

    def _items(self, key: str) -> list[Tree]:
        value = self._tree.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self._wrong(key, "a list")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        items = ["" if item is None else item for item in self._items(key)]
        if not all(isinstance(item, str) for item in items):
            raise self._wrong(key, "a list of text")
        return tuple(items)

    def mappings(self, key: str) -> tuple[_Reader, ...]:
        items = self._items(key)
        if not all(isinstance(item, dict) for item in items):
            raise self._wrong(key, "a list of mappings")
        return tuple(_Reader(item, self._lines, f"{self._path}{key}[{i}].") for i, item in enumerate(items))

    def _text_map(self, value: Tree, key: str) -> dict[str, str]:
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self._wrong(key, "a mapping")
        if not all(item is None or isinstance(item, str) for item in value.values()):
            raise self._wrong(key, "a mapping of text to text")
        return {name: item or "" for name, item in value.items()}

    def text_map(self, key: str) -> dict[str, str]:
        return self._text_map(self._tree.get(key), key)

    def import_values(self) -> tuple[str | Mapping[str, str], ...]:
        return tuple(
            item if isinstance(item, str) else self._text_map(item, "import-values")
            for item in self._items("import-values")
        )
