"""What all transfers share: a place that has content, a place that takes it, and the order in which it gets it.

A repository of a registry can be both, and so can a layout on disk; what was built only has content. Blobs come before
the manifests that name them, manifests before the indexes that list them, and tags last. So a reader, during a
transfer or after an interrupted one, never finds anything that names missing content.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from lazyoci.layout.store import Store
from lazyoci.oci.descriptor import Descriptor, Manifest
from lazyoci.transfer import order
from lazyoci.transfer.content import Content
from lazyoci.transfer.side_by_side import side_by_side


class Source(Store, Protocol):
    """A place that has content, which can be opened as often as a transfer is tried. Raises errors of the place."""

    def resolve(self, name: str) -> Descriptor | None:
        """What a tag or digest points to; None where there is no such name."""
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


def send(content: Content, sink: Sink, *, at_once: int = 1) -> None:
    """Put all of `content` to `sink`, and name its root there.

    `at_once` of the sink's methods may be called at the same time; what may be, `order` tells.
    """
    there: dict[str, bool] = {}
    while asked := order.to_ask(content, there):
        there |= zip(asked, side_by_side(sink.has, asked, at_once), strict=True)
    steps = order.to_put(content, there)
    blobs = {blob.digest: blob for step in steps for digest in step for blob in content.blobs_of(digest)}
    sink.put_blobs(list(blobs.values()))
    for step in steps:
        side_by_side(lambda digest: sink.put_manifest(digest, content.manifests[digest]), step, at_once)
    sink.put_tags()
