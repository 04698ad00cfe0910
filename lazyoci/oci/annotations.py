"""Keys of annotations (image-spec, annotations.md)."""

from __future__ import annotations

TITLE = "org.opencontainers.image.title"
CREATED = "org.opencontainers.image.created"
# oras's annotations for a packed directory: that the layer is one, and the digest of the tar inside
UNPACK = "io.deis.oras.content.unpack"
CONTENT_DIGEST = "io.deis.oras.content.digest"
