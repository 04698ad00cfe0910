"""Keys of annotations (image-spec, annotations.md)."""

from __future__ import annotations

TITLE = "org.opencontainers.image.title"
CREATED = "org.opencontainers.image.created"
# how oras marks a layer that is a packed directory, and the digest of the tar inside
UNPACK = "io.deis.oras.content.unpack"
CONTENT_DIGEST = "io.deis.oras.content.digest"
