"""A target lists the same tag twice.

The second has no effect. Usually another tag was meant, or it is left over from copying. Tags that are equal only in
some runs, such as `{{ .Tag }}` and `{{ .VersionFull }}` in a release, are not reported.

Fails:

```yaml
tags: ["{{ .VersionFull }}", latest, "{{.VersionFull}}"]
```

Mended:

```yaml
tags: ["{{ .VersionFull }}", latest]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.plan import PlannedTarget
from lazyoci.resolve import Resolution
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.fixes import remove_item
from lazyoci.rules.shared.literal_parts import normal
from lazyoci.rules.shared.shared_nodes import repeated
from lazyoci.rules.shared.tags import is_fixed
from lazyoci.rules.shared.wording import quoted


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per repetition."""
    for artifact in subject.plan.artifacts:
        for target in artifact.targets:
            yield from _repetitions(subject, target)


def _repetitions(subject: Subject, target: PlannedTarget) -> Iterator[Finding]:
    written: dict[str, Resolution] = {}
    rendered: dict[str, Resolution] = {}
    for reference in target.references:
        tag = reference.tag
        if reference.problem is not None or tag.error is not None or reference.conditional:
            continue  # tags that are never published in the same run do not repeat each other
        first = written.setdefault(normal(tag), tag)
        if first is tag and is_fixed(tag):
            first = rendered.setdefault(tag.text, tag)
        if first is tag:
            continue
        node, there = tag.source.node, first.source.node
        fix = None
        if node is there:
            node_here = repeated(subject, node)
        else:
            node_here = node
            fix = remove_item(subject.source, target.resolved.target.node.get("tags"), node, "remove the repeated tag")
        equal = "" if normal(first) == normal(tag) else f" ({first.source.value} is the same)"
        message = f"tag {quoted(tag.source.value)} repeats line {subject.line(there)}{equal}; list it once"
        yield Finding(node_here, message, related=((there, "the first of the two"),), fix=fix, unnecessary=True)
