"""Where content is stored. Every blob has a digest and a size, and can be opened again for each retry."""

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


_MAX_DEPTH = 8  # how deep indexes may be nested; real ones have two levels


class Store(Protocol):
    """Gives the content of a descriptor: from a build, a layout on disk, or an archive."""

    def open(self, descriptor: Descriptor) -> BinaryIO:
        """A new stream of the whole content, whose size was checked; LayoutError if it is missing or has changed."""
        ...

    def read(self, descriptor: Descriptor) -> bytes:
        """Small content such as a manifest, of at most MANIFEST_READ_LIMIT bytes, whose digest was verified."""
        ...


@frozen
class Built:
    """What a build made: its root manifest or index, and the store with everything below it.

    `size` is the number of bytes of all distinct blobs and manifests; `platforms` is empty unless it is an image.
    """

    root: Descriptor
    store: Store
    size: int = 0
    platforms: tuple[Platform, ...] = ()


class Staged:
    """The store that a build fills: small content is in memory, large content stays in its files.

    Other content is looked up in `base`. There are no locks: one thread fills the store, then it is only read.
    """

    def __init__(self, base: Store | None = None) -> None:
        self._base = base
        self._bytes: dict[str, bytes] = {EMPTY.digest: EMPTY_BYTES}
        self._files: dict[str, Region] = {}

    def add_bytes(self, media_type: str, data: bytes) -> Descriptor:
        """Keep `data` in memory, and return its descriptor."""
        descriptor = Descriptor(media_type, _digest.of(data), len(data))
        self._bytes[descriptor.digest] = data
        return descriptor

    def add_json(self, media_type: str, document: Mapping[str, Any]) -> Descriptor:
        """Serialise a manifest or index, and return its descriptor; LayoutError for text that is not Unicode."""
        try:
            return self.add_bytes(media_type, dump(document))
        except UnicodeEncodeError:  # half a surrogate pair, which JSON can contain as an escape
            raise LayoutError("a manifest holds text that is not Unicode") from None

    def add_file(self, media_type: str, path: Path, progress: Callable[[int], None] | None = None) -> Descriptor:
        """Hash a file, which stays where it is, and return its descriptor; `progress` gets the bytes of each piece.

        Raises LayoutError when the file changes during this, and OSError when it cannot be read.
        """
        with path.open("rb", buffering=0) as stream:
            before = os.fstat(stream.fileno())
            digest, size = _digest.of_stream(stream, progress)
            after = os.fstat(stream.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or size != after.st_size:
            raise changed(path)
        return self.adopt(Descriptor(media_type, digest, size), Region.whole(path, after))

    def adopt(self, descriptor: Descriptor, region: Region) -> Descriptor:
        """Add content whose digest and size are already known; returns `descriptor`."""
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
    """All of `stream`; LayoutError if it is not what `descriptor` says, or is too large for memory."""
    if descriptor.size > MANIFEST_READ_LIMIT:
        raise LayoutError(f"{descriptor.digest} has {descriptor.size} bytes; at most {MANIFEST_READ_LIMIT} are read")
    data = stream.read(descriptor.size + 1)
    if len(data) != descriptor.size or digest_of(data, descriptor.digest) != descriptor.digest:
        raise LayoutError(f"blob {descriptor.digest} does not have the content its digest promises")
    return data


def digest_of(data: bytes, like: str) -> str:
    """The digest of `data`, by the same algorithm as the digest `like`."""
    hasher = hasher_for(like)
    hasher.update(data)
    return f"{hasher.name}:{hasher.hexdigest()}"


def hasher_for(digest: str) -> hashlib._Hash:
    """A new hash object of the algorithm that `digest` names; LayoutError if it is neither sha256 nor sha512."""
    algorithm = digest.partition(":")[0]
    if algorithm not in ("sha256", "sha512"):
        raise LayoutError(f"digest algorithm {algorithm!r} is not supported; use sha256 or sha512")
    import hashlib  # imported here because it loads OpenSSL, which a dry run does not need

    return hashlib.new(algorithm)


def walk(store: Store, root: Descriptor) -> Iterator[tuple[Descriptor, Manifest | None]]:
    """Every distinct descriptor below `root`, children before parents. Manifests are parsed and verified.

    There can be no cycle, because no content can contain its own digest, but hostile content could nest very deep.
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
