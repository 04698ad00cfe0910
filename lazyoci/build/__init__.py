"""Builds one artifact into a root descriptor and a store of blobs: by its type, from a table."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import cast

from lazyoci.build.context import Builder, Context
from lazyoci.config.model import Artifact
from lazyoci.errors import BuildError
from lazyoci.layout.store import Built

__all__ = ["BUILDERS", "CHEAP_TYPES", "Built", "Context", "build"]

# type → module and function; a builder is imported only when an artifact of its type is built
BUILDERS: Mapping[str, tuple[str, str]] = {
    "image": ("lazyoci.build.image", "build_image"),
    "helm": ("lazyoci.build.helm", "build_helm"),
    "artifact": ("lazyoci.build.files", "build_files"),
    "docker": ("lazyoci.build.docker", "build_docker"),
}
CHEAP_TYPES = frozenset({"artifact", "helm"})  # built by us alone in little time, so also to know a digest


def build(artifact: Artifact, context: Context) -> Built:
    """Build `artifact`. Nothing is left behind but what lies in `context.scratch`.

    Raises BuildError for what the artifact or the machine lacks, LayoutError for content that is broken or changes
    while it is read, Interrupted once `context.cancelled` is set.
    """
    module, function = BUILDERS[artifact.type]
    builder = cast(Builder, getattr(import_module(module), function))
    try:
        return builder(artifact, context)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        raise BuildError(f"{artifact.label}: {place}{error.strerror or error}") from error
