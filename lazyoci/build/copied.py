"""A copy is not built: what it is made from is in a registry, where `lazyoci.publish` looks it up."""

from __future__ import annotations

from lazyoci.build.context import Context
from lazyoci.config.model import CopyArtifact
from lazyoci.errors import BuildError
from lazyoci.layout.store import Built


def look_at_copy(artifact: CopyArtifact, context: Context) -> None:
    """Raise BuildError for what would change the digest: a copy has that of its source."""
    for key, given in (("annotations", bool(artifact.annotations)), ("metadata", artifact.metadata is not None)):
        if given:
            raise BuildError(
                f"{artifact.label}: {key} would change the digest, and a copy has that of its source",
                hint=f"remove {key}, or write it where the source is built",
            )
    if context.platforms:
        raise BuildError(
            f"{artifact.label}: --platform is for what is built, and a copy is taken as the file says",
            hint="write platforms: in the file, or leave the copy out with --artifact",
        )


def build_copy(artifact: CopyArtifact, context: Context) -> Built:
    """Raise BuildError: there is nothing to build without a registry."""
    raise BuildError(
        f"{artifact.label} is a copy, which has no content before a registry is asked",
        hint="leave it out: name the others with --artifact",
    )
