"""Builds one artifact into a root descriptor and a store of blobs: by its type, from a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lazyoci.build.context import Context
from lazyoci.build.docker import build_docker
from lazyoci.build.files import build_files
from lazyoci.build.helm import build_helm
from lazyoci.build.image import build_image
from lazyoci.config.model import Artifact
from lazyoci.errors import BuildError
from lazyoci.layout.store import Built

__all__ = ["BUILDERS", "Built", "Context", "build"]

# each builder takes its own class of artifact, which its row in the table promises
BUILDERS: Mapping[str, Callable[[Any, Context], Built]] = {
    "image": build_image,
    "helm": build_helm,
    "artifact": build_files,
    "docker": build_docker,
}


def build(artifact: Artifact, context: Context) -> Built:
    """Build `artifact`. Nothing is left behind but what lies in `context.scratch`.

    Raises BuildError for what the artifact or the machine lacks, LayoutError for content that is broken or changes
    while it is read, Interrupted once `context.cancelled` is set.
    """
    builder = BUILDERS.get(artifact.type)
    if builder is None:
        known = ", ".join(BUILDERS)
        raise BuildError(f"{artifact.label}: type {artifact.type} has no builder here", hint=f"there is: {known}")
    try:
        return builder(artifact, context)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        raise BuildError(f"{artifact.label}: {place}{error.strerror or error}") from error
