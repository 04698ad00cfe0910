"""The build context of an image is not a directory.

`context` is relative to the directory of the `.lazy` file. URLs and git repositories are left to the builder.

Fails where there is no `service`:

```yaml
type: image
context: service
```

Mended:

```yaml
type: image
context: services
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.config.model import ImageArtifact
from lazyoci.rules.base import Finding, Subject
from lazyoci.rules.paths import is_absent, kind, remedy
from lazyoci.rules.words import quoted
from lazyoci.values.image_inputs import is_remote


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per image that names a context."""
    for artifact in subject.config.artifacts:
        if not isinstance(artifact, ImageArtifact) or artifact.context is None or not artifact.context.value:
            continue
        path, node = artifact.context.value, artifact.context.node
        if is_remote(path) or kind(subject, path) == "dir":
            continue
        if kind(subject, path):
            yield Finding(node, f"context {quoted(path)} is a file; name the directory")
        elif is_absent(subject, path):
            yield Finding(node, f"context {quoted(path)} does not exist{remedy(subject, path)}")
