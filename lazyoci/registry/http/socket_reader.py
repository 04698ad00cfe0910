"""The bytes of a response read straight from its connection, past httpx and h11."""

from __future__ import annotations

import time
from typing import Any

from lazyoci.registry.http import tls
from lazyoci.registry.http.light_httpx import httpcore
from lazyoci.registry.http.unreachable import TransportError

_CHUNK = 1 << 20  # bytes asked of the connection at a time
_SHOWN = 0.1  # seconds that bytes may wait for more to come, before they are handed on and progress is shown


class SocketReader:
    """Reads a connection. No bytes mean that it ended or broke; `failure` says how it broke, and is None otherwise."""

    def __init__(self, stream: Any, timeout: float) -> None:
        """`stream` is httpcore's; `timeout` is in seconds, for each piece that the system gives."""
        self.failure: TransportError | None = None
        self._stream = stream
        self._timeout = timeout
        self._socket = stream.get_extra_info("socket")
        # TLS within TLS, as through a proxy spoken to by HTTPS, is not what the socket gives
        self._plain = stream.get_extra_info("ssl_object") in (None, self._socket)
        if self._plain:  # once: to set it between two pieces costs more than to read them
            self._socket.settimeout(min(_SHOWN, timeout))

    def read(self, most: int) -> bytes:
        """Some bytes, at most so many."""
        try:
            return bytes(self._stream.read(min(_CHUNK, most), timeout=self._timeout))
        except httpcore.TimeoutException as error:
            self.failure = TransportError("timeout", error)
        except httpcore.NetworkError as error:
            self.failure = TransportError(tls.kind_of(error) or "reset", error)
        return b""

    def fill(self, room: memoryview) -> memoryview:
        """The part of `room` that was filled, from its start. What came before a failure comes first, then nothing."""
        if not self._plain:
            data = self.read(len(room))
            room[: len(data)] = data
            return room[: len(data)]
        at, began = 0, time.monotonic()
        while self.failure is None and at < len(room) and (not at or time.monotonic() - began < _SHOWN):
            try:
                count = self._socket.recv_into(room[at:])
            except TimeoutError as error:
                if not at and time.monotonic() - began < self._timeout:
                    continue
                if not at:
                    self.failure = TransportError("timeout", error)
                break
            except OSError as error:
                self.failure = TransportError(tls.kind_of(error) or "reset", error)
                break
            if not count:
                break
            if not at:
                began = time.monotonic()
            at += count
        return room[:at]
