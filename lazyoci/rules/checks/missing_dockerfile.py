"""The Dockerfile of an image does not exist.

`dockerfile` is relative to the directory of the `.lazy` file, not to `context`, and is `Dockerfile` if not given.

Fails where the Dockerfile is `services/api/Dockerfile`:

```yaml
type: image
context: services/api
```

Mended:

```yaml
type: image
context: services/api
dockerfile: services/api/Dockerfile
```
"""

from __future__ import annotations

from collections.abc import Iterator

from lazyoci.config.model import ImageArtifact
from lazyoci.rules.base import Finding, Subject, type_node
from lazyoci.rules.shared.dockerfiles import has_remote_context, path_of
from lazyoci.rules.shared.paths import absence, is_absent, kind
from lazyoci.rules.shared.wording import quoted
from lazyoci.values.image_inputs import is_remote


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per image; a context that is fetched holds its own Dockerfile."""
    for artifact in subject.config.artifacts:
        if not isinstance(artifact, ImageArtifact) or has_remote_context(artifact):
            continue
        path = path_of(artifact)
        found = kind(subject, path)
        if found == "file" or is_remote(path) or not (found or is_absent(subject, path)):
            continue
        text = artifact.dockerfile
        if text is not None and text.value:
            yield Finding(text.node, f"Dockerfile {_problem(subject, artifact, path, found)}")
        else:
            yield Finding(type_node(artifact), _default(subject, artifact, path, found))


def _problem(subject: Subject, artifact: ImageArtifact, path: str, found: str) -> str:
    if found:
        return f"{quoted(path)} is a directory; name the file in it"
    inside = _in_context(subject, artifact, path)
    if inside:
        return f"{quoted(path)} does not exist; write {quoted(inside)}"
    return f"{quoted(path)} {absence(subject, path)}"


def _default(subject: Subject, artifact: ImageArtifact, path: str, found: str) -> str:
    problem = "is a directory; name the file with dockerfile:" if found else absence(subject, path)
    if problem.startswith("is "):
        return f"{quoted(path)} {problem}"
    return f"there is no Dockerfile beside the .lazy file{_inside(subject, artifact, path)}"


def _inside(subject: Subject, artifact: ImageArtifact, path: str) -> str:
    inside = _in_context(subject, artifact, path)
    return f"; add dockerfile: {inside}" if inside else "; name it with dockerfile:"


def _in_context(subject: Subject, artifact: ImageArtifact, path: str) -> str:
    """The Dockerfile of that name in the context, where people look for it first."""
    context = artifact.context.value.rstrip("/").removeprefix("./") if artifact.context is not None else ""
    inside = f"{context}/{path}"
    return inside if context not in ("", ".") and kind(subject, inside) == "file" else ""
