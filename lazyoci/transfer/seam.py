"""What all transfers share: a place that has content, a place that takes it, and the order in which it gets it.

A repository of a registry can be both, and so can a layout on disk; what was built only has content. Blobs come before
the manifests that name them, manifests before the indexes that list them, and tags last. So a reader, during a
transfer or after an interrupted one, never finds anything that names missing content.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from lazyoci.layout.store import Store
from lazyoci.oci.descriptor import Descriptor, Manifest
from lazyoci.transfer.content import Content


class Source(Store, Protocol):
    """A place that has content, which can be opened as often as a transfer is tried. Raises errors of the place."""

    def resolve(self, name: str) -> Descriptor:
        """What a tag or digest points to."""
        ...

    def referrers(self, digest: str) -> Sequence[Descriptor]:
        """The manifests here whose subject is the manifest of this digest."""
        ...


class Sink(Protocol):
    """A place that takes content. Each method may raise Interrupted, and errors of the place."""

    def has(self, digest: str) -> bool:
        """Whether a manifest and everything below it is there."""
        ...

    def put_blobs(self, blobs: Sequence[Descriptor]) -> None:
        """Put these blobs there; some may be there already."""
        ...

    def put_manifest(self, digest: str, manifest: Manifest) -> None:
        """Put a manifest under its published digest; everything that it names is there already."""
        ...

    def put_tags(self) -> None:
        """Give the root its names."""
        ...


def send(content: Content, sink: Sink) -> None:
    """Put all of `content` to `sink`, and name its root there."""
    missing = list(dict.fromkeys(_missing(content, sink, content.root.digest)))
    blobs = {blob.digest: blob for digest in missing for blob in content.blobs_of(digest)}
    sink.put_blobs(list(blobs.values()))
    for digest in missing:
        sink.put_manifest(digest, content.manifests[digest])
    sink.put_tags()


def _missing(content: Content, sink: Sink, digest: str) -> Iterator[str]:
    """The digests of the manifests that the sink lacks, children before parents."""
    if sink.has(digest):
        return
    for child in content.below(digest):
        yield from _missing(content, sink, child)
    yield digest
