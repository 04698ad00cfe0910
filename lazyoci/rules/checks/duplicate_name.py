"""Two artifacts have the same name.

Names select artifacts on the command line and identify them in output. If two are named `api`, `--artifact api` builds
both, and it is not clear which of them a result or an error belongs to.

Fails:

```yaml
- type: image
  name: api
  targets: [{registry: ghcr.io/acme/api, tags: [edge-1]}]
- type: helm
  name: api
  chartPath: charts/api
  targets: [{registry: ghcr.io/acme/charts/api, tags: ["{{ .ChartVersion }}"]}]
```

Mended:

```yaml
- type: image
  name: api
  targets: [{registry: ghcr.io/acme/api, tags: [edge-1]}]
- type: helm
  name: api-chart
  chartPath: charts/api
  targets: [{registry: ghcr.io/acme/charts/api, tags: ["{{ .ChartVersion }}"]}]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.config.model import Artifact
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.shared_nodes import repeated, standing
from lazyoci.rules.shared.wording import quoted


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per artifact with the name of an earlier one."""
    seen: dict[str, Artifact] = {}
    for artifact in subject.config.artifacts:
        name = artifact.name
        if name is None or not name.value:
            continue
        first = seen.setdefault(name.value, artifact)
        if first is artifact or first.name is None:
            continue
        here = repeated(subject, artifact.node)
        if first.node is not artifact.node:
            here = standing(subject, artifact.node, name.node)
        there = standing(subject, first.node, first.name.node)
        message = f"name {quoted(name.value)} repeats line {subject.line(there)}; give each artifact a name of its own"
        yield Finding(here, message, related=((there, "the first of that name"),))
