"""A text in Chart.yaml is written as a number or a boolean without quotes, so Helm may read a different text.

`appVersion: 6.10` is the number 6.1 to Helm, `kubeVersion: 1.20` is 1.2, and `yes` is true. The chart is published with
the values that Helm reads, and people see these. In quotes a text stays as it is written.

Fails with `appVersion: 6.10` in Chart.yaml:

```yaml
type: helm
chartPath: charts/api
```

Mended by `appVersion: "6.10"` there; the `.lazy` file stays as it is:

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
    """One finding per text that Helm reads differently, and for every `appVersion` that is a number."""
    for artifact, one in unquoted(subject):
        if one.key == "appVersion" or (one.key != "version" and one.changed):
            yield Finding(artifact.chart_path.node, one.message)
