"""The Dockerfile does not declare this build argument.

Builders ignore it, at most with a warning, so it has no effect and a default is used instead. Usually the name is
mistyped, or the `ARG` was removed. Proxies, `SOURCE_DATE_EPOCH`, the platform arguments and `BUILDKIT_…` need no `ARG`.

Fails with `ARG GO_VERSION` in the Dockerfile:

```yaml
type: image
buildArgs: {GOVERSION: "1.25"}
```

Mended:

```yaml
type: image
buildArgs: {GO_VERSION: "1.25"}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.config.model import ImageArtifact
from lazyoci.config.suggest import suggest
from lazyoci.diagnostic import Fix
from lazyoci.rules.base import Finding, Subject, entry_key
from lazyoci.rules.shared.dockerfiles import dockerfile_of, path_of
from lazyoci.rules.shared.fixes import write
from lazyoci.values.dockerfile import Dockerfile, is_predefined
from lazyoci.yaml.nodes import Node, Scalar


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per argument, at its name, where the Dockerfile can be read."""
    for artifact in subject.config.artifacts:
        if not isinstance(artifact, ImageArtifact) or not artifact.build_args:
            continue
        dockerfile = dockerfile_of(subject, artifact)
        if dockerfile is None:
            continue
        for name, text in artifact.build_args.items():
            if not dockerfile.has_argument(name) and not is_predefined(name):
                meant = _meant(artifact, name, dockerfile)
                remedy = f"did you mean {meant}?" if meant else "add the ARG, or remove it here"
                message = f"{path_of(artifact)} has no ARG {name}, so it has no effect; {remedy}"
                node = entry_key(artifact, "buildArgs", name) or text.node
                yield Finding(node, message, choices=_choices(subject, node, meant))


def _meant(artifact: ImageArtifact, name: str, dockerfile: Dockerfile) -> str:
    """The `ARG` that was probably meant, of those that have no value yet; empty if there is none."""
    names = dict.fromkeys(argument.name for argument in dockerfile.arguments)
    guess = suggest(name, [one for one in names if one not in artifact.build_args])
    return "" if guess is None else guess.word


def _choices(subject: Subject, key: Node, meant: str) -> tuple[Fix, ...]:
    """The choice to rename the key."""
    fix = write(subject.source, key, meant, f"replace with {meant}") if meant and isinstance(key, Scalar) else None
    return () if fix is None else (fix,)
