"""Chart.yaml as a value: what templates, rules and the helm builder read of a chart (Helm's chart.Metadata)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lazyoci.frozen import field, frozen
from lazyoci.values.helm.chart_yaml import ChartError, Fields, Tree, load_tree, not_json
from lazyoci.values.helm.check import check_chart, clean
from lazyoci.values.helm.fields import FIELDS, TEXTS, Reader, Unquoted, fold, kind
from lazyoci.values.helm.scalars import Plain

__all__ = ["Chart", "ChartError", "Dependency", "Maintainer", "Unquoted", "read_chart", "read_dependencies"]

CHART_FILE = "Chart.yaml"


@frozen
class Maintainer:
    """Who looks after a chart."""

    name: str
    email: str
    url: str


@frozen
class Dependency:
    """A chart that another needs. Helm takes `import_values` as they are."""

    name: str
    version: str
    repository: str
    condition: str
    tags: tuple[str, ...]
    enabled: bool
    import_values: tuple[Any, ...]
    alias: str


@frozen
class Chart:
    """The metadata of a chart; what Chart.yaml leaves out is empty. `lines` are zero-based, by key."""

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
    lines: Mapping[str, int] = field(default_factory=dict)
    unquoted: tuple[Unquoted, ...] = ()

    @property
    def version_line(self) -> int:
        """The line of `version` as people count; 0 where none is known."""
        return self.lines.get("version", -1) + 1


def read_chart(data: bytes, requirements: bytes | None = None) -> Chart:
    """Read the bytes of a Chart.yaml, and of a requirements.yaml over it, and check them as Helm does on loading.

    Raises ChartError, which says where, for what Helm would refuse.
    """
    reader = Reader(_mapping(load_tree(data, CHART_FILE), CHART_FILE), CHART_FILE)
    if requirements is not None:
        name = "requirements.yaml"
        _chart(reader)  # for what is wrong in Chart.yaml itself
        reader.unquoted.clear()
        reader = Reader(_mapping(load_tree(requirements, name), name), name, reader)
    chart = _chart(reader)
    check_chart(chart)
    return chart


def _chart(reader: Reader) -> Chart:
    texts = {key: reader.text(key) for key in TEXTS}
    return Chart(
        name=clean(texts["name"]),
        version=texts["version"],
        api_version=texts["apiVersion"] or "v1",  # Helm 2 charts had none
        app_version=clean(texts["appVersion"]),
        type=texts["type"],
        description=clean(texts["description"]),
        home=clean(texts["home"]),
        icon=clean(texts["icon"]),
        condition=clean(texts["condition"]),
        tags=clean(texts["tags"]),
        kube_version=clean(texts["kubeVersion"]),
        deprecated=reader.flag("deprecated"),
        sources=tuple(map(clean, reader.texts("sources"))),
        keywords=tuple(map(clean, reader.texts("keywords"))),
        maintainers=_maintainers(reader),
        annotations=reader.text_map("annotations"),
        dependencies=_dependencies(reader),
        lines=reader.lines,
        unquoted=tuple(reader.unquoted),
    )


def read_dependencies(data: bytes, name: str) -> tuple[Dependency, ...]:
    """What a lock file lists. Raises ChartError."""
    return _dependencies(Reader(_mapping(load_tree(data, name), name), name))


def _mapping(tree: Tree, name: str) -> Fields:
    if tree is None:
        return Fields()  # an empty file
    if not isinstance(tree, Fields):
        helm = "chart.Metadata" if name in (CHART_FILE, "requirements.yaml") else "chart.Lock"
        said = f"cannot unmarshal {kind(tree)} into Go value of type {helm}"
        message = f"not a mapping of keys to values (Helm: {said})"
        raise ChartError(message, line=0, hint="write key: value lines", place=name)
    for key, value in tree.items():
        if fold(key) not in FIELDS and (number := not_json(value)):
            message = f"json: unsupported value: {number}"
            raise ChartError(message, line=tree.lines[key], hint="put it in quotes", place=name)
    return tree


def _maintainers(reader: Reader) -> tuple[Maintainer, ...]:
    return tuple(
        Maintainer(clean(item.text("name")), clean(item.text("email")), clean(item.text("url")))
        for item in reader.mappings("maintainers", "[]*chart.Maintainer")
    )


def _dependencies(reader: Reader) -> tuple[Dependency, ...]:
    return tuple(
        Dependency(
            name=clean(item.text("name")),
            version=clean(item.text("version")),
            repository=clean(item.text("repository")),
            condition=clean(item.text("condition")),
            tags=tuple(map(clean, item.texts("tags"))),
            enabled=item.flag("enabled"),
            import_values=tuple(map(_json, item.items("import-values", "[]interface {}"))),
            alias=item.text("alias"),
        )
        for item in reader.mappings("dependencies", "[]*chart.Dependency")
    )


def _json(tree: Tree) -> Any:
    """Plain data, for a config blob; keys in order, as Go writes them."""
    if isinstance(tree, Plain):
        return tree.value
    if isinstance(tree, list):
        return [_json(item) for item in tree]
    if isinstance(tree, Fields):
        return {key: _json(tree[key]) for key in sorted(tree)}
    return tree
