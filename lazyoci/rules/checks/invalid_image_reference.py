"""The image of a docker artifact, or the source of a copy, is not a valid reference.

It is `name:tag`, `name` (whose tag is `latest`), `host/name@sha256:…`, or the image's id, as this machine's Docker or
Podman knows it. Templates are rendered in registries, tags, annotations, build arguments and labels only.

Fails:

```yaml
type: docker
image: Nginx:alpine
```

Mended:

```yaml
type: docker
image: nginx:alpine
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lazyoci.config.model import CopyArtifact, DockerArtifact
from lazyoci.oci import reference
from lazyoci.oci.reference import ReferenceError
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.shared.wording import quoted

_IMAGE_ID = re.compile(r"(?:sha256:)?[0-9a-f]{12,64}")


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per artifact."""
    for resolved in subject.resolved.artifacts:  # by themselves: an index counts those of the whole file
        artifact, source = resolved.artifact, resolved.source
        if isinstance(artifact, CopyArtifact):
            wrong = _source_problem(source.text) if source is not None and source.certain else None
            if wrong is not None:
                yield Finding(artifact.source.node, wrong)
        if isinstance(artifact, DockerArtifact):
            image = artifact.image.value
            message = None if _IMAGE_ID.fullmatch(image) else _problem(image)
            if message is not None:
                yield Finding(artifact.image.node, message)


def _source_problem(source: str) -> str | None:
    try:
        reference.parse(source)
    except ReferenceError as error:
        from lazyoci.config.placeholders import placeholder  # only where something is wrong

        foreign = placeholder(source)
        return f"from {quoted(source)} is not a reference: {error.sentence}" if foreign is None else foreign.message
    return None


def _problem(image: str) -> str | None:
    if "{{" in image or "${" in image:
        return (
            f"image {quoted(image)} is used as written, as it is no template; write the name that docker images shows"
        )
    if "://" in image:
        return f"the image begins with {image[: image.index('://') + 3]}; write it without"
    name = image.partition("@")[0]
    path = name.rpartition("/")[2].partition(":")[0]
    if path != path.lower():
        return f"the image name {quoted(path)} has capitals; write it in lower case"
    try:
        reference.parse(image)
    except ReferenceError as error:
        return f"{quoted(image)} is not an image reference: {error.message}"
    return None
