"""A build context of an image is not a directory.

`context`, and the directories of `contexts`, are relative to the directory of the `.lazy` file. URLs and git
repositories are not checked, nor are images, which a named context writes as `docker-image://alpine:3.20`: the builder
looks for them.

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
from lazyoci.rules.base import Finding, Subject, entry_key
from lazyoci.rules.shared.missing_paths import absence, is_directory
from lazyoci.rules.shared.paths import is_absent, kind
from lazyoci.rules.shared.wording import quoted
from lazyoci.values.image_inputs import context_path, is_remote
from lazyoci.yaml.nodes import Scalar


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per context that is named."""
    for artifact in subject.config.artifacts:
        if not isinstance(artifact, ImageArtifact):
            continue
        if artifact.context is not None and artifact.context.value.startswith("-"):
            message = f"context {quoted(artifact.context.value)} begins with a dash; name a directory"
            yield Finding(artifact.context.node, message)
        elif artifact.context is not None and artifact.context.value and not is_remote(artifact.context.value):
            yield from _directory(subject, "context", artifact.context.value, artifact.context.node)
        for name, text in artifact.contexts.items():
            what = f"context {quoted(name)}"
            if not text.value:
                node = entry_key(artifact, "contexts", name) or text.node
                yield Finding(node, f"{what} has no value; name a directory, or docker-image:// and an image")
            elif path := context_path(text.value):
                yield from _directory(subject, f"{what}:", path, text.node)


def _directory(subject: Subject, what: str, path: str, node: Scalar) -> Iterator[Finding]:
    found = kind(subject, path)
    if found == "file":
        yield Finding(node, f"{what} {quoted(path)} is a file; name the directory")
    elif not found and is_absent(subject, path):
        image = _image(what, path)
        if image:
            yield Finding(node, f"{what} {quoted(path)} does not exist{image}")
            return
        missing = absence(subject, path, is_directory(subject))
        message = f"{what} {quoted(path)} {missing.words}"
        if node.value != path:  # such as oci-layout://: only the path behind it was judged
            yield Finding(node, message)
        else:
            yield Finding(node, message, fix=missing.fix(subject, node), choices=missing.choices(subject, node))


def _image(what: str, path: str) -> str:
    """The remedy for a context that is an image without `docker-image://`. Few paths contain a colon, as images do."""
    name, colon, tag = path.rpartition(":")
    looks = what != "context" and ((colon and name and "/" not in tag) or "@sha256" in path)
    return f"; an image is written {quoted(f'docker-image://{path}')}" if looks and "\\" not in path else ""
