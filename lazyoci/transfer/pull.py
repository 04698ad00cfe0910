"""`pull`: fetches an artifact from a registry into an OCI layout on disk."""

from __future__ import annotations

import base64
import io
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Literal

from lazyoci.errors import Interrupted, LayoutError
from lazyoci.frozen import frozen
from lazyoci.layout.read import INDEX, LAYOUT_FILE
from lazyoci.layout.store import digest_of
from lazyoci.layout.write import copy_blob, point, prepare
from lazyoci.oci.annotations import TITLE
from lazyoci.oci.descriptor import Descriptor, Manifest
from lazyoci.oci.digest import short
from lazyoci.progress import Progress, Silent
from lazyoci.registry.client import Client
from lazyoci.registry.errors import NotFound
from lazyoci.registry.workers import gather
from lazyoci.transfer.find import Found
from lazyoci.transfer.receive import PARTIAL, bring, holds
from lazyoci.transfer.seam import send

How = Literal["fetched", "there", "absent"]


@frozen
class Pulled:
    """What was pulled, and where it is. `absent` are foreign layers, which the registry does not have."""

    found: Found
    directory: Path
    fetched: int  # blobs that had to be fetched
    absent: tuple[Descriptor, ...] = ()


def pull(
    found: Found,
    client: Client,
    directory: Path,
    *,
    held: Mapping[str, bytes] | None = None,
    shared: bool = False,
    progress: Progress | None = None,
    cancelled: threading.Event | None = None,
) -> Pulled:
    """Fetch all of `found` into the layout at `directory`, under its reference, except blobs that are there already.

    `held` is verified content that was read before, by digest. With `shared` the directory may hold other files: it is
    in lazyoci's own tree of pulled artifacts. The artifact is only visible in the layout once all of it is there. The
    received part of a blob is kept for the next try. Raises the failures of the registry, LayoutError and Interrupted.
    """
    work = _Layout(found, client, directory, held or {}, progress or Silent(), cancelled or threading.Event())
    try:
        prepare(directory, shared=shared)
        send(found.content, work)
    except OSError as error:
        place = error.filename or directory
        raise LayoutError(f"cannot write the layout: {place}: {error.strerror or error}") from error
    finally:
        _tidy(directory)
    absent = tuple(found.blobs[digest] for digest, how in work.came.items() if how == "absent")
    return Pulled(found, directory, sum(how == "fetched" for how in work.came.values()), absent)


class _Layout:
    """A layout on disk as the `Sink` of one artifact; `came` has, by digest, how each blob got there."""

    def __init__(
        self,
        found: Found,
        client: Client,
        directory: Path,
        held: Mapping[str, bytes],
        progress: Progress,
        cancelled: threading.Event,
    ) -> None:
        self.came: dict[str, How] = {}
        self._found = found
        self._client = client
        self._repository = client.repository(found.reference.repository)
        self._directory = directory
        self._held = held
        self._name = str(found.reference)
        self._progress = progress
        self._cancelled = cancelled
        self._failed = threading.Event()
        self._reasons: list[BaseException] = []  # why blobs could not be fetched, in the order of the failures

    def has(self, _digest: str) -> bool:
        """See `Sink`. A layout may have a manifest without its blobs, so each blob is looked for."""
        return False

    def put_blobs(self, blobs: Sequence[Descriptor]) -> None:
        """See `Sink`."""
        self._progress.started(self._name, "pulling")
        self._progress.total(self._name, sum(blob.size for blob in blobs))
        longest_first = sorted(blobs, key=lambda blob: -blob.size)
        try:
            with ThreadPoolExecutor(self._repository.blobs_at_once, thread_name_prefix="pull") as pool:
                futures = [pool.submit(self._blob, blob) for blob in longest_first]
                results = gather(futures, self._client, self._cancelled)
        except Interrupted:
            if self._reasons and not self._cancelled.is_set():
                raise self._reasons[0] from None  # the first failure, which stopped the others
            raise Interrupted("interrupted", hint="what was received is kept for the next pull") from None
        finally:
            self._progress.finished(self._name)
        self.came = {blob.digest: how for blob, how in zip(longest_first, results, strict=True)}

    def put_manifest(self, digest: str, manifest: Manifest) -> None:
        """See `Sink`."""
        descriptor = Descriptor(manifest.media_type, digest, len(manifest.raw))
        copy_blob(_Held({digest: manifest.raw}), descriptor, self._directory)

    def put_tags(self) -> None:
        """See `Sink`. Only this entry makes the artifact visible."""
        point(self._directory, self._found.root, [self._name])

    def _blob(self, blob: Descriptor) -> How:
        label = short(blob.digest)

        def received(count: int) -> None:
            if self._failed.is_set():
                raise Interrupted("stopped, because another blob failed")
            self._progress.sent(self._name, count)
            self._progress.sent(label, count)

        if self._failed.is_set() or self._cancelled.is_set():
            raise Interrupted("stopped before the download")
        if holds(self._directory, blob):
            self._progress.sent(self._name, blob.size)
            return "there"
        known = self._held.get(blob.digest)
        known = known if known is not None else _inline(blob)
        if known is not None:
            copy_blob(_Held({blob.digest: known}), blob, self._directory)
            self._progress.sent(self._name, blob.size)
            return "fetched"
        self._progress.started(label, _label(blob))
        self._progress.total(label, blob.size)
        try:
            bring(self._repository, blob, self._directory, received)
            return "fetched"
        except BaseException as error:
            if isinstance(error, NotFound) and blob.extra.get("urls"):
                return "absent"  # foreign: available from other servers, for those with a licence
            self._reasons.append(error)
            self._failed.set()
            raise
        finally:
            self._progress.finished(label)


def _label(blob: Descriptor) -> str:
    """The name of a blob in a line of progress."""
    return blob.annotations.get(TITLE, "") or blob.media_type


def _inline(blob: Descriptor) -> bytes | None:
    """The content that is embedded in a descriptor, if it is (image-spec descriptor.md, `data`)."""
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
    """Remove what is empty, and a layout without an index; partly received blobs and their directory stay."""
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
