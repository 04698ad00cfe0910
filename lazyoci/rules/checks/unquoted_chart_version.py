"""The `version` of a chart is a number without quotes, so Helm may read another one.

`version: 1.10` in Chart.yaml is the number 1.1 to Helm: the chart is published as 1.1, and a tag of
`{{ .ChartVersion }}` says 1.1 too. In quotes it stays as it is written.

Fails with `version: 1.10` in Chart.yaml:

```yaml
type: helm
chartPath: charts/api
```

Mended by `version: "1.10"` there; the `.lazy` file stays as it is:

```yaml
type: helm
chartPath: charts/api
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.charts import unquoted


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per chart whose version is a number."""
    for artifact, one in unquoted(subject):
        if one.key == "version":
            yield Finding(artifact.chart_path.node, one.message)
