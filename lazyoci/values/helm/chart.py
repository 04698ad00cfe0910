"""The content of a Chart.yaml, as far as templates, rules and the helm builder need it (Helm's chart.Metadata)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lazyoci.frozen import field, frozen
from lazyoci.values.helm.fields import Unquoted

CHART_FILE = "Chart.yaml"


@frozen
class Maintainer:
    """A maintainer of a chart."""

    name: str
    email: str
    url: str


@frozen
class Dependency:
    """A chart that another depends on. `import_values` are kept unchanged, as in Helm."""

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
    """The metadata of a chart; missing keys are empty. `lines` has the zero-based line of each key."""

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
        """The line of `version`, counted from one; 0 if unknown."""
        return self.lines.get("version", -1) + 1
