"""Two artifacts are pushed to the same reference, so the second overwrites the first.

Both pushes succeed, and the reference then names the artifact that was pushed last. The usual cause is an artifact that
was copied without changing its registry. Equal templates are reported even if their values are not known, because they
always become the same text. All files of a run are compared with each other, and in the editor all files of the
workspace; `lazyoci validate DIR` compares all files in a directory.

Fails:

```yaml
- type: image
  name: app
  targets: [{registry: ghcr.io/acme/app, tags: ["{{ .VersionFull }}"]}]
- type: image
  name: app-debug
  target: debug
  targets: [{registry: ghcr.io/acme/app, tags: ["{{ .VersionFull }}"]}]
```

Mended:

```yaml
- type: image
  name: app
  targets: [{registry: ghcr.io/acme/app, tags: ["{{ .VersionFull }}"]}]
- type: image
  name: app-debug
  target: debug
  targets: [{registry: ghcr.io/acme/app, tags: ["{{ .VersionFull }}-debug"]}]
```
"""

from __future__ import annotations

import os.path
from collections.abc import Hashable, Iterator

from lazyoci.diagnostic import Related, Source
from lazyoci.oci.reference import destination
from lazyoci.plan import PlannedArtifact, PlannedReference, PlannedTarget
from lazyoci.resolve import Resolution
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.literal_parts import normal
from lazyoci.rules.shared.paths import repository_root
from lazyoci.rules.shared.shared_nodes import repeated, standing
from lazyoci.rules.shared.wording import quoted
from lazyoci.rules.written_references import Written

Compared = tuple[PlannedArtifact, PlannedTarget, PlannedReference, Hashable, tuple[Hashable, ...]]

_OF_THE_ARTIFACT = frozenset({"ChartVersion", "Name"})  # variables by which equal templates may give different texts


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per reference that an earlier artifact writes, or another file."""
    seen: dict[Hashable, tuple[PlannedArtifact, PlannedReference]] = {}
    told: set[Hashable] = set()
    file = file_of(subject.source)
    for artifact, target, reference, key, abroad in compared_references(subject):
        first, other = seen.setdefault(key, (artifact, reference))
        if first is not artifact:
            yield _finding(subject, first, other, artifact, target, reference)
        elif subject.elsewhere is not None and key not in told:
            told.add(key)
            known = (subject.elsewhere.find(one, file) for one in abroad)
            there = next((one for one in known if one is not None), None)
            if there is not None:
                yield _elsewhere(subject, artifact, target, reference, there)


def written(subject: Subject) -> tuple[Written, ...]:
    """The references that the file pushes to, which other files of the run are compared with."""
    found: dict[Hashable, Written] = {}
    for artifact, _, reference, _, abroad in compared_references(subject):
        for key in abroad:
            if key not in found:
                span = standing(subject, artifact.artifact.node, reference.tag.source.node).span
                found[key] = Written(key, label(artifact), subject.source, span)
    return tuple(found.values())


def file_of(source: Source) -> str:
    """What identifies a file, however its path is written; empty for standard input."""
    return "" if source.path is None else os.path.abspath(source.path)  # noqa: PTH100  # for every file: text is quicker


def compared_references(subject: Subject) -> list[Compared]:
    """Every reference that can be compared: with its key within the file, and its keys among all files."""
    return subject.once("compared references", lambda: list(_compared(subject)))


def _compared(subject: Subject) -> Iterator[Compared]:
    for artifact in subject.plan.artifacts:
        for target in artifact.targets:
            for reference in target.references:
                # equal displayed texts may come from different templates: ‹Tag› can be more than the variable itself
                key = None if reference.conditional else _key(target, reference)  # may never be due together
                if key is not None:
                    yield artifact, target, reference, key, tuple(_anywhere(subject, target, reference))


def _anywhere(subject: Subject, target: PlannedTarget, reference: PlannedReference) -> Iterator[Hashable]:
    """The keys among other files: the reference itself, and its templates together with the git repository.

    Both are needed, as the editor may know the values of one file and only the text of another.
    """
    if reference.reference is not None:
        yield destination(reference.reference)
    registry = target.resolved.registry
    if registry.template is None and reference.tag.template is None:
        return
    if reference.problem is None and target.problem is None and not _differs(registry) and not _differs(reference.tag):
        yield repository_root(subject), normal(registry), normal(reference.tag)


def _key(target: PlannedTarget, reference: PlannedReference) -> Hashable | None:
    """The key of a reference: the reference itself, or its templates while their values are unknown."""
    if reference.reference is not None:
        return destination(reference.reference)
    registry = target.resolved.registry
    if reference.problem is not None or target.problem is not None:
        return None
    return None if _differs(registry) or _differs(reference.tag) else (normal(registry), normal(reference.tag))


def _differs(resolution: Resolution) -> bool:
    """Whether the template may give a different text in another artifact, or no text."""
    if resolution.error is not None:
        return True
    template = resolution.template
    return template is not None and not _OF_THE_ARTIFACT.isdisjoint([name for name, _ in template.fields()])


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
    line = subject.line(there)
    message = (
        f"{_text(target, reference)} is also pushed by {label(first)} (line {line}), and the later push would win; "
        "give one another tag"
    )
    return Finding(here, message, related=((there, "pushed here first"),))


def _elsewhere(
    subject: Subject, artifact: PlannedArtifact, target: PlannedTarget, reference: PlannedReference, there: Written
) -> Finding:
    here = standing(subject, artifact.artifact.node, reference.tag.source.node)
    line = there.source.position(there.span.start).line + 1
    message = (
        f"{_text(target, reference)} is also pushed by {there.by} of {there.source.name} (line {line}), "
        "and the later push would win; give one another tag"
    )
    return Finding(here, message, elsewhere=(Related("pushed here too", there.span, there.source),))


def _text(target: PlannedTarget, reference: PlannedReference) -> str:
    if reference.reference is not None:
        return reference.text
    return f"{target.resolved.registry.source.value}:{reference.tag.source.value}"


def label(artifact: PlannedArtifact) -> str:
    name = artifact.artifact.name
    return artifact.artifact.label if name is None or not name.value else quoted(name.value)
