"""How far one artifact is: bytes sent, or found to be there already, out of all that may have to be sent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable

from lazyoci.oci.descriptor import Descriptor
from lazyoci.push.model import Progress


class Meter:
    """Counts each blob once a host, whatever its retries and mounts; thread-safe."""

    def __init__(self, name: str, progress: Progress, hosts: Collection[str], blobs: Iterable[Descriptor]) -> None:
        """`hosts` has one entry for each target, and is told of each by `leave`."""
        self._name = name
        self._progress = progress
        self._lock = threading.Lock()
        sizes = {blob.digest: blob.size for blob in blobs}
        self._left = {(host, digest): size for host in dict.fromkeys(hosts) for digest, size in sizes.items()}
        self._sizes = sizes
        self._targets = len(hosts)
        progress.started(name, "pushing")
        progress.total(name, sum(self._left.values()))

    def sender(self, host: str, digest: str) -> Callable[[int], None]:
        """What an upload of a blob to a host calls with the bytes it sent, negative when it starts again."""
        return lambda count: self._move(host, digest, count)

    def settle(self, host: str, digest: str) -> None:
        """The blob is there: nothing of it is left to send."""
        self._move(host, digest, self._left.get((host, digest), 0))

    def _move(self, host: str, digest: str, count: int) -> None:
        with self._lock:
            left = self._left.get((host, digest), 0)
            after = min(max(left - count, 0), self._sizes.get(digest, 0))
            self._left[host, digest] = after
        if after != left:
            self._progress.sent(self._name, left - after)

    def leave(self) -> None:
        """One target is done; with the last of them, the artifact is."""
        with self._lock:
            self._targets -= 1
            last = self._targets == 0
        if last:
            self._progress.finished(self._name)
