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

from lazyoci.plan import PlannedArtifact
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.fixes import add_item
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
                listed = target.resolved.target.node.get("tags")
                choices = [add_item(subject.source, listed, f'"{{{{ .{name} }}}}"') for name in _staying(artifact)]
                yield Finding(key or tags[0].node, message, choices=tuple([one for one in choices if one is not None]))


def _staying(artifact: PlannedArtifact) -> list[str]:
    """The variables to offer: those that have a value now, else the version, which a release will have."""
    values = artifact.resolved.values
    return [name for name in ("VersionFull", "GitSHA") if values.get(name).text] or ["VersionFull"]
