"""Limits to the head of a reply: its headers, and the informational (1xx) responses before them.

httpx limits the time of each read, not of all together, and reads on for as long as 1xx responses come. So every
connection is read through a guard that counts bytes and time until the head is complete.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from lazyoci.registry.http.light_httpx import httpcore

HEAD_BYTES = 256 << 10  # of all responses up to the final one's headers; real ones have a few KiB


class SlowHead(httpcore.ReadTimeout):
    """The head of a reply is not complete in time, though some of it came."""


class LongHead(httpcore.RemoteProtocolError):
    """The head of a reply, with the informational responses before it, has no end."""


class HeadLimits:
    """Watches the heads of one run's replies. Thread-safe: each thread awaits one head at a time."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._local = threading.local()

    def expect(self, seconds: float) -> None:
        """From now on, for this thread: a head must be complete within so many seconds."""
        self._local.until = self._clock() + seconds
        self._local.left = HEAD_BYTES

    def done(self) -> None:
        """No head is awaited any more."""
        self._local.until = None

    def guard(self, stream: Any) -> None:
        """Count what is read from a connection (httpcore's NetworkStream) while its thread awaits a head."""
        read = stream.read

        def counted(max_bytes: int, timeout: float | None = None) -> bytes:
            until: float | None = getattr(self._local, "until", None)
            if until is None:
                return bytes(read(max_bytes, timeout=timeout))
            if self._clock() >= until:
                raise SlowHead("the head of its reply did not come to an end in time")
            data = bytes(read(max_bytes, timeout=timeout))
            self._local.left -= len(data)
            if self._local.left < 0:
                raise LongHead(f"more than {HEAD_BYTES >> 10} KiB came before the body of its reply")
            return data

        stream.read = counted


def is_expected(event: str) -> bool:
    """Whether httpcore's trace event says that a request was sent and its reply is awaited."""
    return event.endswith("receive_response_headers.started")


def stream_of(event: str, info: Mapping[str, Any]) -> Any:
    """The connection that a trace event says was made, or made secure; None for other events."""
    if event == "connection.connect_tcp.complete" or event.endswith("start_tls.complete"):
        return info["return_value"]
    return None
