"""Two artifacts write one reference: what is pushed first is overwritten at once.

Both pushes succeed, and the reference holds whichever came last. Copying an artifact and forgetting its registry is the
usual cause. Templates that are equal are reported even while their values are unknown, as they always render alike.

Fails:

```yaml
- type: image
  name: app
  targets: [{registry: ghcr.io/acme/app, tags: ["{{ .Version }}"]}]
- type: image
  name: app-debug
  target: debug
  targets: [{registry: ghcr.io/acme/app, tags: ["{{ .Version }}"]}]
```

Mended:

```yaml
- type: image
  name: app
  targets: [{registry: ghcr.io/acme/app, tags: ["{{ .Version }}"]}]
- type: image
  name: app-debug
  target: debug
  targets: [{registry: ghcr.io/acme/app, tags: ["{{ .Version }}-debug"]}]
```
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator

from lazyoci.plan import PlannedArtifact, PlannedReference, PlannedTarget
from lazyoci.resolve import Resolution
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.literals import normal
from lazyoci.rules.places import repeated, standing
from lazyoci.rules.words import quoted

_OF_THE_ARTIFACT = frozenset({"ChartVersion", "Name"})  # equal templates differ by these


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per reference that an earlier artifact writes."""
    counts = Counter(reference.text for artifact in subject.plan.artifacts for reference in artifact.references)
    seen: dict[Hashable, tuple[PlannedArtifact, PlannedReference]] = {}
    for artifact in subject.plan.artifacts:
        for target in artifact.targets:
            for reference in target.references:
                # what is shown alike need not be alike: ‹Tag› may stand for more than the variable itself
                key = _key(target, reference) if counts[reference.text] > 1 else None
                if key is None:
                    continue
                first, written = seen.setdefault(key, (artifact, reference))
                if first is not artifact:
                    yield _finding(subject, first, written, artifact, target, reference)


def _key(target: PlannedTarget, reference: PlannedReference) -> Hashable | None:
    """What equal references share: the reference itself, or the templates while their values are unknown."""
    if reference.reference is not None:
        return reference.reference
    registry = target.resolved.registry
    if reference.problem is not None or target.problem is not None:
        return None
    return None if _differs(registry) or _differs(reference.tag) else (normal(registry), normal(reference.tag))


def _differs(resolution: Resolution) -> bool:
    """Whether the template may render to another text in another artifact, or to none."""
    if resolution.error is not None:
        return True
    template = resolution.template
    return template is not None and any(name in _OF_THE_ARTIFACT for name, _ in template.fields())


def _finding(
    subject: Subject,
    first: PlannedArtifact,
    written: PlannedReference,
    artifact: PlannedArtifact,
    target: PlannedTarget,
    reference: PlannedReference,
) -> Finding:
    here = repeated(subject, artifact.artifact.node)
    if artifact.artifact.node is not first.artifact.node:
        here = standing(subject, artifact.artifact.node, reference.tag.source.node)
    there = standing(subject, first.artifact.node, written.tag.source.node)
    text = reference.text
    if reference.reference is None:
        text = f"{target.resolved.registry.source.value}:{reference.tag.source.value}"
    name = first.artifact.name
    label = first.artifact.label if name is None or not name.value else quoted(name.value)
    line = subject.line(there)
    message = f"{text} is also pushed by {label} (line {line}), and the later push would win; give one another tag"
    return Finding(here, message, related=((there, "pushed here first"),))
