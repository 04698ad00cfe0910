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
from lazyoci.diagnostic import Span
from lazyoci.resolve import Resolution
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.charts import chart_at
from lazyoci.rules.shared.wording import first_span, listed


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per text and reason, at the first variable that has it."""
    said: dict[int, list[tuple[str, Span | None]]] = {}  # what equal texts share: a file has the same few everywhere
    for artifact in subject.resolved.artifacts:
        for resolution in artifact.resolutions:
            if not resolution.unknown or resolution.error is not None:
                continue
            if any(value.name == "ChartVersion" for value in resolution.unknown):
                found = _messages(resolution, without=_said_elsewhere(subject, artifact.artifact))
            else:
                found = said.get(id(resolution.unknown)) or _messages(resolution)
                said[id(resolution.unknown)] = found
            for message, span in found:
                yield Finding(resolution.source.node, message, span)


def _messages(resolution: Resolution, without: str = "") -> list[tuple[str, Span | None]]:
    reasons: dict[str, list[str]] = {}
    for value in resolution.unknown:
        if value.name != without:
            reasons.setdefault(value.source, []).append(value.name)
    return [
        (
            f"{listed([f'.{name}' for name in names])} {'has' if len(names) == 1 else 'have'} no value: {reason}",
            first_span(resolution, names[0]),
        )
        for reason, names in reasons.items()
    ]


def _said_elsewhere(subject: Subject, artifact: Artifact) -> str:
    """The variable of which missing-chart or invalid-chart says why it has no value; empty without one."""
    if not isinstance(artifact, HelmArtifact):
        return ""
    found = chart_at(subject, artifact)
    return "ChartVersion" if found.missing or found.problem else ""
