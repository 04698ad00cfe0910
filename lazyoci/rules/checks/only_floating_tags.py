"""All tags of a target move with the next release; none stays at this one.

Then no tag names what was deployed yesterday, and to go back you need a digest that nobody wrote down. One tag that
never moves is enough: a version or a commit.

Fails:

```yaml
tags: [latest, "{{ .VersionMajorMinor }}"]
```

Mended:

```yaml
tags: [latest, "{{ .VersionMajorMinor }}", "{{ .VersionFull }}"]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.tags import is_floating


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per target, at `tags`; charts are left to chart-tag-mismatch."""
    for artifact in subject.plan.artifacts:
        if artifact.artifact.type == "helm":
            continue
        for target in artifact.targets:
            tags = [tag.text for tag in target.resolved.target.tags]
            if tags and all(map(is_floating, tags)):
                key = target.resolved.target.node.key("tags")
                message = 'every tag here moves with each release; add one that stays, such as "{{ .VersionFull }}"'
                yield Finding(key or tags[0].node, message)
