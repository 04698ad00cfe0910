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
from lazyoci.diagnostic import Fix
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.charts import chart_at
from lazyoci.rules.shared.fixes import write
from lazyoci.rules.shared.missing_paths import absence
from lazyoci.rules.shared.paths import is_absent, kind, listing
from lazyoci.rules.shared.wording import listed, quoted

_FILE = "/Chart.yaml"
_MOST = 3  # charts that are offered


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per helm artifact."""
    for artifact in subject.config.artifacts:
        if isinstance(artifact, HelmArtifact):
            found = chart_at(subject, artifact)
            if found.missing:
                yield from _missing(subject, artifact, found.problem)


def _missing(subject: Subject, artifact: HelmArtifact, problem: str) -> Iterator[Finding]:
    path, node = artifact.chart_path.value, artifact.chart_path.node
    if problem:
        fix = write(subject.source, node, path.removesuffix(_FILE)) if path.endswith(_FILE) else None
        yield Finding(node, f"chart {quoted(path)} {problem}", fix=fix)
    elif kind(subject, path) == "dir":
        below = _below(subject, path)
        remedy = (
            f"did you mean {listed([quoted(one) for one in below], 'or')}?" if below else "name the chart's directory"
        )
        message = f"there is no Chart.yaml in {quoted(path)}; {remedy}"
        yield Finding(node, message, choices=_written(subject, artifact, below))
    elif is_absent(subject, path):
        missing = absence(subject, path, lambda one: _holds_chart(subject, one))
        message = f"chart {quoted(path)} {missing.words}"
        yield Finding(node, message, fix=missing.fix(subject, node), choices=missing.choices(subject, node))


def _below(subject: Subject, path: str) -> list[str]:
    """The charts that lie directly in the directory."""
    front = path.rstrip("/")
    below = [f"{front}/{name}" for name in listing(subject, path)]
    return [one for one in below if kind(subject, f"{one}{_FILE}") == "file"][:_MOST]


def _holds_chart(subject: Subject, path: str) -> bool:
    packed = path.endswith((".tgz", ".tar.gz")) and kind(subject, path) == "file"
    return packed or kind(subject, f"{path.rstrip('/')}{_FILE}") == "file"


def _written(subject: Subject, artifact: HelmArtifact, paths: list[str]) -> tuple[Fix, ...]:
    found = [write(subject.source, artifact.chart_path.node, path) for path in paths]
    return tuple([one for one in found if one is not None])
