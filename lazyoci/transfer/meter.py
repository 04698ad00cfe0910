"""Counts the progress of one artifact: bytes that were sent, or need not be sent, out of all its bytes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable

from lazyoci.oci.annotations import TITLE
from lazyoci.oci.descriptor import Descriptor
from lazyoci.oci.digest import short
from lazyoci.progress import Progress

_WORTH_A_LINE = 1 << 20  # bytes: a blob of this size has its own line of progress; smaller ones only count in the total


class Meter:
    """Counts each blob once for each host, however often it is retried or mounted; thread-safe."""

    def __init__(self, name: str, progress: Progress, hosts: Collection[str], blobs: Iterable[Descriptor]) -> None:
        """`hosts` has one entry for each target; `leave` is called when a target is done."""
        self._name = name
        self._progress = progress
        self._lock = threading.Lock()
        self._blobs = {blob.digest: blob for blob in blobs}
        distinct = list(dict.fromkeys(hosts))
        self._several = len(distinct) > 1
        self._left = {(host, digest): blob.size for host in distinct for digest, blob in self._blobs.items()}
        self._shown: set[tuple[str, str]] = set()  # blobs that are being sent and have their own line of progress
        self._targets = len(hosts)
        progress.started(name, "pushing")
        progress.total(name, sum(self._left.values()))

    def sender(self, host: str, digest: str) -> Callable[[int], None]:
        """A function that an upload of a blob calls with the number of bytes sent, negative when it starts again."""

        def sent(count: int) -> None:
            self._show(host, digest)
            self._move(host, digest, count)

        return sent

    def settle(self, host: str, digest: str) -> None:
        """The blob is in the registry: nothing of it is left to send."""
        self._move(host, digest, self._left.get((host, digest), 0))

    def leave(self) -> None:
        """One target is done; after the last one, the artifact is done."""
        with self._lock:
            self._targets -= 1
            last = self._targets == 0
            rest = list(self._shown) if last else []
            self._shown.difference_update(rest)
        for host, digest in rest:
            self._progress.finished(self._label(host, digest))
        if last:
            self._progress.finished(self._name)

    def _show(self, host: str, digest: str) -> None:
        blob = self._blobs.get(digest)
        if blob is None or blob.size < _WORTH_A_LINE:
            return
        with self._lock:
            if (host, digest) in self._shown or not self._left[host, digest]:
                return
            self._shown.add((host, digest))
        label = self._label(host, digest)
        self._progress.started(label, blob.annotations.get(TITLE, "") or blob.media_type)
        self._progress.total(label, blob.size)

    def _move(self, host: str, digest: str, count: int) -> None:
        blob = self._blobs.get(digest)
        if blob is None:
            return
        with self._lock:
            left = self._left.get((host, digest), 0)
            after = min(max(left - count, 0), blob.size)
            self._left[host, digest] = after
            shown = (host, digest) in self._shown
            if shown and not after:
                self._shown.discard((host, digest))
        if after != left:
            self._progress.sent(self._name, left - after)
            if shown:
                self._progress.sent(self._label(host, digest), left - after)
        if shown and not after:
            self._progress.finished(self._label(host, digest))

    def _label(self, host: str, digest: str) -> str:
        return f"{short(digest)} → {host}" if self._several else short(digest)
