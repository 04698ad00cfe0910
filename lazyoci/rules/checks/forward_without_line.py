"""A tag has `moves: forward`, and names no version or release: it is made of the commit, the branch or the time.

`moves: forward` compares versions, so it is for tags that follow releases, such as `latest` or `{{ .VersionMajor }}`.
On a run that is not for a version such tags stay where they are. A tag of a branch would then never move again.

Fails:

```yaml
tags: ["{{ .VersionFull }}", {tag: "{{ tagify .GitBranch }}", when: branch, moves: forward}]
```

Mended:

```yaml
tags: ["{{ .VersionFull }}", {tag: "{{ tagify .GitBranch }}", when: branch}]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.of_the_run import OF_THE_RUN


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per tag, at `moves`; a target's `moves` may be meant for its other tags."""
    for artifact in subject.resolved.artifacts:
        for tag in [tag for target in artifact.targets for tag in target.tags]:
            moves, template = tag.tag.moves, tag.text.template
            if moves is None or moves.value != "forward" or template is None:
                continue
            names = [name for name, _ in template.fields()]
            if names and OF_THE_RUN.issuperset(names):
                fact = f"this tag is made of .{names[0]}, and follows no releases"
                yield Finding(moves.node, f"{fact}; moves: forward would leave it where it is, so remove that")
