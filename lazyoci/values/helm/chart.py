"""Chart.yaml as a value: what templates, rules and the helm builder read of a chart (Helm's chart.Metadata)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lazyoci.frozen import field, frozen
from lazyoci.values.helm.fields import Unquoted

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
