"""Nobody tells a fact on which it depends whether something is due.

Without a value it is unknown whether the tag would be published, so `build` does neither: it names the fact, and how to
state it. `unknown or true` is true, so `[release, default-branch]` needs no default branch for a release. While you
write, in the editor and in the hook, it is only information: the run that publishes may well know.

Fails in `build` where neither CI nor git tells the default branch:

```yaml
tags: [{tag: edge, when: default-branch}]
```

Mended by stating it, with `--occasion default-branch` or `defaultBranch: main` in `.lazyoci.yaml`, or by naming it:

```yaml
tags: [{tag: edge, when: "branch:main"}]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.rules.base import Finding, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per tag."""
    for artifact in subject.resolved.artifacts:
        for target in artifact.targets:
            for tag in target.tags:
                if tag.undecided and tag.reason:
                    remedy = f"; {tag.remedy}" if tag.remedy else ""
                    yield Finding(
                        tag.tag.text.node, f"{tag.reason}, so it is not known whether this tag is due{remedy}"
                    )
