"""The places that content comes from, as `Source`: a repository of a registry, and a layout on disk."""

from __future__ import annotations

import io
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, BinaryIO, cast

from lazyoci.errors import LayoutError
from lazyoci.layout.read import REF_NAME, Layout
from lazyoci.layout.store import hasher_for, read_verified
from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import MANIFEST_READ_LIMIT, Descriptor, Manifest, ManifestError, parse_manifest
from lazyoci.oci.digest import short
from lazyoci.registry.errors import DigestMismatch, Task
from lazyoci.registry.repository import RemoteRepository
from lazyoci.transfer.read_ahead import ahead

if TYPE_CHECKING:
    from typing_extensions import Buffer

_BUFFER = 1 << 20


class Remote:
    """A repository as a `Source`. Nothing is kept on disk: a blob is fetched while somebody reads it."""

    def __init__(self, repository: RemoteRepository, manifests: Mapping[str, Manifest] | None = None) -> None:
        """`manifests` were read before, and are not fetched again."""
        self._repository = repository
        self._manifests = dict(manifests or {})

    def resolve(self, name: str) -> Descriptor | None:
        """See `Source`."""
        return self._repository.head_manifest(name)

    def referrers(self, digest: str) -> Sequence[Descriptor]:
        """See `Source`, and `RemoteRepository.referrers`."""
        return self._repository.referrers(digest)

    def open(self, descriptor: Descriptor) -> BinaryIO:
        """See `Store.open`. The last bytes are only given out if the digest of all of them is right."""
        known = self._manifests.get(descriptor.digest)
        if known is not None:
            return io.BytesIO(known.raw)
        if mediatype.is_manifest(descriptor.media_type):
            return io.BytesIO(self._repository.get_manifest(descriptor.digest).raw)

        def fetch(room: Callable[[], memoryview] | None = None) -> Generator[bytes | memoryview, None, None]:
            yield from _verified(self._repository.read_for_upload(descriptor, room), descriptor, self._repository)

        if descriptor.size > MANIFEST_READ_LIMIT:  # what is read piece by piece, and not whole
            return cast(BinaryIO, _Blocks(ahead(fetch)))
        return io.BufferedReader(_Stream(fetch()), _BUFFER)

    def read(self, descriptor: Descriptor) -> bytes:
        """See `Store.read`."""
        with self.open(descriptor) as stream:
            return read_verified(stream, descriptor)


def _verified(
    pieces: Iterator[bytes | memoryview], descriptor: Descriptor, repository: RemoteRepository
) -> Iterator[bytes | memoryview]:
    """The pieces of a blob as they come; but for the last one if all of them are not what was promised."""
    hasher = hasher_for(descriptor.digest)
    left = descriptor.size
    for piece in pieces:
        hasher.update(piece)
        left -= len(piece)
        found = f"{hasher.name}:{hasher.hexdigest()}" if left <= 0 else descriptor.digest
        if found != descriptor.digest:
            task = Task.on(repository.name, "read from")
            raise DigestMismatch(
                f"{task.what} failed: the bytes received for {short(descriptor.digest)} are {short(found)}",
                task,
                hint="The registry's copy is corrupt, or something between here and it alters the bytes.",
            )
        yield piece


class _Stream(io.RawIOBase):
    """Pieces of bytes as a stream."""

    def __init__(self, pieces: Generator[bytes | memoryview, None, None]) -> None:
        self._pieces = pieces
        self._piece = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        while not self._piece:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._piece = memoryview(piece)
        view = memoryview(buffer).cast("B")
        count = min(len(view), len(self._piece))
        view[:count] = self._piece[:count]
        self._piece = self._piece[count:]
        return count

    def close(self) -> None:
        self._pieces.close()  # ends a request that is still under way
        super().close()


class _Blocks:
    """Pieces of bytes as a stream whose reads give what there is, at most one piece, without copying it.

    What a read gave is only valid until the next one.
    """

    def __init__(self, pieces: Generator[bytes | memoryview, None, None]) -> None:
        self._pieces = pieces
        self._piece = memoryview(b"")

    def read(self, size: int, /) -> memoryview:
        """At most `size` bytes; none at the end."""
        if not self._piece:
            self._piece = memoryview(next(self._pieces, b""))
        data, self._piece = self._piece[:size], self._piece[size:]
        return data

    def readinto(self, buffer: memoryview, /) -> int:
        """Copy what a read gives."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """End a request that is still under way."""
        self._pieces.close()

    def __enter__(self) -> _Blocks:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Local:
    """A layout as a `Source`."""

    def __init__(self, layout: Layout, repository: str = "") -> None:
        """With a `repository`, a tag also means the entry whose name is the whole reference."""
        self._layout = layout
        self._repository = repository

    def resolve(self, name: str) -> Descriptor | None:
        """See `Source`."""
        names = {name, f"{self._repository}:{name}"}
        return next((one for one in self._layout.entries if one.annotations.get(REF_NAME) in names), None)

    def referrers(self, digest: str) -> Sequence[Descriptor]:
        """See `Source`. Referrers are entries of the layout's index, which have no name (as oras writes them).

        An index that was copied with the tag that stands in for a registry's referrers API lists them too.
        """
        listed = list(self._layout.entries)
        instead = self.resolve(digest.replace(":", "-", 1))
        if instead is not None:
            manifest = self._manifest(instead)
            listed += manifest.manifests if manifest is not None else ()
        found: dict[str, Descriptor] = {}
        for entry in listed:
            if entry.digest not in found:
                manifest = self._manifest(entry)
                if manifest is not None and manifest.subject is not None and manifest.subject.digest == digest:
                    found[entry.digest] = entry
        return list(found.values())

    def _manifest(self, entry: Descriptor) -> Manifest | None:
        """The manifest of an entry; None for what is none, or cannot be read: who asks for that entry is told."""
        if not mediatype.is_manifest(entry.media_type):
            return None
        try:
            return parse_manifest(self._layout.read(entry), entry.media_type)
        except (LayoutError, ManifestError):
            return None

    def open(self, descriptor: Descriptor) -> BinaryIO:
        """See `Store.open`."""
        return self._layout.open(descriptor)

    def read(self, descriptor: Descriptor) -> bytes:
        """See `Store.read`."""
        return self._layout.read(descriptor)
