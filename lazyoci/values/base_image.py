"""The image that an image is based on, where the Dockerfile pins it by a digest.

No builder tells it for every image: BuildKit knows no base images (its provenance lists all images of a build alike);
buildah and podman write it into an image themselves, but not into an index of several. A digest in the Dockerfile is
the same for all of them, and in every build. https://github.com/opencontainers/image-spec/blob/v1.1.0/annotations.md
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lazyoci.frozen import frozen
from lazyoci.oci import digest as digests
from lazyoci.values.dockerfile import DEFAULT_DOCKERFILE, Dockerfile, read_dockerfile
from lazyoci.values.image_inputs import is_remote
from lazyoci.world.remote import is_here

if TYPE_CHECKING:
    from lazyoci.config.model import ImageArtifact
    from lazyoci.values.variables import Values

_SCRATCH = "scratch"


@frozen
class Base:
    """The base's digest, and its fully qualified name with a tag if one is written. Without a digest, `reason` why."""

    digest: str = ""
    name: str = ""
    reason: str = ""


def base_image(artifact: ImageArtifact, values: Values) -> Base:
    """What the Dockerfile says of the base of the stage that is built."""
    path = (artifact.dockerfile.value if artifact.dockerfile is not None else "") or DEFAULT_DOCKERFILE
    context = artifact.context.value if artifact.context is not None else ""
    if is_remote(path) or is_remote(context):
        return Base(reason="the Dockerfile is not in this repository")
    try:
        data = values.world.files.read(os.path.join(values.directory, path))  # noqa: PTH118  # as for version files
    except (OSError, ValueError):
        return Base(reason=f"{path} cannot be read")
    target = artifact.target.value if artifact.target is not None else ""
    written, why = _written(read_dockerfile(data), target)
    if why:
        return Base(reason=f"{path}: {why}")
    if artifact.contexts:
        return Base(reason="contexts may replace what FROM names")
    return _parsed(written, path)


def _written(dockerfile: Dockerfile, target: str) -> tuple[str, str]:
    """What the FROM of the stage names, or of the stage that it is from; or why that is not known."""
    if not dockerfile.is_standard:
        return "", f"its syntax is {dockerfile.frontend}"
    base = dockerfile.base_of(target)
    if not base:
        return "", "there is no such stage"
    if "$" in base:
        return "", f"FROM {base} depends on a build argument"
    return base, ""


def _parsed(text: str, path: str) -> Base:
    if text.lower() == _SCRATCH:
        return Base(reason="the image is based on none (scratch)")
    name, at, digest = text.partition("@")
    if not at:
        return Base(reason=f"{path}: FROM {text} has no digest, so another build may have another base")
    try:
        digests.check(digest)
    except digests.DigestError:
        return Base(reason=f"{path}: FROM {text} has no valid digest")
    host, slash, rest = name.partition("/")
    if not slash or not ("." in host or ":" in host or host == "localhost"):
        host, rest = "docker.io", name if slash else f"library/{name}"
    if is_here(host.partition(":")[0]):
        return Base(reason=f"{host} is a registry of this machine")
    tagged = ":" in rest  # the name of a digest alone says no more
    return Base(digest, f"{host}/{rest}" if tagged else "")
