"""The build stage that `target` names is not in the Dockerfile.

A stage is named by `FROM … AS name`, without regard to case, or counted from 0.

Fails with `FROM alpine AS runtime` in the Dockerfile:

```yaml
type: image
target: runtme
```

Mended:

```yaml
type: image
target: runtime
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.config.model import ImageArtifact
from lazyoci.config.suggest import suggest
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.dockerfiles import dockerfile_of, path_of
from lazyoci.rules.shared.fixes import write
from lazyoci.rules.shared.wording import listed, quoted

_MOST = 5  # stages that are offered


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per image, where the Dockerfile can be read."""
    for artifact in subject.config.artifacts:
        if not isinstance(artifact, ImageArtifact) or artifact.target is None or not artifact.target.value:
            continue
        target = artifact.target
        dockerfile = dockerfile_of(subject, artifact)
        if dockerfile is None or dockerfile.has_stage(target.value):
            continue
        names = [stage.name for stage in dockerfile.stages if stage.name]
        guess = suggest(target.value, names)
        if guess is not None:
            remedy = f"did you mean {guess.word}?"
        else:
            remedy = f"its stages are {listed(names)}" if names else "none of its stages has a name"
        message = f"{path_of(artifact)} has no stage {quoted(target.value)}; {remedy}"
        offered = [guess.word] if guess is not None else names[:_MOST]
        choices = [write(subject.source, target.node, name, f"replace with {name}") for name in offered]
        yield Finding(target.node, message, choices=tuple([one for one in choices if one is not None]))
