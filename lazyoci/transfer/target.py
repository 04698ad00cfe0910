"""Pushes one artifact to one repository: missing content, then the root with its first tag, then the other tags."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, wait

from lazyoci import errors
from lazyoci.errors import Interrupted, LazyociError
from lazyoci.frozen import frozen
from lazyoci.layout.store import Store
from lazyoci.oci.descriptor import Descriptor, Manifest
from lazyoci.oci.reference import Repository
from lazyoci.registry.errors import BlobUnknown
from lazyoci.registry.repository import RemoteRepository
from lazyoci.transfer import order
from lazyoci.transfer.carry import carry
from lazyoci.transfer.companions import Companion
from lazyoci.transfer.content import Content
from lazyoci.transfer.give_way import give_way
from lazyoci.transfer.meter import Meter
from lazyoci.transfer.outcome import QUESTIONS_PER_JOB
from lazyoci.transfer.seam import send
from lazyoci.transfer.tags import Tags, Target
from lazyoci.transfer.uploads import BlobUpload, How, Uploads


@frozen
class Shared:
    """What a target shares with the other targets of its artifact, or of the run."""

    uploads: Uploads
    meter: Meter
    cancelled: threading.Event
    sleep: Callable[[float], object]


class TargetPush:
    """Pushes one target, whose repository is the `Sink`. The results are in `target.outcomes` and `target.blobs`."""

    def __init__(
        self,
        target: Target,
        content: Content,
        store: Store,
        remote: RemoteRepository,
        shared: Shared,
        lies_in: Repository | None = None,
        companions: Sequence[Companion] = (),
    ) -> None:
        """`lies_in` is a repository that has all of the content, if there is one; `companions` go along."""
        self._companions = companions
        same_host = lies_in is not None and lies_in.host == target.repository.host
        self._mount_from = lies_in if same_host else None
        self._target = target
        self._content = content
        self._store = store
        self._remote = remote
        self._uploads = shared.uploads
        self._meter = shared.meter
        self._cancelled = shared.cancelled
        self._tags = Tags(target, remote, self._put_root, shared.cancelled, shared.sleep)

    def run(self) -> None:
        """Send content and tags, or nothing if all tags are right. Raises nothing: errors are in the outcomes."""
        try:
            if self._target.pending:
                self._guarded(lambda: send(self._content, self, at_once=QUESTIONS_PER_JOB))
            else:  # something new may be about what is there already
                self._guarded(self._carry)
        finally:
            self._meter.leave()

    def _guarded(self, step: Callable[[], None]) -> None:
        try:
            step()
        except Interrupted:
            self._target.stop(None)
        except LazyociError as error:
            self._target.stop(error)
        except Exception as error:  # noqa: BLE001 - a file that is gone, or a bug: what was published is reported
            self._target.stop(errors.of(error))

    # ------------------------------------------------------------------ the sink
    def has(self, digest: str) -> bool:
        """See `Sink`. A registry only accepts a manifest if all that it names is there, so each one is complete.

        A root that is not worth asking for counts as missing: with its first tag it is sent whether it is there or not.
        """
        is_root = digest == self._content.root.digest
        if is_root and any(one.previous_digest == digest for one in self._target.outcomes):
            return True  # the preflight found a tag that points to it
        self._stop_if_cancelled()
        if is_root and not self._companions and not order.is_worth_asking_for(self._content):
            return False
        return self._remote.head_manifest(digest, push=True) is not None

    def put_blobs(self, blobs: Sequence[Descriptor]) -> None:
        """See `Sink`."""
        self._bring(blobs)
        for digest in self._content.blobs:
            self._meter.settle(self._target.repository.host, digest)

    def put_manifest(self, digest: str, manifest: Manifest) -> None:
        """See `Sink`. The root comes with its first tag, unless it has a subject, which must be told of it, or is the
        subject of others, which come before its tags."""
        alone = manifest.subject is None and not self._companions
        if digest == self._content.root.digest and alone and self._target.pending:
            return
        indexed = self._put(digest, digest)
        if digest == self._content.root.digest and manifest.subject is not None and not indexed:
            self._remote.attach_to_subject(manifest)

    def put_tags(self) -> None:
        """See `Sink`. The first tag takes the root with it; after one that fails, no more begin."""
        self._carry()
        try:
            self._tags.write()
            self._tags.verify()
        finally:
            target = self._target
            if not self._cancelled.is_set():
                target.outcomes = give_way(
                    target.wanted, target.references, target.outcomes, self._remote, target.most_tags
                )

    def _carry(self) -> None:
        if not self._companions:
            return
        try:
            self._target.not_carried = carry(self._companions, self._remote, self._upload, self._cancelled)
        except Interrupted:
            raise
        except Exception as error:  # noqa: BLE001 - a bug: what is published all the same must not be lost
            self._target.not_carried = [errors.of(error).message]

    # ------------------------------------------------------------------ blobs
    def _bring(self, blobs: Iterable[Descriptor], *, check: bool = True) -> None:
        self._target.blobs |= self._upload(blobs, check=check)

    def _upload(self, blobs: Iterable[Descriptor], *, check: bool = True) -> dict[str, How]:
        """Upload blobs in parallel and wait for all of them; then raise the first failure, if any."""
        host = self._target.repository.host
        given_up = threading.Event()
        futures: dict[str, Future[How]] = {}
        borrowed: set[str] = set()  # uploaded for another artifact, which counts them
        for blob in blobs:
            if blob.digest not in futures:
                sent = self._meter.sender(host, blob.digest)
                upload = BlobUpload(
                    self._remote, self._target.repository, blob, self._store, sent, given_up, check, self._mount_from
                )
                futures[blob.digest], first = self._uploads.bring(upload)
                if not first:
                    borrowed.add(blob.digest)
        wait(futures.values(), return_when=FIRST_EXCEPTION)
        given_up.set()  # after a failure, running uploads continue, but no new one begins
        wait(futures.values())
        problems: list[BaseException] = []
        came: dict[str, How] = {}
        for digest, future in futures.items():
            problem = future.exception()
            if problem is None:
                came[digest] = "exists" if digest in borrowed else future.result()
            else:
                problems.append(problem)
        if problems:
            raise next((one for one in problems if not isinstance(one, Interrupted)), problems[0])
        return came

    # ------------------------------------------------------------------ manifests and tags
    def _put(self, digest: str, target: str, *, exists: bool | None = None) -> bool:
        """PUT a manifest. If the registry says that content of the manifest is missing, push that again, once."""
        self._stop_if_cancelled()
        try:
            return self._put_once(digest, target, exists=exists)
        except BlobUnknown as error:
            self._push_again(digest, set(error.digests))
            return self._put_once(digest, target, exists=exists)

    def _put_root(self, tag: str, exists: bool) -> None:
        self._put(self._content.root.digest, tag, exists=exists)

    def _put_once(self, digest: str, target: str, *, exists: bool | None = None) -> bool:
        manifest = self._content.manifests[digest]
        return self._remote.put_manifest(manifest.raw, manifest.media_type, target, digest=digest, exists=exists)

    def _push_again(self, digest: str, named: set[str]) -> None:
        """Push blobs without asking by HEAD: pull-through caches claim to have blobs that they lack (oras-go#1212)."""
        known = {child.digest for child in self._content.manifests[digest].children}
        wanted = named & known or known
        self._bring((blob for blob in self._content.blobs_of(digest) if blob.digest in wanted), check=False)
        for child in self._content.below(digest):
            if child in wanted:
                self._push_again(child, set())
                self._put_once(child, child)

    def _stop_if_cancelled(self) -> None:
        """Stop before the next request once the user has asked to."""
        if self._cancelled.is_set():
            raise Interrupted("stopped by the user")
