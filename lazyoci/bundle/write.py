"""Writes a bundle: a layout with the plan beside its index. The plan comes last, so what has one is complete."""

from __future__ import annotations

import io
import os
import sys
import tarfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, cast

from lazyoci import scratch
from lazyoci.bundle.plan import BundledArtifact, BundlePlan, to_bytes
from lazyoci.errors import BundleError, LayoutError
from lazyoci.frozen import frozen, replace
from lazyoci.layout.read import INDEX, LAYOUT_BYTES, LAYOUT_FILE, PLAN, REF_NAME
from lazyoci.layout.store import Store, hasher_for, walk
from lazyoci.layout.tar_index import TarIndex
from lazyoci.layout.write import UNFINISHED, copy_blob, point, prepare
from lazyoci.locks import locked
from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import Descriptor, dump

_ARCHIVES = (".tar.gz", ".tgz", ".tar.zst", ".tar.xz", ".tar.bz2", ".zip")


@frozen
class Part:
    """One artifact of the plan, and where its content is."""

    artifact: BundledArtifact
    store: Store

    @property
    def names(self) -> list[str]:
        """The names of its entries in the layout's index: its references, or else its own."""
        return [str(one.reference) for one in self.artifact.references] or [self.artifact.name]


def check_place(place: Path) -> None:
    """Raise BundleError if no bundle can be written to `place`: before anything is built."""
    if place.name.lower().endswith(_ARCHIVES):
        raise BundleError(f"--bundle {place}: a bundle is a directory or a .tar", hint=f"write {_plain(place)}")
    if _is_tar(place):
        if place.is_dir():
            raise BundleError(f"--bundle {place} is a directory", hint="choose another name")
        if os.path.lexists(place) and not _is_replaceable(place):
            raise BundleError(f"--bundle {place} is there and no bundle", hint="choose another name, or remove it")
        return
    if place.exists() and not place.is_dir():
        raise BundleError(f"--bundle {place} is a file", hint="choose a directory, or a name that ends in .tar")
    if place.is_dir() and not _is_ours(place) and any(_others(place)):
        raise BundleError(f"--bundle {place} holds something else already", hint="choose a new directory")


def _plain(place: Path) -> str:
    name = place.name
    for ending in _ARCHIVES:
        if name.lower().endswith(ending):
            name = name[: -len(ending)]
    return str(place.with_name(name + ".tar"))


def _is_tar(place: Path) -> bool:
    return place.name.lower().endswith(".tar")


def _is_ours(place: Path) -> bool:
    """Whether a directory is a bundle, or was to become one when its writing was interrupted."""
    return (place / PLAN).is_file() or (place / UNFINISHED).is_file()


def _is_replaceable(place: Path) -> bool:
    """Whether a file is a bundle, or empty: anything else may be somebody's only copy."""
    if not place.is_file():
        return place.is_symlink() and not place.exists()
    try:
        return place.stat().st_size == 0 or PLAN in TarIndex(place)
    except (LayoutError, OSError):
        return False


def _others(place: Path) -> Iterator[Path]:
    """What is in a directory but for files that an interrupted run has left."""
    return (one for one in place.iterdir() if not one.name.startswith(scratch.PARTIAL))


def write(place: Path, parts: Sequence[Part], plan: BundlePlan, progress: Callable[[int], None] | None = None) -> None:
    """Write the bundle; one that is there is replaced. Raises BundleError or LayoutError, and as `progress` does."""
    check_place(place)
    try:
        if _is_tar(place):
            _write_tar(place, parts, plan, progress)
        else:
            _write_directory(place, parts, plan, progress)
    except OSError as error:
        raise BundleError(f"cannot write the bundle: {error.filename or place}: {error.strerror or error}") from error


def _write_directory(
    place: Path, parts: Sequence[Part], plan: BundlePlan, progress: Callable[[int], None] | None
) -> None:
    with _unfinished(place):
        for name in (PLAN, INDEX):  # from here on it is no bundle, until it is complete
            (place / name).unlink(missing_ok=True)
        prepare(place, for_bundle=True)
        kept: set[str] = set()
        for part in parts:
            for descriptor, _ in walk(part.store, part.artifact.root):
                copy_blob(part.store, descriptor, place, progress)
                kept.add(descriptor.digest)
        _prune(place, kept)
        for part in parts:
            point(place, part.artifact.root, part.names)
        with scratch.file(place) as (out, temporary):
            out.write(to_bytes(plan))
            out.flush()
            os.fsync(out.fileno())
            scratch.publish(out, temporary, place / PLAN)


@contextmanager
def _unfinished(place: Path) -> Iterator[None]:
    """Mark a directory as a bundle that is being written, so that the next run knows it if this one is killed.

    A run that writes to it at the same time waits, and then replaces the bundle: blobs of both would be no bundle.
    """
    place.mkdir(parents=True, exist_ok=True)
    mark = place / UNFINISHED
    with ExitStack() as held:
        while True:
            mark.touch()
            try:
                held.enter_context(locked(mark))
                break
            except FileNotFoundError:  # the other run has just ended
                continue
        yield
        if sys.platform != "win32":  # where no open file can be removed
            mark.unlink(missing_ok=True)
    if sys.platform == "win32":
        mark.unlink(missing_ok=True)


def _prune(place: Path, kept: set[str]) -> None:
    """Remove the blobs of an earlier bundle."""
    for path in (place / "blobs").glob("*/*"):
        if f"{path.parent.name}:{path.name}" not in kept:
            path.unlink()
    with suppress(OSError):
        (place / "blobs" / "sha512").rmdir()  # only if it is empty


def _write_tar(place: Path, parts: Sequence[Part], plan: BundlePlan, progress: Callable[[int], None] | None) -> None:
    entries = [
        replace(part.artifact.root, annotations={REF_NAME: name}).to_json() for part in parts for name in part.names
    ]
    index = {"schemaVersion": 2, "mediaType": mediatype.OCI_INDEX, "manifests": entries}
    place.parent.mkdir(parents=True, exist_ok=True)
    scratch.sweep(place.parent, scratch.PARTIAL)
    with scratch.file(place.parent) as (out, temporary):
        with tarfile.open(fileobj=cast(IO[bytes], out), mode="w", format=tarfile.PAX_FORMAT) as tar:
            _add(tar, LAYOUT_FILE, LAYOUT_BYTES)
            _add(tar, PLAN, to_bytes(plan))
            _add(tar, INDEX, dump(index))
            seen: set[str] = set()
            for part in parts:
                for descriptor, _ in walk(part.store, part.artifact.root):
                    if descriptor.digest not in seen:
                        seen.add(descriptor.digest)
                        _add_blob(tar, part.store, descriptor, progress)
        out.flush()
        os.fsync(out.fileno())
        scratch.publish(out, temporary, place)


def _header(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o644
    return entry


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    tar.addfile(_header(name, len(data)), io.BytesIO(data))


def _add_blob(
    tar: tarfile.TarFile, store: Store, descriptor: Descriptor, progress: Callable[[int], None] | None
) -> None:
    name = "blobs/" + descriptor.digest.replace(":", "/", 1)
    with store.open(descriptor) as stream:
        counted = _Counted(cast(IO[bytes], stream), descriptor, progress)
        tar.addfile(_header(name, descriptor.size), cast(IO[bytes], counted))
    counted.verify()


class _Counted:
    """Hashes what is read through it."""

    def __init__(self, stream: IO[bytes], descriptor: Descriptor, progress: Callable[[int], None] | None) -> None:
        self._stream = stream
        self._descriptor = descriptor
        self._progress = progress
        self._hasher = hasher_for(descriptor.digest)

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size)
        self._hasher.update(piece)
        if self._progress is not None:
            self._progress(len(piece))
        return piece

    def verify(self) -> None:
        """Raise LayoutError unless all that was read is what the digest promises."""
        if f"{self._hasher.name}:{self._hasher.hexdigest()}" != self._descriptor.digest:
            raise LayoutError(f"blob {self._descriptor.digest} does not have the content its digest promises")
