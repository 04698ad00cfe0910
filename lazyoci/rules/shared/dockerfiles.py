"""The Dockerfile of an image, read once, if this machine can read it."""

from __future__ import annotations

from lazyoci.config.model import ImageArtifact
from lazyoci.rules.base import Subject
from lazyoci.rules.shared.paths import read
from lazyoci.values.dockerfile import DEFAULT_DOCKERFILE, Dockerfile, read_dockerfile
from lazyoci.values.image_inputs import is_remote


def path_of(artifact: ImageArtifact) -> str:
    """Where the Dockerfile lies, relative to the `.lazy` file."""
    return (artifact.dockerfile.value if artifact.dockerfile is not None else "") or DEFAULT_DOCKERFILE


def has_remote_context(artifact: ImageArtifact) -> bool:
    """Whether the context is a URL or a git repository, which the builder fetches together with the Dockerfile."""
    return artifact.context is not None and is_remote(artifact.context.value)


def dockerfile_of(subject: Subject, artifact: ImageArtifact) -> Dockerfile | None:
    """The Dockerfile; None if it cannot be read here or needs another BuildKit frontend."""
    path = path_of(artifact)
    if has_remote_context(artifact) or is_remote(path):
        return None

    def load() -> Dockerfile | None:
        data = read(subject, path)
        found = None if data is None else read_dockerfile(data)
        return found if found is not None and found.is_standard else None

    return subject.once(("dockerfile", path), load)
