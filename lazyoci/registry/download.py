"""Reading one blob: raw bytes, hashed, resumed where a connection breaks (wire.md F26-F28)."""

from __future__ import annotations

import hashlib
import queue
import random
import re
import threading
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import BinaryIO

from lazyoci.oci import digest as digests
from lazyoci.oci.descriptor import Descriptor
from lazyoci.registry import errcode, retry, scope
from lazyoci.registry.ask import Ask
from lazyoci.registry.errcode import Place
from lazyoci.registry.host import Host
from lazyoci.registry.lost import TransportError

_RANGE = re.compile(r"bytes (\d+)-\d*/")


class Download:
    """The download of blobs from one repository."""

    def __init__(self, host: Host, path: str, place: Place) -> None:
        self._host = host
        self._path = path
        self._place = place
        self._scopes = (scope.repository(path, *scope.PULL),)

    def read(self, descriptor: Descriptor, offset: int) -> Iterator[bytes]:
        """The bytes from `offset` on, exactly as many as the descriptor says; unverified.

        A connection that breaks is taken up where it broke; a registry that ignores `Range` is read past the bytes
        that are here already.
        """
        at, attempt = offset, 0
        with self._host.gate.blob():
            while at < descriptor.size or (descriptor.size == 0 and attempt == 0):
                attempt += 1
                before = at
                try:
                    for chunk in self._once(descriptor, at):
                        at += len(chunk)
                        yield chunk
                    if at >= descriptor.size:
                        return
                    error = TransportError("reset", EOFError(f"{descriptor.size - at} bytes are missing"))
                except TransportError as broken:
                    error = broken
                if at > before:
                    attempt = 1  # it moved: this is a new failure, not the same again
                outcome = retry.Outcome(error.kind)
                seconds = retry.delay(attempt, outcome, now=self._host.wire.clock(), jitter=random.random())
                if seconds is None:
                    raise errcode.Unreachable(
                        f"{self._place.what} failed: {digests.short(descriptor.digest)} broke off "
                        f"after {at} of {descriptor.size} bytes: {error}",
                        self._place,
                        reason="timeout" if error.kind == "timeout" else "reset",
                    ) from error
                self._host.wire.sleep(seconds)

    def _once(self, descriptor: Descriptor, at: int) -> Iterator[bytes]:
        """One request: the bytes from `at` to the end, or until it breaks (TransportError)."""
        headers = {"Range": f"bytes={at}-"} if at else {}
        ask = Ask(
            "GET",
            f"/v2/{self._path}/blobs/{descriptor.digest}",
            self._place,
            self._scopes,
            ok=frozenset({200, 206}),
            headers=headers,
        )
        with self._host.open(ask) as (reply, chunks):
            found = _RANGE.match(reply.headers.get("content-range", "")) if reply.status == 206 else None
            start = int(found.group(1)) if found else 0
            if start > at:
                raise TransportError("protocol", ValueError(f"a range from {start}, where {at} was asked for"))
            skip, left = at - start, descriptor.size - at
            for chunk in chunks:
                data = chunk[skip:] if skip else chunk
                skip = max(0, skip - len(chunk))
                if len(data) > left:
                    raise errcode.DigestMismatch(
                        f"{self._place.what} failed: {digests.short(descriptor.digest)} has more than "
                        f"the {descriptor.size} bytes its descriptor says",
                        self._place,
                    )
                left -= len(data)
                if data:
                    yield data

    def fetch(self, descriptor: Descriptor, file: BinaryIO, *, progress: Callable[[int], None] | None = None) -> None:
        """Complete and verify `file`, open for reading and writing, from whatever it holds; retried once if corrupt.

        Raises DigestMismatch, with the file emptied, when the bytes are wrong twice.
        """
        for final in (False, True):
            have, found = self._complete(descriptor, file, progress)
            if found == descriptor.digest:
                return
            file.seek(0)
            file.truncate()
            if progress is not None:
                progress(-have)
            if final:
                raise errcode.DigestMismatch(
                    f"{self._place.what} failed: the bytes received for {digests.short(descriptor.digest)} "
                    f"are {digests.short(found)}",
                    self._place,
                    hint="The registry's copy is corrupt, or something between here and it alters the bytes.",
                )

    def _complete(
        self, descriptor: Descriptor, file: BinaryIO, progress: Callable[[int], None] | None
    ) -> tuple[int, str]:
        """Append what `file` lacks; its size then, and its digest."""
        algorithm = descriptor.digest.partition(":")[0]
        hasher, have = hashlib.new(algorithm), 0
        file.seek(0)
        while have <= descriptor.size and (data := file.read(digests.CHUNK)):
            hasher.update(data)
            have += len(data)
        if have > descriptor.size:
            hasher, have = hashlib.new(algorithm), 0
        file.seek(have)
        file.truncate()
        if progress is not None and have:
            progress(have)
        # hashing and writing release the GIL: in a thread of their own they cost no time beside the reading
        with _Sink(hasher.update, file.write) as sink:
            for data in self.read(descriptor, have):
                sink.put(data)
                have += len(data)
                if progress is not None:
                    progress(len(data))
        return have, f"{algorithm}:{hasher.hexdigest()}"


class _Sink:
    """Hands what it is given to each consumer, in order, from a thread of its own; holds a few MiB at most."""

    _BLOCK = 1 << 20
    _WAITING = 4  # blocks

    def __init__(self, *consumers: Callable[[bytes], object]) -> None:
        self._consumers = consumers
        self._parts: list[bytes] = []
        self._size = 0
        self._queue: queue.Queue[bytes | None] = queue.Queue(self._WAITING)
        self._error: OSError | None = None
        self._thread = threading.Thread(target=self._work, name="lazyoci-sink", daemon=True)

    def put(self, data: bytes) -> None:
        """Take some bytes; raises what the consumers raised before."""
        self._parts.append(data)
        self._size += len(data)
        if self._size >= self._BLOCK:
            self._flush()

    def _flush(self) -> None:
        if self._error is not None:
            raise self._error
        self._queue.put(b"".join(self._parts))
        self._parts, self._size = [], 0

    def _work(self) -> None:
        while (block := self._queue.get()) is not None:
            if self._error is None:
                try:
                    for consume in self._consumers:
                        consume(block)
                except OSError as error:  # a full disk; told to whoever puts the next block
                    self._error = error

    def __enter__(self) -> _Sink:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._parts:  # after a failure too: what came is there for the next try
            self._queue.put(b"".join(self._parts))
        self._queue.put(None)
        self._thread.join()
        if kind is None and self._error is not None:
            raise self._error
