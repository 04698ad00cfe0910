"""Downloading one blob: raw bytes, hashed, resumed where a connection breaks (distribution-spec "Pulling blobs")."""

from __future__ import annotations

import hashlib
import os
import random
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

from lazyoci.oci import digest as digests
from lazyoci.oci.descriptor import Descriptor
from lazyoci.registry import errors
from lazyoci.registry.auth import scope
from lazyoci.registry.errors import Task
from lazyoci.registry.http import retry
from lazyoci.registry.http.transport import Room
from lazyoci.registry.http.unreachable import TransportError
from lazyoci.registry.request import Request
from lazyoci.registry.session import Session
from lazyoci.registry.threaded_writer import ThreadedWriter

_RANGE = re.compile(r"bytes ([0-9]{1,18})-[0-9]*/")


class Download:
    """The download of blobs from one repository."""

    def __init__(self, session: Session, path: str, task: Task) -> None:
        self._session = session
        self._path = path
        self._task = task
        self._scopes = (scope.repository(path, *scope.PULL),)

    def read(self, descriptor: Descriptor, offset: int, room: Room | None = None) -> Iterator[bytes | memoryview]:
        """The bytes from `offset` on, exactly as many as the descriptor says; unverified.

        After a connection that breaks, the next request asks for the rest (`Range`); where a registry sends all of it
        again, what is here already is skipped. With `room`, memoryviews are what was filled of it.
        """
        with self._session.throttle.blob(descriptor.size):
            yield from self._read(descriptor, offset, room, waits=True)

    def read_for_upload(self, descriptor: Descriptor, room: Room | None = None) -> Iterator[bytes | memoryview]:
        """As `read`, for an upload that runs meanwhile. That counts among the blobs that move at once, so this does
        not: copies in both directions between two hosts would wait for each other."""
        return self._read(descriptor, 0, room, waits=False)

    def _read(
        self, descriptor: Descriptor, offset: int, room: Room | None, *, waits: bool
    ) -> Iterator[bytes | memoryview]:
        at, attempt = offset, 0
        while at < descriptor.size or (descriptor.size == 0 and attempt == 0):
            attempt += 1
            before = at
            try:
                for chunk in self._once(descriptor, at, room, waits):
                    at += len(chunk)
                    yield chunk
                if at >= descriptor.size:
                    return
                error = TransportError("reset", EOFError(f"{descriptor.size - at} bytes are missing"))
            except TransportError as broken:
                error = broken
            if at > before:
                attempt = 1  # it moved: this is a new failure, not the same again
            outcome = retry.Failed(error.kind)
            seconds = retry.delay(attempt, outcome, now=self._session.transport.now(), jitter=random.random())
            if seconds is None:
                raise errors.Unreachable(
                    f"{self._task.what} failed: {digests.short(descriptor.digest)} broke off "
                    f"after {at} of {descriptor.size} bytes: {error}",
                    self._task,
                    reason="timeout" if error.kind == "timeout" else "reset",
                ) from error
            self._session.transport.sleep(seconds)

    def _once(self, descriptor: Descriptor, at: int, room: Room | None, waits: bool) -> Iterator[bytes | memoryview]:
        """One request: the bytes from `at` to the end, or until it breaks (TransportError)."""
        headers = {"Range": f"bytes={at}-"} if at else {}
        request = Request(
            "GET",
            f"/v2/{self._path}/blobs/{descriptor.digest}",
            self._task,
            self._scopes,
            ok=frozenset({200, 206}),
            headers=headers,
            waits=waits,
        )
        with self._session.open(request) as (reply, stream):
            found = _RANGE.match(reply.headers.get("content-range", "")) if reply.status == 206 else None
            start = int(found.group(1)) if found else 0
            if start > at:
                raise TransportError("reset", ValueError(f"a range from {start}, where {at} was asked for"))
            skip, left = at - start, descriptor.size - at
            for chunk in stream(room if not skip else None):
                data = chunk[skip:] if skip else chunk
                skip = max(0, skip - len(chunk))
                if len(data) > left:
                    raise errors.DigestMismatch(
                        f"{self._task.what} failed: {digests.short(descriptor.digest)} has more than "
                        f"the {descriptor.size} bytes its descriptor says",
                        self._task,
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
                raise errors.DigestMismatch(
                    f"{self._task.what} failed: the bytes received for {digests.short(descriptor.digest)} "
                    f"are {digests.short(found)}",
                    self._task,
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
        if file.seek(0, os.SEEK_END) > have:  # cutting an empty file would have ext4 write all of it out at once
            file.truncate(have)
        file.seek(have)
        if progress is not None and have:
            progress(have)
        with ThreadedWriter(hasher.update, file.write) as sink:
            for piece in self.read(descriptor, have, sink.room):
                sink.put(piece)
                have += len(piece)
                if progress is not None:
                    progress(len(piece))
        return have, f"{algorithm}:{hasher.hexdigest()}"
