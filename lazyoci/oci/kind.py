"""Tells what an artifact is, by its media types alone (image-spec manifest.md, "Guidelines for Artifact Usage").

Its `artifactType` decides; without one, the media type of its config. If that is empty or an image's, as older tools
write it, the layers decide.
"""

from __future__ import annotations

import re
from typing import Literal

from lazyoci.frozen import frozen
from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import Manifest

Name = Literal["image", "helm", "artifact", "wasm", "sbom", "signature", "attestation"]


@frozen
class Kind:
    """A kind of artifact; `detail` says more: the format of an SBOM, or a generic artifact's own type."""

    name: Name
    detail: str = ""


IMAGE = Kind("image")
_IMAGE_CONFIGS = frozenset({mediatype.OCI_CONFIG, mediatype.DOCKER_CONFIG})
# types that say nothing: for them, the layers decide
_SILENT = frozenset({"", mediatype.OCI_EMPTY, mediatype.UNKNOWN_ARTIFACT}) | _IMAGE_CONFIGS

_TABLE: tuple[tuple[str, Name, str], ...] = (
    (r"application/vnd\.cncf\.helm\..+", "helm", ""),
    (r"application/vnd\.dev\.cosign\.(artifact\.sig|simplesigning).*", "signature", "cosign"),
    (r"application/vnd\.cncf\.notary\..+", "signature", "notary"),
    (r"application/vnd\.dev\.cosign\.artifact\.sbom.*", "sbom", ""),
    (r"(application|text)/(vnd\.)?spdx([+;.].*)?", "sbom", "spdx"),
    (r"application/vnd\.cyclonedx([+;.].*)?", "sbom", "cyclonedx"),
    (r"application/vnd\.syft.*", "sbom", "syft"),
    (r"application/vnd\.in-toto.*", "attestation", "in-toto"),
    (r"application/vnd\.dsse\..+", "attestation", "dsse"),
    (r"application/vnd\.docker\.attestation\.manifest.*", "attestation", "in-toto"),
    (r"application/vnd\.dev\.sigstore\.bundle.*", "signature", "sigstore"),
    (r"application/(vnd\.)?(wasm|module\.wasm|wasi).*", "wasm", ""),
)
_PREDICATE = "dev.sigstore.bundle.predicateType"


def of_type(media_type: str) -> Kind | None:
    """The kind that a media type stands for; None if it may stand for several."""
    # the patterns are compiled once one is needed, as few runs look at kinds
    return next((Kind(name, detail) for pattern, name, detail in _TABLE if re.fullmatch(pattern, media_type)), None)


def detect(manifest: Manifest) -> Kind:
    """The kind of a manifest or index. An index with platforms is an image; others are told by what they list."""
    own = manifest.document.get("artifactType")
    said = own if isinstance(own, str) else ""
    if manifest.is_index:
        return _of_index(manifest, said)
    config = manifest.config.media_type if manifest.config is not None else ""
    for media_type in (said, config):
        known = of_type(media_type)
        if known is not None:
            if known.detail == "sigstore" and _PREDICATE in manifest.annotations:
                return Kind("attestation", "sigstore")
            return known
    if said not in _SILENT:
        return Kind("artifact", said)
    if config not in _SILENT:
        return Kind("artifact", config)
    layers = {of_type(layer.media_type) for layer in manifest.layers}
    (only,) = layers if len(layers) == 1 else (None,)
    if only is not None:
        return only
    if config in _IMAGE_CONFIGS:
        return IMAGE
    return Kind("artifact", said)


def _of_index(index: Manifest, said: str) -> Kind:
    if said:
        return of_type(said) or Kind("artifact", said)
    children = [child for child in index.manifests if not child.is_attestation]
    if not children or any(child.platform is not None for child in children):
        return IMAGE
    kinds = {of_type(child.artifact_type) for child in children}
    (only,) = kinds if len(kinds) == 1 else (None,)
    return only or Kind("artifact", children[0].artifact_type)
