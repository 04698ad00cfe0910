"""Keys of annotations (image-spec, annotations.md)."""

from __future__ import annotations

TITLE = "org.opencontainers.image.title"
CREATED = "org.opencontainers.image.created"
