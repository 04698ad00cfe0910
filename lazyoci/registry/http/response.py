"""A reply whose body is yet to be read, and the connection that it comes on."""

from __future__ import annotations

import time
from collections.abc import Callable

from lazyoci.registry.http.pool import Pool
from lazyoci.registry.http.unreachable import TransportError
from lazyoci.registry.http.wire import PIECE, Body, Head, Wire

Room = Callable[[], memoryview]  # lends a buffer to be filled from its start; another one once that is full

_SHOWN = 0.1  # seconds that bytes may wait for more to come, before they are handed on and progress is shown
_REST = PIECE  # bytes of a body nobody wants that are read all the same, as a new connection costs more


class Response:
    """Its head is read. `close` it; the connection is used again where nothing is left on it."""

    def __init__(self, wire: Wire, pool: Pool, head: Head, method: str, *, reusable: bool) -> None:
        self.status_code = head.status
        self.reason_phrase = head.reason
        self.headers = head.headers
        self._body = Body(wire, head, method)
        self._wire: Wire | None = wire
        self._pool = pool
        self._reusable = reusable and head.stays

    @property
    def left(self) -> int:
        """How many bytes are to come, as far as that is known."""
        return self._body.left

    def wait(self, seconds: float) -> None:
        """Give each further piece so many seconds to come."""
        if self._wire is not None:
            self._wire.socket.settimeout(seconds)
        self._seconds = seconds

    def read(self) -> bytes:
        """The next bytes, none at the end; raises TransportError."""
        return self._body.read()

    def fill(self, room: memoryview) -> memoryview:
        """The part of `room` that was filled, from its start: all of it, or what came in a tenth of a second.

        To hand on few large pieces takes a quarter of the processor time. What came before a failure comes first.
        """
        assert self._wire is not None
        room, at, began = room[: self._body.left], 0, time.monotonic()
        self._wire.socket.settimeout(min(_SHOWN, self._seconds))
        try:
            while at < len(room) and (not at or time.monotonic() - began < _SHOWN):
                try:
                    count = self._wire.fill(room[at:])
                    self._body.took(count)
                except TransportError as error:
                    if error.kind == "timeout" and not at and time.monotonic() - began < self._seconds:
                        continue
                    if at:
                        break
                    raise
                if not at:
                    began = time.monotonic()
                at += count
        finally:
            self._wire.socket.settimeout(self._seconds)
        return room[:at]

    def close(self) -> None:
        """Be done with it, whether the body was read or not."""
        wire, self._wire = self._wire, None
        if wire is None:
            return
        if self._reusable and not self._body.ended and self._body.measured and self._body.left <= _REST:
            self._skip(wire)
        if self._reusable and self._body.ended:
            wire.used = True
            self._pool.give(wire)
        else:
            wire.close()

    def _skip(self, wire: Wire) -> None:
        """Read what is left of a small body, if it is here."""
        wire.socket.settimeout(_SHOWN)
        try:
            while self._body.read():
                continue
        except TransportError:
            self._reusable = False
