"""The seam of all transfers: a place that takes content, and the one order in which it gets it.

A repository of a registry is such a place, and so is a layout on disk. Blobs come before the manifests that name them,
manifests before the indexes that list them, and tags last: whoever reads meanwhile, or after a transfer that was cut
short, finds nothing that names what is not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from lazyoci.oci.descriptor import Descriptor, Manifest
from lazyoci.transfer.content import Content


class Sink(Protocol):
    """A place that takes content. Each of its methods may raise Interrupted, or what the place raises."""

    def has(self, digest: str) -> bool:
        """Whether a manifest is there, and with it all it leads to."""
        ...

    def put_blobs(self, blobs: Sequence[Descriptor]) -> None:
        """Have these blobs there, of which some may be there already."""
        ...

    def put_manifest(self, digest: str, manifest: Manifest) -> None:
        """Put a manifest under the digest that others know it by; all that it names is there."""
        ...

    def put_tags(self) -> None:
        """Give the root its names."""
        ...


def send(content: Content, sink: Sink) -> None:
    """Have all of `content` at `sink`, and its root named there."""
    missing = list(dict.fromkeys(_missing(content, sink, content.root.digest)))
    blobs = {blob.digest: blob for digest in missing for blob in content.blobs_of(digest)}
    sink.put_blobs(list(blobs.values()))
    for digest in missing:
        sink.put_manifest(digest, content.manifests[digest])
    sink.put_tags()


def _missing(content: Content, sink: Sink, digest: str) -> Iterator[str]:
    """The digests of the manifests that are not there, children before parents."""
    if sink.has(digest):
        return
    for child in content.below(digest):
        yield from _missing(content, sink, child)
    yield digest
