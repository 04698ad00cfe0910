"""The image of a docker artifact is not a reference.

It is what `docker save` is given: `name`, `name:tag`, `host/name@sha256:…`, or the image's id. It is used as written:
templates are rendered in registries, tags and annotations only.

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

from lazyoci.config.model import DockerArtifact
from lazyoci.oci import reference
from lazyoci.oci.reference import ReferenceError
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.words import quoted

_IMAGE_ID = re.compile(r"(?:sha256:)?[0-9a-f]{12,64}")


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per artifact."""
    for artifact in subject.config.artifacts:
        if not isinstance(artifact, DockerArtifact):
            continue
        image = artifact.image
        if image.is_template:
            message = (
                f"image {quoted(image.value)} is used as written; templates are only rendered in registry and tags"
            )
            yield Finding(image.node, message)
        elif not _IMAGE_ID.fullmatch(image.value):
            try:
                reference.parse(image.value)
            except ReferenceError as error:
                yield Finding(image.node, f"image {quoted(image.value)} is not a reference: {error.message}")
