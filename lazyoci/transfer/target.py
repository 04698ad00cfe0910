"""Pushes one artifact to one repository: missing content, the root by its digest, then the tags, each verified."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, wait
from dataclasses import dataclass, field

from lazyoci import errors
from lazyoci.errors import Interrupted, LazyociError, RegistryError
from lazyoci.frozen import replace
from lazyoci.layout.store import Store
from lazyoci.oci.descriptor import Descriptor, Manifest
from lazyoci.oci.digest import short
from lazyoci.oci.reference import Reference, Repository
from lazyoci.registry.errors import BlobUnknown, TagImmutable
from lazyoci.registry.repository import RemoteRepository
from lazyoci.transfer.compare import is_pending, skip_pending
from lazyoci.transfer.content import Content
from lazyoci.transfer.give_way import give_way
from lazyoci.transfer.meter import Meter
from lazyoci.transfer.outcome import Outcome, Wanted
from lazyoci.transfer.seam import send
from lazyoci.transfer.uploads import BlobUpload, How, Uploads

# seconds to wait before each new look at a tag: GHCR shows a tag some time after accepting it (pithead#429)
_LAG = (0.2, 0.4, 0.8, 1.6, 3.2)


@dataclass(slots=True)
class Target:
    """The state of one artifact's push to one repository. Only its own thread writes it."""

    repository: Repository
    references: tuple[Reference, ...]
    outcomes: list[Outcome]  # one for each reference
    wanted: Wanted
    most_tags: int  # to read from the repository, to see if a newer version has come
    blobs: dict[str, How] = field(default_factory=dict)

    @property
    def pending(self) -> bool:
        """Whether a tag is still to be written."""
        return any(is_pending(outcome) for outcome in self.outcomes)

    def stop(self, error: LazyociError | None) -> None:
        """Push no further tag; the outcome of the first one has the reason, if there is one."""
        at = next((i for i, outcome in enumerate(self.outcomes) if is_pending(outcome)), None)
        if at is not None and error is not None:
            self.outcomes[at] = replace(self.outcomes[at], state="failed", error=error)
        self.outcomes = skip_pending(self.outcomes)


@dataclass(frozen=True, slots=True)
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
    ) -> None:
        """`lies_in` is a repository that has all of the content, if there is one."""
        same_host = lies_in is not None and lies_in.host == target.repository.host
        self._mount_from = lies_in if same_host else None
        self._target = target
        self._content = content
        self._store = store
        self._remote = remote
        self._uploads = shared.uploads
        self._meter = shared.meter
        self._cancelled = shared.cancelled
        self._sleep = shared.sleep

    def run(self) -> None:
        """Send content and tags, or nothing if all tags are right. Raises nothing: errors are in the outcomes."""
        try:
            if self._target.pending:
                self._send()
        finally:
            self._meter.leave()

    def _send(self) -> None:
        try:
            send(self._content, self)
        except Interrupted:
            self._target.stop(None)
        except LazyociError as error:
            self._target.stop(error)
        except Exception as error:  # noqa: BLE001 - a file that is gone, or a bug: what was published is reported
            self._target.stop(errors.of(error))

    # ------------------------------------------------------------------ the sink
    def has(self, digest: str) -> bool:
        """See `Sink`. A registry only accepts a manifest if all that it names is there, so each one is complete."""
        if digest == self._content.root.digest and any(one.previous_digest == digest for one in self._target.outcomes):
            return True  # the preflight found a tag that points to it
        self._stop_if_cancelled()
        return self._remote.head_manifest(digest, push=True) is not None

    def put_blobs(self, blobs: Sequence[Descriptor]) -> None:
        """See `Sink`."""
        self._bring(blobs)
        for digest in self._content.blobs:
            self._meter.settle(self._target.repository.host, digest)

    def put_manifest(self, digest: str, manifest: Manifest) -> None:
        """See `Sink`."""
        indexed = self._put(digest, digest)
        if digest == self._content.root.digest and manifest.subject is not None and not indexed:
            self._remote.attach_to_subject(manifest)

    def put_tags(self) -> None:
        """See `Sink`. Tags are written in their order, until one fails."""
        try:
            self._write_tags()
        finally:
            target = self._target
            if not self._cancelled.is_set():
                target.outcomes = give_way(
                    target.wanted, target.references, target.outcomes, self._remote, target.most_tags
                )

    def _write_tags(self) -> None:
        for at, outcome in enumerate(self._target.outcomes):
            if is_pending(outcome):
                self._stop_if_cancelled()
                self._target.outcomes[at] = self._push_tag(self._target.references[at], outcome)
                if self._target.outcomes[at].error is not None:
                    self._target.stop(None)
                    return

    # ------------------------------------------------------------------ blobs
    def _bring(self, blobs: Iterable[Descriptor], *, check: bool = True) -> None:
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
        for digest, future in futures.items():
            problem = future.exception()
            if problem is None:
                self._target.blobs[digest] = "exists" if digest in borrowed else future.result()
            else:
                problems.append(problem)
        if problems:
            raise next((one for one in problems if not isinstance(one, Interrupted)), problems[0])

    # ------------------------------------------------------------------ manifests and tags
    def _put(self, digest: str, target: str, *, exists: bool | None = None) -> bool:
        """PUT a manifest. If the registry says that content of the manifest is missing, push that again, once."""
        self._stop_if_cancelled()
        try:
            return self._put_once(digest, target, exists=exists)
        except BlobUnknown as error:
            self._push_again(digest, set(error.digests))
            return self._put_once(digest, target, exists=exists)

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

    def _push_tag(self, reference: Reference, outcome: Outcome) -> Outcome:
        """PUT one tag, and check that it points where it should."""
        try:
            self._put(self._content.root.digest, reference.tag, exists=bool(outcome.previous_digest))
        except TagImmutable as error:
            return self._refused(reference, outcome, error)
        except Interrupted:
            doubt = f"{reference} was being written when the push was stopped: look where it points"
            return replace(outcome, state="failed", error=Interrupted(doubt))
        problem: LazyociError | None
        try:
            problem = self._verify(reference, outcome.digest)
        except Interrupted:
            problem = None  # the tag was sent, but not verified
        except Exception as error:  # noqa: BLE001 - after any error, even a bug, the result says that the tag was sent
            problem = errors.of(error)
        if problem is not None:
            return replace(outcome, state="failed", pushed=True, error=problem)
        return replace(outcome, pushed=True)

    def _refused(self, reference: Reference, outcome: Outcome, error: TagImmutable) -> Outcome:
        """A tag was refused. It may be right: some registries refuse immutable tags even with the same digest."""
        try:
            now = self._remote.head_manifest(reference.tag, push=True)
        except RegistryError:
            now = None  # report the refusal, not this failure
        if now is not None and now.digest == outcome.digest:
            return replace(outcome, state="unchanged", previous_digest=now.digest)
        previous = now.digest if now is not None else outcome.previous_digest
        return replace(outcome, state="refused", error=error, previous_digest=previous)

    def _verify(self, reference: Reference, digest: str) -> RegistryError | None:
        """What is wrong with a tag that was pushed. Registries may show it late, so they are asked several times."""
        now: Descriptor | None = None
        for pause in (*_LAG, 0.0):
            now = self._remote.head_manifest(reference.tag, push=True)
            if now is not None and now.digest == digest:
                return None
            self._stop_if_cancelled()
            if pause:
                self._sleep(pause)
        fact = f"points to {short(now.digest)}" if now is not None else "does not exist"
        return RegistryError(
            f"{reference} was pushed as {short(digest)}, but {fact}",
            hint="Another push may have moved it: look at the tag, and push again if it is wrong.",
        )

    def _stop_if_cancelled(self) -> None:
        """Stop before the next request once the user has asked to."""
        if self._cancelled.is_set():
            raise Interrupted("stopped by the user")
