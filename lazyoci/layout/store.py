"""Where content lies: every blob is a digest, a size and a way to open it afresh, as often as a retry needs."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from lazyoci.errors import LayoutError
from lazyoci.frozen import frozen
from lazyoci.layout.region import Region, changed
from lazyoci.oci import digest as _digest
from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import EMPTY, EMPTY_BYTES, MANIFEST_READ_LIMIT, Descriptor, Manifest, dump, parse_manifest

if TYPE_CHECKING:
    import hashlib
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from lazyoci.oci.platform import Platform


_MAX_DEPTH = 8  # of indexes in indexes; real ones have two


class Store(Protocol):
    """Content by descriptor: what a build staged, a layout on disk, or an archive."""

    def open(self, descriptor: Descriptor) -> BinaryIO:
        """A fresh stream of the whole content, its size checked; LayoutError if it is absent or has changed."""
        ...

    def read(self, descriptor: Descriptor) -> bytes:
        """Small content, such as a manifest, with its digest verified; at most MANIFEST_READ_LIMIT bytes."""
        ...


@frozen
class Built:
    """What a build made: the root manifest or index, and the store that holds everything it leads to.

    `size` is the number of bytes of all distinct blobs and manifests; `platforms` are those of an image, else empty.
    """

    root: Descriptor
    store: Store
    size: int = 0
    platforms: tuple[Platform, ...] = ()


class Staged:
    """The store a build fills: small content in memory, large content in the files where it already lies.

    What it lacks it looks for in `base`. Not guarded by locks: it is filled by one thread, and then only read.
    """

    def __init__(self, base: Store | None = None) -> None:
        self._base = base
        self._bytes: dict[str, bytes] = {EMPTY.digest: EMPTY_BYTES}
        self._files: dict[str, Region] = {}

    def add_bytes(self, media_type: str, data: bytes) -> Descriptor:
        """Keep `data` in memory and describe it."""
        descriptor = Descriptor(media_type, _digest.of(data), len(data))
        self._bytes[descriptor.digest] = data
        return descriptor

    def add_json(self, media_type: str, document: Mapping[str, Any]) -> Descriptor:
        """Serialise a manifest or index, keep it and describe it; LayoutError for text that is not Unicode."""
        try:
            return self.add_bytes(media_type, dump(document))
        except UnicodeEncodeError:  # JSON can escape half a surrogate pair, and hostile archives do
            raise LayoutError("a manifest holds text that is not Unicode") from None

    def add_file(self, media_type: str, path: Path, progress: Callable[[int], None] | None = None) -> Descriptor:
        """Hash a file where it lies, in pieces, and describe it; `progress` is told the bytes of each piece.

        Raises LayoutError when the file changes meanwhile, and OSError when it cannot be read.
        """
        with path.open("rb", buffering=0) as stream:
            before = os.fstat(stream.fileno())
            digest, size = _digest.of_stream(stream, progress)
            after = os.fstat(stream.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or size != after.st_size:
            raise changed(path)
        return self.adopt(Descriptor(media_type, digest, size), Region.whole(path, after))

    def adopt(self, descriptor: Descriptor, region: Region) -> Descriptor:
        """Take content whose digest and size are already known; returns `descriptor`."""
        self._files.setdefault(descriptor.digest, region)
        return descriptor

    def open(self, descriptor: Descriptor) -> BinaryIO:
        """See `Store.open`."""
        data = self._bytes.get(descriptor.digest)
        if data is not None:
            return io.BytesIO(data)
        region = self._files.get(descriptor.digest)
        if region is not None:
            return region.open()
        if self._base is not None:
            return self._base.open(descriptor)
        raise LayoutError(f"blob {descriptor.digest} ({descriptor.media_type}) is not here")

    def read(self, descriptor: Descriptor) -> bytes:
        """See `Store.read`."""
        with self.open(descriptor) as stream:
            return read_verified(stream, descriptor)


def read_verified(stream: BinaryIO, descriptor: Descriptor) -> bytes:
    """All of `stream`, which must be what `descriptor` says; LayoutError otherwise, or if it is too large to hold."""
    if descriptor.size > MANIFEST_READ_LIMIT:
        raise LayoutError(f"{descriptor.digest} has {descriptor.size} bytes; at most {MANIFEST_READ_LIMIT} are read")
    data = stream.read(descriptor.size + 1)
    if len(data) != descriptor.size or digest_of(data, descriptor.digest) != descriptor.digest:
        raise LayoutError(f"blob {descriptor.digest} does not have the content its digest promises")
    return data


def digest_of(data: bytes, like: str) -> str:
    """The digest of `data` by the algorithm of the digest `like`."""
    hasher = hasher_for(like)
    hasher.update(data)
    return f"{hasher.name}:{hasher.hexdigest()}"


def hasher_for(digest: str) -> hashlib._Hash:
    """A new hash object of the algorithm that `digest` names; LayoutError if it is neither sha256 nor sha512."""
    algorithm = digest.partition(":")[0]
    if algorithm not in ("sha256", "sha512"):
        raise LayoutError(f"digest algorithm {algorithm!r} is not supported; use sha256 or sha512")
    import hashlib  # loads OpenSSL: a dry run needs none

    return hashlib.new(algorithm)


def walk(store: Store, root: Descriptor) -> Iterator[tuple[Descriptor, Manifest | None]]:
    """Every distinct descriptor that `root` leads to, children before parents, manifests parsed and verified.

    A cycle cannot exist, as a digest cannot contain itself; nesting is bounded all the same, against made-up depth.
    """
    seen: set[str] = set()

    def visit(descriptor: Descriptor, depth: int) -> Iterator[tuple[Descriptor, Manifest | None]]:
        if descriptor.digest in seen:
            return
        if depth > _MAX_DEPTH:
            raise LayoutError(f"indexes are nested more than {_MAX_DEPTH} deep at {descriptor.digest}")
        seen.add(descriptor.digest)
        manifest = None
        if mediatype.is_manifest(descriptor.media_type):
            manifest = parse_manifest(store.read(descriptor), descriptor.media_type)
            for child in manifest.children:
                yield from visit(child, depth + 1)
        yield descriptor, manifest

    yield from visit(root, 0)
