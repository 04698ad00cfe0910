"""A chart needs another that is not in its `charts/` directory.

Helm packages what lies in `charts/`, and an installation fails for what is absent. lazyoci packages like
`helm package`, and fetches nothing. Where git ignores `charts/`, only `lazyoci build` misses what is not there.

Fails with `redis` among the dependencies in Chart.yaml and an empty `charts/`:

```yaml
type: helm
chartPath: charts/api
```

Mended by `helm dependency build charts/api`; the `.lazy` file stays as it is:

```yaml
type: helm
chartPath: charts/api
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.config.model import HelmArtifact
from lazyoci.errors import LazyociError
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.charts import chart_at
from lazyoci.rules.paths import is_ignored, kind, listing, read
from lazyoci.rules.words import listed, quoted
from lazyoci.values.chart import Chart, Dependency, read_chart, read_dependencies


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per helm artifact, naming all that is absent."""
    for artifact in subject.config.artifacts:
        chart = chart_at(subject, artifact).chart if isinstance(artifact, HelmArtifact) else None
        if chart is None or not isinstance(artifact, HelmArtifact):
            continue
        front = artifact.chart_path.value.rstrip("/")
        needed = _dependencies(subject, front, chart)
        absent = [one for one in needed if not _is_there(subject, front, one)]
        if not absent or (not subject.building and is_ignored(subject, f"{front}/charts/{absent[0].name}-0.0.0.tgz")):
            continue
        names = listed(list(dict.fromkeys(quoted(one.name) for one in absent)))
        message = f"the chart needs {names}, which {front}/charts lacks; run: helm dependency build {front}"
        yield Finding(artifact.chart_path.node, message)


def _dependencies(subject: Subject, front: str, chart: Chart) -> tuple[Dependency, ...]:
    """Of Chart.yaml, or of the requirements.yaml that charts of apiVersion v1 have."""
    if chart.dependencies:
        return chart.dependencies
    path = f"{front}/requirements.yaml"
    data = read(subject, path) if chart.api_version == "v1" and kind(subject, path) == "file" else None
    try:
        return () if data is None else read_dependencies(data)
    except LazyociError:
        return ()  # Helm says so when it packages


def _is_there(subject: Subject, front: str, needed: Dependency) -> bool:
    """Whether `charts/` has it, as a package or as a directory of whatever name."""
    names = listing(subject, f"{front}/charts")
    if any(name.startswith(f"{needed.name}-") and name.endswith((".tgz", ".tar.gz")) for name in names):
        return True
    if needed.name in names:
        return True
    return any(_is_chart(subject, f"{front}/charts/{name}/Chart.yaml", needed.name) for name in names)


def _is_chart(subject: Subject, path: str, wanted: str) -> bool:
    data = read(subject, path) if kind(subject, path) == "file" else None
    try:
        return data is not None and read_chart(data).name == wanted
    except LazyociError:
        return False
