"""The places that content comes from, as `Source`: a repository of a registry, and a layout on disk."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, BinaryIO

from lazyoci.errors import LayoutError
from lazyoci.layout.read import REF_NAME, Layout
from lazyoci.layout.store import hasher_for, read_verified
from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import Descriptor, Manifest, parse_manifest
from lazyoci.oci.digest import short
from lazyoci.registry.errors import DigestMismatch, Task
from lazyoci.registry.repository import RemoteRepository

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
        pieces = self._repository.read_for_upload(descriptor)
        return io.BufferedReader(_Verified(pieces, descriptor, self._repository), _BUFFER)

    def read(self, descriptor: Descriptor) -> bytes:
        """See `Store.read`."""
        with self.open(descriptor) as stream:
            return read_verified(stream, descriptor)


class _Verified(io.RawIOBase):
    """The bytes of a blob as they come. Who reads them never gets all of them if they are not what was promised."""

    def __init__(
        self, pieces: Iterator[bytes | memoryview], descriptor: Descriptor, repository: RemoteRepository
    ) -> None:
        self._pieces = pieces
        self._descriptor = descriptor
        self._repository = repository
        self._hasher = hasher_for(descriptor.digest)
        self._left = descriptor.size
        self._piece = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        if not self._piece:
            self._piece = self._next()
        view = memoryview(buffer).cast("B")
        count = min(len(view), len(self._piece))
        view[:count] = self._piece[:count]
        self._piece = self._piece[count:]
        return count

    def _next(self) -> memoryview:
        for piece in self._pieces:
            if piece:
                self._hasher.update(piece)
                self._left -= len(piece)
                if self._left <= 0:
                    self._verify()
                return memoryview(piece)
        return memoryview(b"")

    def _verify(self) -> None:
        wanted, found = self._descriptor.digest, f"{self._hasher.name}:{self._hasher.hexdigest()}"
        if found != wanted:
            task = Task.on(self._repository.name, "read from")
            raise DigestMismatch(
                f"{task.what} failed: the bytes received for {short(wanted)} are {short(found)}",
                task,
                hint="The registry's copy is corrupt, or something between here and it alters the bytes.",
            )

    def close(self) -> None:
        close = getattr(self._pieces, "close", None)
        if close is not None:
            close()  # ends a request that is still under way
        super().close()


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
        """See `Source`. Referrers are entries of the layout's index, which have no name (as oras writes them)."""
        found: dict[str, Descriptor] = {}
        for entry in self._layout.entries:
            if not mediatype.is_manifest(entry.media_type) or entry.digest in found:
                continue
            try:
                manifest = parse_manifest(self._layout.read(entry), entry.media_type)
            except LayoutError:
                continue  # not what was asked for: who reads that entry is told
            if manifest.subject is not None and manifest.subject.digest == digest:
                found[entry.digest] = entry
        return list(found.values())

    def open(self, descriptor: Descriptor) -> BinaryIO:
        """See `Store.open`."""
        return self._layout.open(descriptor)

    def read(self, descriptor: Descriptor) -> bytes:
        """See `Store.read`."""
        return self._layout.read(descriptor)
