"""Reads an OCI image layout (image-spec image-layout.md), trusting nothing in it."""

from __future__ import annotations

import json
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from lazyoci.errors import LayoutError
from lazyoci.layout.store import read_verified
from lazyoci.oci.descriptor import MANIFEST_READ_LIMIT, Descriptor, ManifestError, parse_manifest
from lazyoci.oci.mediatype import OCI_INDEX

if TYPE_CHECKING:
    from pathlib import Path

LAYOUT_FILE = "oci-layout"
INDEX = "index.json"
REF_NAME = "org.opencontainers.image.ref.name"


def blob_path(directory: Path, digest: str) -> Path:
    """Where a layout keeps the blob `digest`, which must be one (`digest.check`)."""
    algorithm, _, encoded = digest.partition(":")
    return directory / "blobs" / algorithm / encoded


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout on disk: its entries, and a store of its blobs."""

    directory: Path
    entries: tuple[Descriptor, ...]

    def open(self, descriptor: Descriptor) -> BinaryIO:
        """See `Store.open`. A blob that is a link, or not as long as its descriptor says, is refused."""
        path = blob_path(self.directory, descriptor.digest)
        try:
            found = path.lstat()
            if not stat.S_ISREG(found.st_mode):
                raise LayoutError(f"{path} is not a file")
            if found.st_size != descriptor.size:
                raise LayoutError(f"{path} has {found.st_size} bytes; its descriptor says {descriptor.size}")
            return path.open("rb")
        except FileNotFoundError:
            kind = descriptor.media_type
            raise LayoutError(f"{self.directory} lacks the blob {descriptor.digest} ({kind})") from None
        except OSError as error:
            raise LayoutError(f"{path}: {error.strerror or error}") from error

    def read(self, descriptor: Descriptor) -> bytes:
        """See `Store.read`."""
        with self.open(descriptor) as stream:
            return read_verified(stream, descriptor)

    def choose(self, name: str = "") -> Descriptor:
        """The entry whose ref.name is `name`; without a name the only one there is. Otherwise LayoutError.

        Entries of one name must agree, and two that do (buildx writes one per tag) are one.
        """
        matching = [e for e in self.entries if not name or e.annotations.get(REF_NAME) == name]
        found = {entry.digest: entry for entry in reversed(matching)}
        if len(found) == 1:
            return next(iter(found.values()))
        names = ", ".join(sorted({e.annotations.get(REF_NAME, "(unnamed)") for e in self.entries}))
        if not self.entries:
            raise LayoutError(f"{self.directory} is an empty layout")
        if not found:
            raise LayoutError(f"{self.directory} has no entry {name!r}", hint=f"it has: {names}")
        if name:
            raise LayoutError(f"{self.directory} has {len(found)} different entries called {name!r}")
        raise LayoutError(
            f"{self.directory} has {len(found)} entries and none was chosen", hint=f"choose one of: {names}"
        )


def open_layout(directory: Path) -> Layout:
    """Read `oci-layout` and `index.json`. Raises LayoutError for what is absent, broken, lying or too large."""
    version = _json(directory / LAYOUT_FILE)
    if not isinstance(version, dict) or version.get("imageLayoutVersion") != "1.0.0":
        raise LayoutError(f"{directory / LAYOUT_FILE} does not say imageLayoutVersion 1.0.0")
    path = directory / INDEX
    try:
        index = parse_manifest(_bytes(path), OCI_INDEX)
    except ManifestError as error:
        raise LayoutError(f"{path}: {error.message}") from None
    return Layout(directory, index.manifests)


def _json(path: Path) -> object:
    try:
        return json.loads(_bytes(path))
    except (ValueError, RecursionError):
        raise LayoutError(f"{path} is not JSON") from None


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise LayoutError(f"{path} is absent; this is no OCI layout")
        with path.open("rb") as stream:
            data = stream.read(MANIFEST_READ_LIMIT + 1)
    except OSError as error:
        raise LayoutError(f"{path}: {error.strerror or error}") from error
    if len(data) > MANIFEST_READ_LIMIT:
        raise LayoutError(f"{path} has more than {MANIFEST_READ_LIMIT} bytes")
    return data
