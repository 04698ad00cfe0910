"""Fetches an artifact into an OCI layout: blobs side by side, then manifests, then the one entry that makes it seen."""

from __future__ import annotations

import base64
import io
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal

from lazyoci.errors import Interrupted, LayoutError
from lazyoci.layout.read import INDEX, LAYOUT_FILE
from lazyoci.layout.store import digest_of
from lazyoci.layout.write import copy_blob, point, prepare
from lazyoci.oci.annotations import TITLE
from lazyoci.oci.descriptor import Descriptor
from lazyoci.oci.digest import short
from lazyoci.progress import Progress, Silent
from lazyoci.registry.client import Client
from lazyoci.registry.errors import NotFound
from lazyoci.registry.repository import RemoteRepository
from lazyoci.registry.workers import gather
from lazyoci.transfer.find import Found
from lazyoci.transfer.receive import PARTIAL, bring, holds

How = Literal["fetched", "there", "absent"]

_PARALLEL = 4  # blobs under way; the registry's gate allows no more


@dataclass(frozen=True, slots=True)
class Pulled:
    """What was pulled, and where it is. `absent` are foreign layers that the registry does not keep."""

    found: Found
    directory: Path
    fetched: int  # blobs that had to be fetched
    absent: tuple[Descriptor, ...] = ()


def fetch(
    found: Found,
    client: Client,
    directory: Path,
    *,
    held: Mapping[str, bytes] | None = None,
    shared: bool = False,
    progress: Progress | None = None,
    cancelled: threading.Event | None = None,
) -> Pulled:
    """Bring all of `found` into the layout at `directory`, under its reference; blobs that are there already stay.

    `held` is verified content that was read before, by digest. With `shared` the directory may hold other things: it
    is one of the tree that lazyoci itself keeps. Nothing can be seen in the layout before all of it is there; what was
    received of a blob is kept for the next try. Raises the failures of the registry, LayoutError and Interrupted.
    """
    cancelled = cancelled or threading.Event()
    repository = client.repository(found.reference.repository)
    work = _Work(repository, directory, str(found.reference), progress or Silent(), cancelled)
    try:
        prepare(directory, shared=shared)
        results = work.run(found, held or {}, client)
        point(directory, found.root, [str(found.reference)])
    except OSError as error:
        place = error.filename or directory
        raise LayoutError(f"cannot write the layout: {place}: {error.strerror or error}") from error
    finally:
        _tidy(directory)
    absent = tuple(found.blobs[digest] for digest, how in results.items() if how == "absent")
    return Pulled(found, directory, sum(how == "fetched" for how in results.values()), absent)


@dataclass(slots=True)
class _Work:
    """The fetching of one artifact."""

    repository: RemoteRepository
    directory: Path
    name: str
    progress: Progress
    cancelled: threading.Event
    failed: threading.Event = field(default_factory=threading.Event)
    reasons: list[BaseException] = field(default_factory=list)

    def run(self, found: Found, held: Mapping[str, bytes], client: Client) -> dict[str, How]:
        """Fetch all blobs and write all manifests; how each blob came to be there, by digest."""
        self.progress.started(self.name, "pulling")
        self.progress.total(self.name, sum(blob.size for blob in found.blobs.values()))
        blobs = sorted(found.blobs.values(), key=lambda blob: -blob.size)  # the longest begin first
        try:
            with ThreadPoolExecutor(_PARALLEL, thread_name_prefix="pull") as pool:
                futures = [pool.submit(self._blob, blob, held.get(blob.digest)) for blob in blobs]
                results = gather(futures, client, self.cancelled)
        except Interrupted:
            if self.reasons and not self.cancelled.is_set():
                raise self.reasons[0] from None  # why the others were stopped
            raise Interrupted("interrupted", hint="what was received is kept for the next pull") from None
        finally:
            self.progress.finished(self.name)
        manifests = _Held({digest: manifest.raw for digest, manifest in found.manifests.items()})
        for digest, manifest in found.manifests.items():
            copy_blob(manifests, Descriptor(manifest.media_type, digest, len(manifest.raw)), self.directory)
        return {blob.digest: how for blob, how in zip(blobs, results, strict=True)}

    def _blob(self, blob: Descriptor, known: bytes | None) -> How:
        label = short(blob.digest)

        def received(count: int) -> None:
            if self.failed.is_set():
                raise Interrupted("stopped, because another blob failed")
            self.progress.sent(self.name, count)
            self.progress.sent(label, count)

        if self.failed.is_set() or self.cancelled.is_set():
            raise Interrupted("stopped before the download")
        if holds(self.directory, blob):
            self.progress.sent(self.name, blob.size)
            return "there"
        known = known if known is not None else _inline(blob)
        if known is not None:
            copy_blob(_Held({blob.digest: known}), blob, self.directory)
            self.progress.sent(self.name, blob.size)
            return "fetched"
        self.progress.started(label, _label(blob))
        self.progress.total(label, blob.size)
        try:
            bring(self.repository, blob, self.directory, received)
            return "fetched"
        except BaseException as error:
            if isinstance(error, NotFound) and blob.extra.get("urls"):
                return "absent"  # foreign: to be had elsewhere, by those whose licence allows it
            self.reasons.append(error)
            self.failed.set()
            raise
        finally:
            self.progress.finished(label)


def _label(blob: Descriptor) -> str:
    """What a line of progress says of a blob."""
    return blob.annotations.get(TITLE, "") or blob.media_type


def _inline(blob: Descriptor) -> bytes | None:
    """The content that a descriptor carries itself, if it does (image-spec descriptor.md, `data`)."""
    if not blob.data or len(blob.data) > 2 * blob.size + 4:
        return None
    try:
        data = base64.b64decode(blob.data, validate=True)
    except ValueError:
        return None
    return data if digest_of(data, blob.digest) == blob.digest else None


class _Held:
    """Content in memory, as a store."""

    def __init__(self, content: Mapping[str, bytes]) -> None:
        self._content = content

    def open(self, descriptor: Descriptor) -> BinaryIO:
        """See `Store.open`."""
        return io.BytesIO(self._content[descriptor.digest])

    def read(self, descriptor: Descriptor) -> bytes:
        """See `Store.read`."""
        return self._content[descriptor.digest]


def _tidy(directory: Path) -> None:
    """Remove what is empty; of a layout that came to nothing, all but what was received."""
    with suppress(OSError):
        (directory / PARTIAL).rmdir()
    if (directory / INDEX).exists():
        return
    with suppress(OSError):
        for empty in ("blobs/sha512", "blobs/sha256", "blobs"):
            if (directory / empty).exists():
                (directory / empty).rmdir()
        if all(path.name == LAYOUT_FILE for path in directory.iterdir()):
            (directory / LAYOUT_FILE).unlink()
            directory.rmdir()
