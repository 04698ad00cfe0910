"""Blobs on their way: each is uploaded once to a registry host, and mounted in the host's other repositories."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Literal

from lazyoci.errors import Interrupted
from lazyoci.layout.store import Store
from lazyoci.oci.descriptor import Descriptor
from lazyoci.oci.reference import Repository
from lazyoci.registry.repository import RemoteRepository

How = Literal["exists", "mounted", "uploaded"]
_HOSTS_WORTH = 2  # of large blobs under way in all, in units of what one host may have: each holds a buffer or two
_LARGE = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class BlobUpload:
    """Bring one blob to one repository; `sent` is told the bytes as they go."""

    remote: RemoteRepository
    repository: Repository
    descriptor: Descriptor
    store: Store
    sent: Callable[[int], None]
    given_up: threading.Event  # set when the push it belongs to has failed, so that it need not begin
    check: bool = True  # whether a HEAD may find that it is there already


@dataclass(slots=True)
class _Blob:
    """One digest on one host."""

    have: list[Repository] = field(default_factory=list)
    futures: dict[Repository, Future[How]] = field(default_factory=dict)
    waiting: deque[tuple[BlobUpload, Future[How]]] = field(default_factory=deque)
    busy: bool = False  # the first repository is being served, on which the others wait


class Uploads:
    """All uploads of a run: `jobs` at a time to a host, twice as many large ones in all. Use it as a context manager.

    A host has its own threads, so that a slow one holds up no other. Followers of a blob are only submitted when it
    can be mounted, so that no thread ever waits for another.
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
        """Bring a blob to a repository: a future that tells how it got there, and whether this upload is the first."""
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
        """Send on whoever need not wait: all when the blob can be mounted, else one. Holds the lock."""
        while blob.waiting and (blob.have or not blob.busy):
            upload, future = blob.waiting.popleft()
            blob.busy = True
            self._pool(upload.repository.host).submit(self._run, blob, upload, future)

    def _pool(self, host: str) -> ThreadPoolExecutor:
        if host not in self._pools:
            self._pools[host] = ThreadPoolExecutor(max_workers=self._jobs, thread_name_prefix=f"blobs {host}")
        return self._pools[host]

    def _room(self, upload: BlobUpload) -> AbstractContextManager[object]:
        return self._large if upload.descriptor.size > _LARGE else nullcontext()

    def _run(self, blob: _Blob, upload: BlobUpload, future: Future[How]) -> None:
        with self._lock:
            sources = tuple(repository.path for repository in blob.have if repository != upload.repository)
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
