"""The manifests and blobs that a place must have before it can have a root manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lazyoci.errors import LayoutError
from lazyoci.frozen import frozen
from lazyoci.layout.store import Built, walk
from lazyoci.oci.descriptor import MANIFEST_LIMIT, Descriptor, Manifest


@frozen
class Content:
    """An artifact: its manifests by digest, children before parents, and the distinct blobs that these name."""

    root: Descriptor
    manifests: Mapping[str, Manifest]
    blobs: Mapping[str, Descriptor]

    def below(self, digest: str) -> Iterator[str]:
        """The digests of the manifests directly under an index."""
        return (child.digest for child in self.manifests[digest].children if child.digest in self.manifests)

    def blobs_of(self, digest: str) -> Iterator[Descriptor]:
        """The blobs that a manifest names, without those that are not pushed."""
        return (self.blobs[child.digest] for child in self.manifests[digest].children if child.digest in self.blobs)


def read(built: Built) -> Content:
    """Read all manifests of `built`, verified.

    Raises LayoutError or ManifestError for content that is broken, and for manifests above 4 MiB, which registries
    need not accept (distribution-spec, "Pushing Manifests").
    """
    manifests: dict[str, Manifest] = {}
    blobs: dict[str, Descriptor] = {}
    for descriptor, manifest in walk(built.store, built.root):
        if manifest is None:
            if not _lies_elsewhere(descriptor):
                blobs[descriptor.digest] = descriptor
        elif len(manifest.raw) > MANIFEST_LIMIT:
            raise LayoutError(
                f"manifest {descriptor.digest} has {len(manifest.raw)} bytes; registries take {MANIFEST_LIMIT} at most",
                hint="Fewer files or shorter annotations make it smaller.",
            )
        else:
            manifests[descriptor.digest] = manifest
    return Content(built.root, manifests, blobs)


def _lies_elsewhere(descriptor: Descriptor) -> bool:
    """Whether this is a foreign ("non-distributable") layer: it has URLs, and is not pushed (image-spec layer.md)."""
    return bool(descriptor.extra.get("urls"))
