"""Reads an OCI image layout (image-spec image-layout.md) in a directory or a tar, and verifies all that it reads."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from lazyoci.errors import LayoutError
from lazyoci.layout.region import Region
from lazyoci.layout.store import read_verified
from lazyoci.oci.descriptor import MANIFEST_READ_LIMIT, Descriptor, Manifest, ManifestError, parse_manifest
from lazyoci.oci.mediatype import OCI_INDEX

if TYPE_CHECKING:
    from lazyoci.layout.tar_index import TarIndex

LAYOUT_FILE = "oci-layout"
LAYOUT_BYTES = b'{"imageLayoutVersion":"1.0.0"}'
INDEX = "index.json"
PLAN = "lazyoci.json"  # of a bundle, which is more than a layout: what it holds is no more and no less than planned
REF_NAME = "org.opencontainers.image.ref.name"


def blob_path(directory: Path, digest: str) -> Path:
    """The path of a blob in a layout. `digest` must have been checked (`digest.check`)."""
    algorithm, _, encoded = digest.partition(":")
    return directory / "blobs" / algorithm / encoded


class Layout:
    """A layout: the entries of its index, and a store of its blobs. `place` is its directory or tar."""

    def __init__(self, place: Path, index: Manifest, find: Callable[[str], Region | None]) -> None:
        """`find` returns where the blob of a digest is, or None."""
        self.place = place
        self.entries = index.manifests
        self.raw_entries: Sequence[Mapping[str, Any]] = index.document.get("manifests") or ()  # unknown fields too
        self._find = find

    def __contains__(self, descriptor: Descriptor) -> bool:
        """Whether the blob is here at all."""
        return self._find(descriptor.digest) is not None

    def open(self, descriptor: Descriptor) -> BinaryIO:
        """See `Store.open`. A blob that is a link, or not as long as its descriptor says, is refused."""
        region = self._find(descriptor.digest)
        if region is None:
            raise LayoutError(f"{self.place} lacks the blob {descriptor.digest} ({descriptor.media_type})")
        if region.size != descriptor.size:
            raise LayoutError(
                f"{self.place}: blob {descriptor.digest} has {region.size} bytes; its descriptor says {descriptor.size}"
            )
        return region.open()

    def read(self, descriptor: Descriptor) -> bytes:
        """See `Store.read`."""
        with self.open(descriptor) as stream:
            return read_verified(stream, descriptor)

    def choose(self, name: str = "") -> Descriptor:
        """The entry whose ref.name is `name`; without a name, the only entry. LayoutError if there is none.

        Several entries of one name (buildx writes one per tag) must all have the same descriptor.
        """
        matching = [entry for entry in self.entries if not name or entry.annotations.get(REF_NAME) == name]
        found = {entry.digest: entry for entry in reversed(matching)}
        if len(found) == 1:
            return next(iter(found.values()))
        names = ", ".join(sorted({entry.annotations.get(REF_NAME, "(unnamed)") for entry in self.entries}))
        if not self.entries:
            raise LayoutError(f"{self.place} is an empty layout")
        if not found:
            raise LayoutError(f"{self.place} has no entry {name!r}", hint=f"it has: {names}")
        if name:
            raise LayoutError(f"{self.place} has {len(found)} different entries called {name!r}")
        raise LayoutError(f"{self.place} has {len(found)} entries and none was chosen", hint=f"choose one of: {names}")


def open_layout(directory: Path) -> Layout:
    """The layout in a directory. Raises LayoutError if it is missing, broken, too large, or not what it says it is."""
    _check_version(_read_file(directory / LAYOUT_FILE), f"{directory / LAYOUT_FILE}")
    index = _parse_index(_read_file(directory / INDEX), f"{directory / INDEX}")
    return Layout(directory, index, lambda digest: _lying_at(blob_path(directory, digest)))


def is_layout(directory: Path) -> bool:
    """Whether a directory has the `oci-layout` file of a version that this module reads."""
    try:
        _check_version(_read_file(directory / LAYOUT_FILE), "")
    except LayoutError:
        return False
    return True


def open_tar_layout(tar: TarIndex) -> Layout:
    """The layout in a tar, as buildx, podman, skopeo and Docker since 25 write it; raises as `open_layout`."""
    _check_version(tar.read(LAYOUT_FILE, MANIFEST_READ_LIMIT), f"{LAYOUT_FILE} in {tar.path}")
    index = _parse_index(tar.read(INDEX, MANIFEST_READ_LIMIT), f"{INDEX} in {tar.path}")
    return Layout(tar.path, index, lambda digest: tar.find("blobs/" + digest.replace(":", "/", 1)))


def _lying_at(path: Path) -> Region | None:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LayoutError(f"{path}: {error.strerror or error}") from error
    if not stat.S_ISREG(found.st_mode):
        raise LayoutError(f"{path} is not a file")
    return Region.whole(path, found)


def _check_version(data: bytes, where: str) -> None:
    try:
        version = json.loads(data)
    except (ValueError, RecursionError):
        raise LayoutError(f"{where} is not JSON") from None
    if not isinstance(version, dict) or version.get("imageLayoutVersion") != "1.0.0":
        raise LayoutError(f"{where} does not say imageLayoutVersion 1.0.0")


def _parse_index(data: bytes, where: str) -> Manifest:
    try:
        return parse_manifest(data, OCI_INDEX)
    except ManifestError as error:
        raise LayoutError(f"{where}: {error.message}") from None


def _read_file(path: Path) -> bytes:
    try:
        if not path.is_file():
            state = "is no regular file" if os.path.lexists(path) else "is absent; this is no OCI layout"
            raise LayoutError(f"{path} {state}")
        with path.open("rb") as stream:
            data = stream.read(MANIFEST_READ_LIMIT + 1)
    except OSError as error:
        raise LayoutError(f"{path}: {error.strerror or error}") from error
    if len(data) > MANIFEST_READ_LIMIT:
        raise LayoutError(f"{path} has more than {MANIFEST_READ_LIMIT} bytes")
    return data
