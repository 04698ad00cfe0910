"""Uploads blobs: each one once to a registry host, and then mounted in the host's other repositories."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from typing import Literal

from lazyoci.errors import Interrupted
from lazyoci.frozen import frozen
from lazyoci.layout.store import Store
from lazyoci.oci.descriptor import Descriptor
from lazyoci.oci.reference import Repository
from lazyoci.registry.repository import RemoteRepository

How = Literal["exists", "mounted", "uploaded"]
_HOSTS_WORTH = 2  # limit for large blobs to all hosts, as a multiple of one host's: each needs one or two buffers
_LARGE = 1 << 20  # bytes


@frozen
class BlobUpload:
    """A blob that one repository needs; `sent` gets the number of bytes as they are sent."""

    remote: RemoteRepository
    repository: Repository
    descriptor: Descriptor
    store: Store
    sent: Callable[[int], None]
    given_up: threading.Event  # set when its push has failed: the upload need not begin
    check: bool = True  # whether to ask by HEAD if the blob is there already
    lies_in: Repository | None = None  # another repository of the host that has it before any upload


class _Blob:
    """The state of one digest on one host."""

    def __init__(self) -> None:
        self.have: list[Repository] = []
        self.futures: dict[Repository, Future[How]] = {}
        self.waiting: deque[tuple[BlobUpload, Future[How]]] = deque()
        self.busy = False  # the upload to the first repository is running; the others wait


class Uploads:
    """All uploads of a run: `jobs` at a time to each host, and twice as many large ones in total. A context manager.

    On a long link more small ones run at a time; see `Throttle`.

    Each host has its own threads, so that a slow host does not delay others. The other repositories' uploads of a blob
    start only when it can be mounted, so that no thread waits for another.
    """

    def __init__(self, jobs: int, cancelled: threading.Event) -> None:
        self._jobs = jobs
        self._cancelled = cancelled
        self._large = threading.Semaphore(_HOSTS_WORTH * jobs)
        self._lock = threading.Lock()
        self._pools: dict[str, ThreadPoolExecutor] = {}
        self._blobs: dict[tuple[str, str], _Blob] = {}

    def __enter__(self) -> Uploads:
        return self

    def __exit__(self, *_: object) -> None:
        for pool in self._pools.values():
            pool.shutdown(wait=True)

    def bring(self, upload: BlobUpload) -> tuple[Future[How], bool]:
        """Upload a blob; the future tells how it got there. Also returns whether this is its first upload."""
        with self._lock:
            blob = self._blobs.setdefault((upload.repository.host, upload.descriptor.digest), _Blob())
            before = blob.futures.get(upload.repository)
            if upload.check and before is not None and not _failed(before):
                return before, False
            future: Future[How] = Future()
            blob.futures[upload.repository] = future
            blob.waiting.append((upload, future))
            self._next(blob)
        return future, True

    def _next(self, blob: _Blob) -> None:
        """Start waiting uploads: all of them if the blob can be mounted, else one. The caller holds the lock."""
        while blob.waiting and (blob.have or not blob.busy):
            upload, future = blob.waiting.popleft()
            blob.busy = True
            self._pool(upload).submit(self._run, blob, upload, future)

    def _pool(self, upload: BlobUpload) -> ThreadPoolExecutor:
        host = upload.repository.host
        if host not in self._pools:
            workers = max(self._jobs, upload.remote.blobs_at_once)
            self._pools[host] = ThreadPoolExecutor(workers, thread_name_prefix=f"blobs {host}")
        return self._pools[host]

    def _room(self, upload: BlobUpload) -> AbstractContextManager[object]:
        return self._large if upload.descriptor.size > _LARGE else nullcontext()

    def _run(self, blob: _Blob, upload: BlobUpload, future: Future[How]) -> None:
        with self._lock:
            have = blob.have if upload.lies_in is None else [upload.lies_in, *blob.have]
            sources = tuple(repository.path for repository in have if repository != upload.repository)
        how: How | None = None
        problem: BaseException | None = None
        try:
            with self._room(upload):
                if self._cancelled.is_set() or upload.given_up.is_set():
                    raise Interrupted("stopped before the upload")
                how = upload.remote.push_blob(
                    upload.descriptor,
                    lambda: upload.store.open(upload.descriptor),
                    mount_from=sources[:1] if upload.check else (),
                    check=upload.check,
                    progress=upload.sent,
                )
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits for the future
            problem = error
        with self._lock:
            blob.busy = False
            if how is not None:
                blob.have.append(upload.repository)
            self._next(blob)
        if how is not None:
            future.set_result(how)
        else:
            future.set_exception(problem or RuntimeError("an upload without a result"))


def _failed(future: Future[How]) -> bool:
    return future.done() and future.exception() is not None
