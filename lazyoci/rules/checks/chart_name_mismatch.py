"""The repository of a chart does not end in the chart's name.

Helm names a chart by the repository's last part: a dependency on `api` in `oci://ghcr.io/acme/charts` is looked for in
`ghcr.io/acme/charts/api`, and `helm push` would have put it there. The name of a repository allows no capital letters
and few special characters, so the chart `MyApp` can only be in `…/myapp`. `helm pull` finds it there, but a dependency
on `MyApp` does not.

Fails for a chart named `api`:

```yaml
type: helm
chartPath: charts/api
targets:
  - registry: ghcr.io/acme/charts/app
    tags: ["{{ .ChartVersion }}"]
```

Mended:

```yaml
type: helm
chartPath: charts/api
targets:
  - registry: ghcr.io/acme/charts/api
    tags: ["{{ .ChartVersion }}"]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.config.model import HelmArtifact
from lazyoci.diagnostic import Fix, Span
from lazyoci.oci.repository_part import repository_part
from lazyoci.plan import PlannedTarget
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.charts import chart_at
from lazyoci.rules.shared.fixes import replace
from lazyoci.rules.shared.literal_parts import literals
from lazyoci.rules.shared.wording import quoted


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per target where the last part of the repository is certain."""
    for artifact in subject.plan.artifacts:
        helm = artifact.artifact
        chart = chart_at(subject, helm).chart if isinstance(helm, HelmArtifact) else None
        if chart is None:
            continue
        for target in artifact.targets:
            last, within = _last(target)
            possible = repository_part(chart.name)  # the chart's name itself, if a repository may have this name
            if last and last != possible:
                message = f"the repository ends in {quoted(last)}, but {_wanted(chart.name, possible)}"
                choices = _choices(subject, target, within, last, possible)
                yield Finding(target.resolved.registry.source.node, message, within, choices=choices)


def _choices(subject: Subject, target: PlannedTarget, within: Span | None, last: str, possible: str) -> tuple[Fix, ...]:
    """The choice to end the repository in the chart's name; or in it too, where the last part is a group of charts."""
    node = target.resolved.registry.source.node
    if within is None or not possible:
        return ()
    ended = replace(subject.source, node, within, possible, f"end the repository in {possible}")
    below = replace(subject.source, node, within, f"{last}/{possible}", f"push below it, to {last}/{possible}")
    return tuple([one for one in (ended, below) if one is not None])


def _wanted(name: str, possible: str) -> str:
    """What the repository should end in, and why."""
    if name == possible:
        return f"Helm looks for the chart under its name; end it in {name}"
    if possible:
        return f"no registry can hold {quoted(name)}, the chart's name, other than as {possible}; end it in {possible}"
    return f"no registry can hold {quoted(name)}, the chart's name; give it one of a-z, 0-9 and - in Chart.yaml"


def _last(target: PlannedTarget) -> tuple[str, Span | None]:
    """The last part of the repository, and its place if it is literal text; empty if it is not certain."""
    registry = target.resolved.registry
    value = registry.source.value
    parts = literals(registry)
    tail = value if registry.template is None else ""
    if parts and parts[-1].span.end == len(value):
        tail = parts[-1].text
    if target.problem is not None or tail.endswith("/"):
        return "", None
    if "/" in tail:
        last = tail.rpartition("/")[2]
        return last, Span(len(value) - len(last), len(value))
    return ("", None) if target.repository is None else (target.repository.path.rpartition("/")[2], None)
