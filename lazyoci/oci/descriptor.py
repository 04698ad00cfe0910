"""Descriptors and manifests as values (image-spec descriptor.md, manifest.md, image-index.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lazyoci.errors import LazyociError
from lazyoci.frozen import field, frozen
from lazyoci.oci import digest as _digest
from lazyoci.oci import mediatype
from lazyoci.oci.platform import Platform

# bytes: registries must accept 4 MiB (distribution-spec), so we build none above it; when reading we allow twice that
MANIFEST_LIMIT = 4 << 20
MANIFEST_READ_LIMIT = 8 << 20


class ManifestError(LazyociError):
    """Bytes that are not the expected manifest."""


@frozen
class Descriptor:
    """Content by its media type, size and digest. `extra` keeps fields that this version does not know."""

    media_type: str
    digest: str
    size: int
    annotations: Mapping[str, str] = field(default_factory=dict)
    platform: Platform | None = None
    artifact_type: str = ""
    data: str = ""  # base64, as in the specification
    extra: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The JSON object, with keys in the order of the specification and without empty ones."""
        out: dict[str, Any] = {"mediaType": self.media_type, "digest": self.digest, "size": self.size}
        if self.platform is not None:
            out["platform"] = {"architecture": self.platform.architecture, "os": self.platform.os}
            if self.platform.variant:
                out["platform"]["variant"] = self.platform.variant
        if self.annotations:
            out["annotations"] = dict(self.annotations)
        if self.data:
            out["data"] = self.data
        if self.artifact_type:
            out["artifactType"] = self.artifact_type
        out.update(self.extra)
        return out

    @property
    def is_attestation(self) -> bool:
        """Whether buildx marked this as an attestation of another manifest, not as an image."""
        return "vnd.docker.reference.type" in self.annotations


EMPTY_BYTES = b"{}"
EMPTY = Descriptor(  # as the image-spec writes it in manifest.md, "Guidance for an Empty Descriptor"
    mediatype.OCI_EMPTY, "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", 2, data="e30="
)

_KNOWN = {"mediaType", "digest", "size", "annotations", "platform", "artifactType", "data"}


def descriptor_from_json(value: object, what: str = "descriptor") -> Descriptor:
    """Read a descriptor out of parsed JSON; raise ManifestError naming `what` is wrong."""
    if not isinstance(value, dict):
        raise ManifestError(f"{what} is not an object")
    media_type, digest, size = value.get("mediaType", ""), value.get("digest"), value.get("size")
    if not isinstance(media_type, str) or not isinstance(digest, str):
        raise ManifestError(f"{what} lacks mediaType or digest")
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size < 1 << 63:
        raise ManifestError(f"{what} has no valid size")
    try:
        _digest.check(digest)
    except _digest.DigestError as error:
        raise ManifestError(f"{what}: {error.message}") from None
    annotations = value.get("annotations") or {}
    if not isinstance(annotations, dict) or not all(isinstance(v, str) for v in annotations.values()):
        raise ManifestError(f"{what} has annotations that are not text")
    extra = {key: item for key, item in value.items() if key not in _KNOWN}
    platform = None
    raw = value.get("platform")
    if isinstance(raw, dict):
        os_, architecture, variant = raw.get("os"), raw.get("architecture"), raw.get("variant", "")
        if isinstance(os_, str) and isinstance(architecture, str) and isinstance(variant, str):
            platform = Platform(os_, architecture, variant)
    artifact_type, data = value.get("artifactType", ""), value.get("data", "")
    if not isinstance(artifact_type, str) or not isinstance(data, str):
        raise ManifestError(f"{what} has an artifactType or data that is not text")
    return Descriptor(media_type, digest, size, annotations, platform, artifact_type, data, extra)


@frozen
class Manifest:
    """A parsed image manifest or index, and the bytes that it was parsed from; these same bytes are pushed."""

    media_type: str
    raw: bytes
    document: Mapping[str, Any]
    config: Descriptor | None
    layers: tuple[Descriptor, ...]
    manifests: tuple[Descriptor, ...]
    subject: Descriptor | None

    @property
    def is_index(self) -> bool:
        """Whether this lists manifests rather than layers."""
        return self.media_type in mediatype.INDEXES

    @property
    def children(self) -> tuple[Descriptor, ...]:
        """What must be in a repository before this manifest: its config and layers, or the manifests that it lists."""
        if self.is_index:
            return self.manifests
        return ((self.config,) if self.config else ()) + self.layers

    @property
    def annotations(self) -> Mapping[str, str]:
        """The manifest's own annotations."""
        found = self.document.get("annotations")
        return found if isinstance(found, dict) else {}

    @property
    def artifact_type(self) -> str:
        """The manifest's artifactType, else its config's media type (image-spec manifest.md, "guidelines")."""
        own = self.document.get("artifactType")
        if isinstance(own, str) and own:
            return own
        return self.config.media_type if self.config else ""

    @property
    def descriptor(self) -> Descriptor:
        """The descriptor of these very bytes."""
        return Descriptor(self.media_type, _digest.of(self.raw), len(self.raw))


def _list(document: Mapping[str, Any], key: str) -> tuple[Descriptor, ...]:
    value = document.get(key)
    if value is None:  # BuildKit writes "layers": null for an image without layers
        return ()
    if not isinstance(value, list):
        raise ManifestError(f"manifest: {key} is not a list")
    return tuple(descriptor_from_json(item, f"{key}[{i}]") for i, item in enumerate(value))


def parse_manifest(raw: bytes, media_type: str = "") -> Manifest:
    """Parse the bytes of a manifest or index; `media_type` is the one that its descriptor or the registry gave.

    Raises ManifestError if they are too many, not JSON, or neither a manifest nor an index.
    """
    if len(raw) > MANIFEST_READ_LIMIT:
        raise ManifestError(f"manifest of {len(raw)} bytes; at most {MANIFEST_READ_LIMIT} are read")
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError):
        raise ManifestError("manifest is not JSON") from None
    if not isinstance(document, dict):
        raise ManifestError("manifest is not a JSON object")
    kind = media_type.partition(";")[0].strip() or str(document.get("mediaType", ""))
    if not kind:
        kind = mediatype.OCI_INDEX if "manifests" in document else mediatype.OCI_MANIFEST
    if not mediatype.is_manifest(kind):
        raise ManifestError(f"{kind!r} is not a manifest this version understands")
    index = kind in mediatype.INDEXES
    subject = document.get("subject")
    return Manifest(
        kind,
        raw,
        document,
        None if index or "config" not in document else descriptor_from_json(document["config"], "config"),
        () if index else _list(document, "layers"),
        _list(document, "manifests") if index else (),
        None if subject is None else descriptor_from_json(subject, "subject"),
    )


def dump(document: Mapping[str, Any]) -> bytes:
    """Serialises all JSON that lazyoci makes: without white space, keys in the given order, in UTF-8."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
