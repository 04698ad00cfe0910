"""The conditions exclude each other: no run would ever publish the tag.

The conditions of the artifact, of the target and of the tag must all hold. `release` means that the run is for a git
tag, so the run cannot be for a branch or a pull request as well. An artifact with git tags of its own (`versionFrom`)
sees no others, so `tag:web/v*` is never true of one with `api-v*`.

Fails:

```yaml
registry: ghcr.io/acme/api
when: branch
tags: [{tag: latest, when: release}, {tag: edge, when: default-branch}]
```

Mended:

```yaml
registry: ghcr.io/acme/api
tags: [{tag: latest, when: release}, {tag: edge, when: default-branch}]
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lazyoci.rules.base import Finding, Subject

if TYPE_CHECKING:
    from lazyoci.config.model import Condition


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per tag."""
    for artifact in subject.config.artifacts:
        own = None if artifact.version_from is None else artifact.version_from.tag
        line = own.value if own is not None and own.value.count("*") == 1 else ""
        for target in artifact.targets:
            for tag in target.tags:
                levels = {"the artifact": artifact.when, "the target": target.when, "the tag": tag.when}
                given = {name: one for name, one in levels.items() if one is not None}
                if not given:
                    continue
                from lazyoci.when.possible import possible  # few files have conditions

                conditions = list(given.values())
                if possible(conditions, line) or _is_wrong(conditions):
                    continue
                if line and possible(conditions):
                    fact = f"no git tag {line}, which are the artifact's own, meets its conditions"
                    remedy = f'write "tag:{line}", or correct versionFrom'
                    yield Finding(tag.text.node, f"this tag is never due, as {fact}; {remedy}")
                    continue
                where = " and of ".join(given)
                what = "contradicts itself" if len(given) == 1 else "exclude each other"
                yield Finding(
                    tag.text.node,
                    f"this tag is never due, as when of {where} {what}; remove a condition, or write a list for either",
                )


def _is_wrong(conditions: list[Condition]) -> bool:
    """Whether a text of them is no occasion, or matches nothing: unknown-occasion tells that."""
    from lazyoci.when.evaluate import texts
    from lazyoci.when.misspelt import misspelt

    found = [one for condition in conditions for one in texts(condition) if not one.is_template]
    return any(misspelt(one.value) is not None for one in found)
