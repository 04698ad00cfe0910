"""The config blob and annotations of a chart as `helm push` makes them (helm pkg/registry, pkg/chart/metadata.go)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lazyoci.values.helm.chart import Chart, Dependency

_PREFIX = "org.opencontainers.image."
_FIXED = (_PREFIX + "title", _PREFIX + "version")  # a chart's own annotations may not change these
_HTML = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def go_json(value: object) -> bytes:
    """JSON byte for byte as Go's encoding/json writes it: compact, `<`, `>` and `&` escaped."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).translate(_HTML).encode("utf-8")


def config_json(chart: Chart) -> bytes:
    """The metadata of a chart as JSON: fields in the order of Helm's struct, without empty ones."""
    maintainers = [_present({"name": m.name, "email": m.email, "url": m.url}) for m in chart.maintainers]
    return go_json(
        _present(
            {
                "name": chart.name,
                "home": chart.home,
                "sources": chart.sources,
                "version": chart.version,
                "description": chart.description,
                "keywords": chart.keywords,
                "maintainers": maintainers,
                "icon": chart.icon,
                "apiVersion": chart.api_version,
                "condition": chart.condition,
                "tags": chart.tags,
                "appVersion": chart.app_version,
                "deprecated": chart.deprecated,
                "annotations": dict(sorted(chart.annotations.items())),
                "kubeVersion": chart.kube_version,
                "dependencies": [_dependency(item) for item in chart.dependencies],
                "type": chart.type,
            }
        )
    )


def _present(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value}


def _dependency(item: Dependency) -> dict[str, Any]:
    head = {"name": item.name}
    if item.version:
        head["version"] = item.version
    return {
        **head,
        "repository": item.repository,  # written even if empty
        **_present(
            {
                "condition": item.condition,
                "tags": item.tags,
                "enabled": item.enabled,
                "import-values": item.import_values,
                "alias": item.alias,
            }
        ),
    }


def annotations_of(chart: Chart, created: Mapping[str, str]) -> dict[str, str]:
    """The manifest's annotations: from the metadata, then the chart's own, which change neither title nor version."""
    authors = ", ".join(m.name + (f" ({m.email})" if m.email else "") for m in chart.maintainers)
    found = {
        _PREFIX + "description": chart.description,
        _PREFIX + "title": chart.name,
        _PREFIX + "version": chart.version,
        _PREFIX + "url": chart.home,
        _PREFIX + "source": chart.sources[0] if chart.sources else "",
        _PREFIX + "authors": authors,
        **created,
    }
    found = {key: value for key, value in found.items() if value.strip()}
    found.update({key: value for key, value in chart.annotations.items() if key not in _FIXED})
    return found
