"""The chart is not one that Helm accepts.

Chart.yaml needs a `name` and a semantic version as `version`, and the value of each key must be what Helm expects. Helm
also reads values.yaml, values.schema.json, Chart.lock, `.helmignore` and the charts in `charts/`, and refuses the whole
chart if it cannot read one of them. The message names the file and line, in Helm's words.

Fails with `version: one` in Chart.yaml:

```yaml
type: helm
chartPath: charts/api
```

Mended by `version: 1.0.0` there; the `.lazy` file stays as it is:

```yaml
type: helm
chartPath: charts/api
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.config.model import HelmArtifact
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.charts import chart_at


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per helm artifact."""
    for artifact in subject.config.artifacts:
        if isinstance(artifact, HelmArtifact):
            found = chart_at(subject, artifact)
            if found.problem and not found.missing:
                yield Finding(artifact.chart_path.node, found.problem)
