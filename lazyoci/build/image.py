"""Builds a container image from a Dockerfile with an available engine."""

from __future__ import annotations

from lazyoci.build.annotate import annotate
from lazyoci.build.context import Context
from lazyoci.build.engines.engine import BuildRequest
from lazyoci.config.model import ImageArtifact
from lazyoci.errors import BuildError
from lazyoci.layout.store import Built
from lazyoci.values.image_inputs import context_path, is_remote


def build_image(artifact: ImageArtifact, context: Context) -> Built:
    """Build an image with `context.engine`, or the first suitable engine. Raises as `lazyoci.build.build`."""
    from lazyoci.build.engines.choose import choose  # here, as a dry run needs no engine

    request = BuildRequest.of(artifact, context)
    _check_input(request, context)
    engine = choose(context.engine, request)
    context.on_output(f"building with {engine.description}")
    return annotate(engine.build(request, context), context.annotations)


def look_at_image(artifact: ImageArtifact, context: Context) -> None:
    """Raise BuildError for what the artifact lacks, whatever the engine."""
    _check_input(BuildRequest.of(artifact, context, building=False), context)


def _check_input(request: BuildRequest, context: Context) -> None:
    """Raise BuildError for missing inputs, with the names of the `.lazy` file, before a builder is asked."""
    for name, value in request.contexts.items():
        path = context_path(value)
        if not value or (path and not (context.directory / path).is_dir()):
            problem = f"{context.directory / path} is not a directory" if value else "it has no value"
            raise BuildError(f"{request.label}: the context {name}: {problem}", hint=f"correct contexts.{name}")
    if request.context.startswith("-"):
        raise BuildError(f"{request.label}: the context {request.context!r} is not a directory", hint="correct context")
    if is_remote(request.context):
        return
    if not (context.directory / request.context).is_dir():
        raise BuildError(
            f"{request.label}: the context {context.directory / request.context} is not a directory",
            hint="correct context, which is relative to the .lazy file",
        )
    if not is_remote(request.dockerfile) and not (context.directory / request.dockerfile).is_file():
        raise BuildError(
            f"{request.label}: there is no Dockerfile at {context.directory / request.dockerfile}",
            hint="create it, or correct dockerfile, which is relative to the .lazy file",
        )
