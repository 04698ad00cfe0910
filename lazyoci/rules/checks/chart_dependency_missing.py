"""A chart depends on another chart, which is not in its `charts/` directory.

Helm packages the charts in `charts/`, and refuses to package or install a chart while a dependency is missing there.
lazyoci packages like `helm package` and downloads no dependencies, so for `lazyoci build` this is an error. Because
`charts/` is often not committed, it is only a warning before the build, and nothing is reported where git ignores
`charts/`.

Fails with `redis` among the dependencies in Chart.yaml and an empty `charts/`:

```yaml
type: helm
chartPath: charts/api
```

Mended by `helm dependency update charts/api`; the `.lazy` file stays as it is:

```yaml
type: helm
chartPath: charts/api
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lazyoci.config.model import HelmArtifact
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.charts import chart_at
from lazyoci.rules.shared.paths import is_ignored, kind
from lazyoci.rules.shared.wording import listed

if TYPE_CHECKING:
    from lazyoci.values.helm.loader import ChartTree


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per helm artifact, which names all missing dependencies."""
    for artifact in subject.config.artifacts:
        found = chart_at(subject, artifact) if isinstance(artifact, HelmArtifact) else None
        if found is None or found.tree is None or not found.tree.missing or not isinstance(artifact, HelmArtifact):
            continue
        absent = found.tree.missing
        front = artifact.chart_path.value.rstrip("/")
        if not subject.building and is_ignored(subject, f"{front}/charts/{absent[0]}-0.0.0.tgz"):
            continue
        message = f"found in {found.place}, but missing in charts/ directory: {', '.join(absent)}; "
        yield Finding(artifact.chart_path.node, message + _remedy(subject, front, found.tree))


def _remedy(subject: Subject, front: str, tree: ChartTree) -> str:
    """How to get the missing dependencies; `helm dependency build` needs a lock file."""
    if kind(subject, front) == "file":
        return "package the chart anew with them in charts/"
    homeless = [one.name for one in tree.chart.dependencies if one.name in tree.missing and not one.repository]
    if homeless:
        return f"put {listed(homeless)} into {front}/charts, as there is no repository to fetch from"
    locked = any(kind(subject, f"{front}/{name}") == "file" for name in ("Chart.lock", "requirements.lock"))
    return f"run: helm dependency {'build' if locked else 'update'} {front}"
