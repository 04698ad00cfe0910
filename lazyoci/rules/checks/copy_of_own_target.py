"""A copy is made of a reference that another artifact of the same file publishes in the same run.

The source of a copy is looked up before anything is pushed, so this would copy what an earlier run has published, or
find nothing. To publish one artifact under several names, give it several targets. `lazyoci build` and
`lazyoci publish` compare all files of a run with each other; files that are published one after the other may do this.

Fails:

```yaml
- type: image
  name: api
  targets: [{registry: ghcr.io/acme/staging/api, tags: [v1]}]
- type: copy
  name: api-production
  from: ghcr.io/acme/staging/api:v1
  targets: [{registry: ghcr.io/acme/api, tags: [v1]}]
```

Mended:

```yaml
- type: image
  name: api
  targets:
    - {registry: ghcr.io/acme/staging/api, tags: [v1]}
    - {registry: ghcr.io/acme/api, tags: [v1]}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.config.model import CopyArtifact
from lazyoci.oci.reference import Reference, ReferenceError, destination, parse
from lazyoci.plan import PlannedArtifact, PlannedReference
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.wording import quoted


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per copy."""
    for planned in subject.plan.artifacts:
        artifact = planned.artifact
        source = source_of(planned)
        if not isinstance(artifact, CopyArtifact) or source is None or not planned.resolved.due:
            continue
        found = _written(subject, planned, source)
        if found is not None:
            other, reference = found
            message = f"{source} is what {quoted(other.artifact.label)} publishes in this run; add the targets there"
            yield Finding(artifact.source.node, message, related=((reference.tag.source.node, "published here"),))


def source_of(planned: PlannedArtifact) -> Reference | None:
    """The reference that a copy is made of; None while it is unknown, or wrong, or a digest."""
    resolution = planned.resolved.source
    if resolution is None or not resolution.certain:
        return None
    try:
        found = parse(resolution.text)
    except ReferenceError:
        return None
    return None if found.digest else found


def _written(
    subject: Subject, copy: PlannedArtifact, source: Reference
) -> tuple[PlannedArtifact, PlannedReference] | None:
    there = destination(source)
    for planned in subject.plan.artifacts:
        if planned is not copy:
            for one in planned.references:
                if one.reference is not None and not one.conditional and destination(one.reference) == there:
                    return planned, one
    return None
