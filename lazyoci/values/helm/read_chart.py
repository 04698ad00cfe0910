"""The bytes of a Chart.yaml → Chart, checked as Helm checks it on loading (helm pkg/chart/loader)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from lazyoci.values.helm.chart import CHART_FILE, Chart, Dependency, Maintainer
from lazyoci.values.helm.chart_yaml import ChartError, Fields, Tree, load_tree, not_json
from lazyoci.values.helm.check import check_chart, clean
from lazyoci.values.helm.fields import FIELDS, TEXTS, Reader, fold, kind
from lazyoci.values.helm.scalars import Plain


@lru_cache(maxsize=64)  # a check reads each chart twice, for `.ChartVersion` and as a whole: a thirtieth of its time
def read_chart(data: bytes, requirements: bytes | None = None) -> Chart:
    """Read the bytes of a Chart.yaml, and of a requirements.yaml over it, and check them as Helm does on loading.

    Raises ChartError, which says where, for what Helm would refuse.
    """
    reader = Reader(_mapping(load_tree(data, CHART_FILE), CHART_FILE), CHART_FILE)
    if requirements is not None:
        name = "requirements.yaml"
        _chart(reader)  # reports errors in Chart.yaml itself
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
    """The dependencies that a lock file lists. Raises ChartError."""
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
    """Plain data for a config blob, with sorted keys as in Go."""
    if isinstance(tree, Plain):
        return tree.value
    if isinstance(tree, list):
        return [_json(item) for item in tree]
    if isinstance(tree, Fields):
        return {key: _json(tree[key]) for key in sorted(tree)}
    return tree
