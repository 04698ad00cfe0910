"""The chart of a helm artifact does not exist.

`chartPath` names the chart's directory, which holds Chart.yaml, relative to the directory of the `.lazy` file.

Fails where the chart is in `charts/api`:

```yaml
type: helm
chartPath: charts
```

Mended:

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
from lazyoci.rules.shared.paths import absence, is_absent, kind, listing
from lazyoci.rules.shared.wording import listed, quoted


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per helm artifact."""
    for artifact in subject.config.artifacts:
        if not isinstance(artifact, HelmArtifact):
            continue
        found = chart_at(subject, artifact)
        path = artifact.chart_path.value
        if not found.missing:
            continue
        if found.problem:
            yield Finding(artifact.chart_path.node, f"chart {quoted(path)} {found.problem}")
        elif kind(subject, path) == "dir":
            yield Finding(
                artifact.chart_path.node, f"there is no Chart.yaml in {quoted(path)}; {_below(subject, path)}"
            )
        elif is_absent(subject, path):
            yield Finding(artifact.chart_path.node, f"chart {quoted(path)} {absence(subject, path)}")


def _below(subject: Subject, path: str) -> str:
    """The charts that lie directly in the directory."""
    front = path.rstrip("/")
    names = [name for name in listing(subject, path) if kind(subject, f"{front}/{name}/Chart.yaml") == "file"]
    if not names:
        return "name the chart's directory"
    return f"did you mean {listed([quoted(f'{front}/{name}') for name in names[:3]], 'or')}?"
