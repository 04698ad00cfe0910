"""The platforms of an artifact: those that its file declares, and whether a run builds only a part of them."""

from __future__ import annotations

from lazyoci.config.model import Artifact, DockerArtifact, ImageArtifact
from lazyoci.errors import BundleError
from lazyoci.oci import platform
from lazyoci.oci.platform import Platform, PlatformError
from lazyoci.publish.options import Options


def declared(artifact: Artifact) -> tuple[Platform, ...]:
    """The platforms that the file names, in its order; those that are none are left out, as the check reports them."""
    if not isinstance(artifact, ImageArtifact | DockerArtifact):
        return ()
    return _parsed(tuple([one.value for one in artifact.platforms if one.value]))


def _parsed(texts: tuple[str, ...]) -> tuple[Platform, ...]:
    found: dict[Platform, None] = {}
    for text in texts:
        try:
            found[platform.parse(text)] = None
        except PlatformError:
            continue
    return tuple(found)


def is_part(artifact: Artifact, options: Options) -> bool:
    """Whether a bundle is to hold only some platforms of an image, which then is joined with others."""
    return options.bundle is not None and bool(options.platforms) and bool(_left(artifact, options))


def _left(artifact: Artifact, options: Options) -> set[Platform]:
    return set(declared(artifact)) - set(_parsed(options.platforms))


def check_asked(artifact: Artifact, options: Options) -> None:
    """Raise BundleError if `--platform` names what the file does not declare: it would fit into no index."""
    known = declared(artifact)
    others = [str(one) for one in _parsed(options.platforms) if known and one not in known]
    if others:
        raise BundleError(
            f"{artifact.label}: --platform {', '.join(others)} is not among its platforms",
            hint=f"the file declares {', '.join(map(str, known))}",
        )
