"""Checks the layers of an image: their digests, and the diff_ids of their uncompressed content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import BinaryIO

from lazyoci.errors import LayoutError
from lazyoci.layout.compression import GZIP, NONE, Readable, gunzip, sniff
from lazyoci.layout.image import config_of
from lazyoci.layout.store import Built, hasher_for, walk
from lazyoci.oci.descriptor import Descriptor

_CHUNK = 1 << 20
_EXPANSION, _FLOOR = 100, 8 << 30  # a layer may expand to 100 times its size or to 8 GiB, whichever is more


def expansion_limit(size: int) -> int:
    """How many bytes a compressed layer of `size` bytes may expand to; one that expands to more is refused."""
    return max(_FLOOR, _EXPANSION * size)


def verify_layers(built: Built, progress: Callable[[int], None] | None = None) -> None:
    """Read every layer of every image in `built`; LayoutError if one does not match its image's configuration.

    For zstd layers only the digest is checked: Python before 3.14 cannot decompress them.
    """
    for _, manifest in walk(built.store, built.root):
        config = None if manifest is None or manifest.is_index else config_of(built.store, manifest)
        if config is None or manifest is None:
            continue
        rootfs = config.get("rootfs")
        diff_ids = rootfs.get("diff_ids") if isinstance(rootfs, dict) else None
        if not isinstance(diff_ids, list):
            diff_ids = []
        if any("in-toto" in layer.media_type for layer in manifest.layers):
            continue  # an attestation in the older form, which has an image's config
        if len(diff_ids) != len(manifest.layers):
            raise LayoutError(
                f"image {built.root.digest}: {len(manifest.layers)} layers, but {len(diff_ids)} diff_ids in its config"
            )
        for layer, diff_id in zip(manifest.layers, diff_ids, strict=True):
            with built.store.open(layer) as stream:
                _verify(stream, layer, diff_id, progress)


class _Tee:
    """Hashes what is read through it."""

    def __init__(self, stream: BinaryIO, digest: str, progress: Callable[[int], None] | None) -> None:
        self._stream, self._progress = stream, progress
        self._hasher = hasher_for(digest)
        self._head = b""

    def peek(self, size: int) -> bytes:
        """The first bytes, which `read` will return again."""
        self._head = self._stream.read(size)
        return self._head

    def read(self, size: int, /) -> bytes:
        data = self._head or self._stream.read(size)
        self._head = b""
        self._hasher.update(data)
        if self._progress is not None:
            self._progress(len(data))
        return data

    @property
    def digest(self) -> str:
        """The digest of everything that was read."""
        return f"{self._hasher.name}:{self._hasher.hexdigest()}"


def _verify(stream: BinaryIO, layer: Descriptor, diff_id: object, progress: Callable[[int], None] | None) -> None:
    tee = _Tee(stream, layer.digest, progress)
    kind = sniff(tee.peek(4))
    if kind in (GZIP, NONE):
        what = f"layer {layer.digest}"
        inner: Readable = gunzip(tee, what, expansion_limit(layer.size)) if kind == GZIP else tee
        hasher = hashlib.sha256()
        while piece := inner.read(_CHUNK):
            hasher.update(piece)
        if f"sha256:{hasher.hexdigest()}" != diff_id:
            raise LayoutError(f"layer {layer.digest} expands to something else than its diff_id {diff_id}")
    while tee.read(_CHUNK):
        pass
    if tee.digest != layer.digest:
        raise LayoutError(f"blob {layer.digest} does not have the content its digest promises")
