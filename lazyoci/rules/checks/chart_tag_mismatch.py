"""No tag of a chart's target is the chart's version, so Helm cannot find it.

`helm pull oci://… --version 0.3.0`, `helm install` and dependencies look for the tag `0.3.0`: the `version` of
Chart.yaml, with `+` written as `_`. A chart that has only other tags is pushed, but Helm does not find it.

Fails for a chart of version 0.3.0:

```yaml
type: helm
chartPath: charts/api
targets:
  - registry: ghcr.io/acme/charts/api
    tags: [v0.3.0]
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
from lazyoci.diagnostic import Fix
from lazyoci.plan import PlannedTarget
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.charts import chart_at
from lazyoci.rules.shared.fixes import add_item, write


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per target all of whose tags are certain, at its first tag."""
    for artifact in subject.plan.artifacts:
        helm = artifact.artifact
        chart = chart_at(subject, helm).chart if isinstance(helm, HelmArtifact) else None
        if chart is None:
            continue
        version = chart.version.replace("+", "_")
        for target in artifact.targets:
            tags = [one.tag for one in target.references]
            if not tags or not all(tag.certain for tag in tags) or any(tag.text == version for tag in tags):
                continue
            if target.not_now:
                continue  # a tag that is published in other runs may be the chart's version
            if any(one.problem is not None for one in target.references):
                continue  # invalid-tag reports these
            add = '"{{ .ChartVersion }}"' if version == chart.version else '\'{{ .ChartVersion | replace "+" "_" }}\''
            message = f"no tag is the chart's version {version}, under which Helm looks for it; add {add}"
            choices = _choices(subject, target, add, f"v{version}")
            yield Finding(tags[0].source.node, message, choices=choices)


def _choices(subject: Subject, target: PlannedTarget, version: str, with_v: str) -> tuple[Fix, ...]:
    """The choices to add the chart's version, or to write it in place of the same with a v in front."""
    source, mapping = subject.source, target.resolved.target.node
    found = [add_item(source, mapping.get("tags"), version)]
    for one in target.references:
        if one.tag.text == with_v and not one.tag.source.is_template:
            found.append(write(source, one.tag.source.node, version[1:-1], f"replace with {version}"))
    return tuple([one for one in found if one is not None])
