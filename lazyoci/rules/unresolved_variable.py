"""A template uses a variable that has no value now.

Go renders a missing value as the empty text, so `myapp:{{ .Tag }}` without `--tag` would be pushed as `myapp:`. lazyoci
never does: in `build` a missing value is an error. While you write, in the editor and in the hook, it is only
information: the value may well come from the release job.

Fails in `build` without `--tag`:

```yaml
tags: ["{{ .Tag }}"]
```

Mended by giving the value (`lazyoci build --tag v1.0.0`, or the variable that the message names), or by a default:

```yaml
tags: ['{{ .Tag | default "edge" }}']
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.config.model import Artifact, HelmArtifact
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.words import first_span, listed


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per text and reason, at the first variable that has it."""
    for artifact in subject.resolved.artifacts:
        for resolution in artifact.resolutions:
            if resolution.error is not None or not resolution.unknown:
                continue
            reasons: dict[str, list[str]] = {}
            for value in resolution.unknown:
                if value.name != "ChartVersion" or not _is_said(subject, artifact.artifact):
                    reasons.setdefault(value.source, []).append(value.name)
            for reason, names in reasons.items():
                verb = "has" if len(names) == 1 else "have"
                message = f"{listed([f'.{name}' for name in names])} {verb} no value: {reason}"
                yield Finding(resolution.source.node, message, first_span(resolution, names[0]))


def _is_said(subject: Subject, artifact: Artifact) -> bool:
    """Whether missing-chart or invalid-chart says why there is no chart version."""
    from lazyoci.rules.charts import chart_at

    if not isinstance(artifact, HelmArtifact):
        return False
    found = chart_at(subject, artifact)
    return found.missing or bool(found.problem)
