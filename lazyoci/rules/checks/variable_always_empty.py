"""A template uses `.ChartVersion` in an artifact that has no chart, where it is always empty.

`.ChartVersion` is the version in the Chart.yaml of a helm artifact. In other artifacts it is always the empty text, so
a tag that consists of it alone is empty too, and no registry accepts an empty tag.

Fails:

```yaml
type: image
targets:
  - registry: ghcr.io/acme/api
    tags: ["v{{ .ChartVersion }}"]
```

Mended:

```yaml
type: image
targets:
  - registry: ghcr.io/acme/api
    tags: ["v{{ .VersionFull }}"]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.rules.base import Finding, Subject

_NAME = "ChartVersion"


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per place, unless a helm artifact shares the text through an alias."""
    if subject.document.aliases and not subject.complete:
        return  # a helm artifact that cannot be read may share the text
    shared = {
        id(resolution.source.node)
        for artifact in subject.resolved.artifacts
        if artifact.artifact.type == "helm"
        for resolution in artifact.texts
    }
    tags = [one.tag for artifact in subject.plan.artifacts for one in artifact.references]
    told = {id(tag.source.node) for tag in tags if tag.certain and not tag.text}  # invalid-tag tells it, as an error
    for artifact in subject.resolved.artifacts:
        kind = artifact.artifact.type
        if kind == "helm":
            continue
        for resolution in artifact.texts:
            source = resolution.source
            if resolution.template is None or id(source.node) in shared or id(source.node) in told:
                continue
            for name, span in resolution.template.fields():
                if name == _NAME and source.value[span.start : span.end] == f".{_NAME}":  # not {{ . }}
                    why = f"an artifact of type {kind} has no chart"
                    message = f".{_NAME} is always empty here: {why}; use .VersionFull"
                    yield Finding(source.node, message, span)
