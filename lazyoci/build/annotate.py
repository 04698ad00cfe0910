"""Adds the annotations of the `.lazy` file to an image that a builder made."""

from __future__ import annotations

from collections.abc import Mapping

from lazyoci.frozen import replace
from lazyoci.layout.store import Built, Staged
from lazyoci.oci.descriptor import parse_manifest


def annotate(built: Built, annotations: Mapping[str, str]) -> Built:
    """`built` with `annotations` on its root, where registries show them. The images of an index stay unchanged.

    So the images' digests, which attestations contain, stay the same; only that of the root changes.
    """
    if not annotations:
        return built
    manifest = parse_manifest(built.store.read(built.root), built.root.media_type)
    merged = {**manifest.annotations, **annotations}
    staged = Staged(built.store)
    document = {**manifest.document, "annotations": dict(sorted(merged.items()))}
    root = staged.add_json(built.root.media_type, document)
    return replace(built, root=root, store=staged, size=built.size - built.root.size + root.size)
