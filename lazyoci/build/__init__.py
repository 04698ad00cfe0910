"""Builds one artifact into a root descriptor and a store of blobs. A table names the builder of each type."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import cast

from lazyoci.build.context import Builder, Context
from lazyoci.config.model import Artifact
from lazyoci.errors import BuildError
from lazyoci.layout.store import Built
from lazyoci.programs import ending_with

__all__ = ["BUILDERS", "CHEAP_TYPES", "Built", "Context", "build", "look"]

# type → module and function; a builder is imported only when an artifact of its type is built
BUILDERS: Mapping[str, tuple[str, str]] = {
    "image": ("lazyoci.build.image", "build_image"),
    "helm": ("lazyoci.build.helm", "build_helm"),
    "artifact": ("lazyoci.build.files", "build_files"),
    "docker": ("lazyoci.build.docker", "build_docker"),
    "copy": ("lazyoci.build.copied", "build_copy"),
}
# type → module and function that only checks, for a dry run
LOOKS: Mapping[str, tuple[str, str]] = {
    "image": ("lazyoci.build.image", "look_at_image"),
    "helm": ("lazyoci.build.helm", "look_at_chart"),
    "artifact": ("lazyoci.build.files", "look_at_files"),
    "docker": ("lazyoci.build.docker", "look_at_name"),
    "copy": ("lazyoci.build.copied", "look_at_copy"),
}
_NO_ROOM = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
CHEAP_TYPES = frozenset({"artifact", "helm"})  # quick to build, so a dry run builds them too


def look(artifact: Artifact, context: Context) -> None:
    """Raise BuildError for what `build` would refuse before building. Runs no other program."""
    module, function = LOOKS[artifact.type]
    with _as_build_error(artifact, context.scratch.parent):
        getattr(import_module(module), function)(artifact, context)


def build(artifact: Artifact, context: Context) -> Built:
    """Build `artifact`. Leaves nothing behind except in `context.scratch`.

    Raises BuildError if the artifact or the machine lacks something, LayoutError if content is broken or changes
    while it is read, Interrupted once `context.cancelled` is set.
    """
    module, function = BUILDERS[artifact.type]
    builder = cast(Builder, getattr(import_module(module), function))
    with _as_build_error(artifact, context.scratch.parent), ending_with(context.cancelled):
        return builder(artifact, context)


@contextmanager
def _as_build_error(artifact: Artifact, temporary: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:  # only a build's own files can fill the disk here
            raise BuildError(
                f"{artifact.label}: no room is left for temporary files in {temporary}",
                hint="set TMPDIR to a directory with more room",
            ) from error
        place = f"{error.filename}: " if error.filename else ""
        raise BuildError(f"{artifact.label}: {place}{error.strerror or error}") from error
