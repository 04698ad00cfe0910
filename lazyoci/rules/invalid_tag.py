"""A tag, after rendering, is not one that registries accept.

A tag has 1 to 128 letters, digits, `_`, `.` and `-`, and begins with neither `.` nor `-` (distribution-spec). Branch
names are the usual cause: on `feature/x`, `{{ .GitBranch }}` holds a slash. The `+` of build metadata is another.

Fails on such a branch:

```yaml
tags: ["{{ .GitBranch }}"]
```

Mended with `tagify`, which turns any text into a valid tag:

```yaml
tags: ["{{ .GitBranch | tagify }}"]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.rules.base import Finding, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per tag that is certain and wrong."""
    for artifact in subject.plan.artifacts:
        for reference in artifact.references:
            if reference.problem is None:
                continue
            message = reference.problem.message
            if reference.tag.source.is_template:
                message += f" (rendered from {reference.tag.source.value})"
                if reference.tag.text:
                    message += "; pipe it through tagify"
            yield Finding(reference.tag.source.node, message)
