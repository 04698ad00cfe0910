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
from lazyoci.diagnostic import Fix
from lazyoci.rules.base import Finding, Subject, type_node
from lazyoci.rules.shared.dockerfiles import has_remote_context, path_of
from lazyoci.rules.shared.fixes import write
from lazyoci.rules.shared.missing_paths import absence, is_file
from lazyoci.rules.shared.paths import is_absent, kind, listing
from lazyoci.rules.shared.wording import quoted
from lazyoci.values.dockerfile import DEFAULT_DOCKERFILE
from lazyoci.values.image_inputs import is_remote
from lazyoci.yaml.nodes import Scalar
from lazyoci.yaml.quotes import scalar
from lazyoci.yaml.tree_edits import add_entry


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
            yield _named(subject, artifact, text.node, path, found)
        else:
            yield _default(subject, artifact, path, found)


def _named(subject: Subject, artifact: ImageArtifact, node: Scalar, path: str, found: str) -> Finding:
    if found:
        choices = _written(subject, node, f"{path.rstrip('/')}/{DEFAULT_DOCKERFILE}")
        return Finding(node, f"Dockerfile {quoted(path)} is a directory; name the file in it", choices=choices)
    inside = _in_context(subject, artifact, path)
    if inside:
        message = f"Dockerfile {quoted(path)} does not exist; write {quoted(inside)}"
        return Finding(node, message, choices=_written(subject, node, inside))
    missing = absence(subject, path, is_file(subject))
    choices = missing.choices(subject, node)
    return Finding(node, f"Dockerfile {quoted(path)} {missing.words}", fix=missing.fix(subject, node), choices=choices)


def _written(subject: Subject, node: Scalar, path: str) -> tuple[Fix, ...]:
    """The choice to name this file, if there is one."""
    fix = write(subject.source, node, path) if kind(subject, path) == "file" else None
    return () if fix is None else (fix,)


def _default(subject: Subject, artifact: ImageArtifact, path: str, found: str) -> Finding:
    node = type_node(artifact)
    inside = _in_context(subject, artifact, path)
    choices = tuple([one for file in _candidates(subject, inside) if (one := _added(subject, artifact, file))])
    if found:
        message = f"{quoted(path)} is a directory; name the file with dockerfile:"
        return Finding(node, message, choices=choices)
    words = absence(subject, path, is_file(subject)).words
    if words.startswith("is "):
        return Finding(node, f"{quoted(path)} {words}", choices=choices)
    remedy = f"add dockerfile: {inside}" if inside else "name it with dockerfile:"
    return Finding(node, f"there is no Dockerfile beside the .lazy file; {remedy}", choices=choices)


def _candidates(subject: Subject, inside: str) -> list[str]:
    """The Dockerfile in the context, or else the files beside whose names say that they are Dockerfiles."""
    if inside:
        return [inside]
    names = [one for one in listing(subject, ".") if "dockerfile" in one.lower() or "containerfile" in one.lower()]
    ignored = [one for one in names if one.lower().endswith(".dockerignore")]
    return [one for one in sorted(names) if one not in ignored and kind(subject, one) == "file"][:_MOST]


_MOST = 3  # files that are offered


def _added(subject: Subject, artifact: ImageArtifact, file: str) -> Fix | None:
    """The choice to add `dockerfile`; an empty one is filled."""
    if artifact.dockerfile is not None:
        return write(subject.source, artifact.dockerfile.node, file) if artifact.dockerfile.node.style else None
    return add_entry(subject.source, artifact.node, f"dockerfile: {scalar(file)}", below="type")


def _in_context(subject: Subject, artifact: ImageArtifact, path: str) -> str:
    """The Dockerfile of that name in the context, where people look for it first."""
    context = artifact.context.value.rstrip("/").removeprefix("./") if artifact.context is not None else ""
    inside = f"{context}/{path}"
    return inside if context not in ("", ".") and kind(subject, inside) == "file" else ""
