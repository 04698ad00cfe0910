"""Connections that are opened before a request needs one, while the reply to another is awaited.

On a long link a connection takes one round trip to open, and with TLS two. httpx opens one when a request finds none
free. Its pool takes connections from a network backend (https://www.encode.io/httpcore/network-backends/); the one here
first hands out those that were opened ahead. Whatever is wrong with one of these, another is opened in the usual way.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any

from lazyoci.registry.http.light_httpx import httpcore, httpx

_FRESH = 5.0  # seconds that a connection is kept without a request; servers soon close one on which nothing is asked


class AheadTransport(httpx.HTTPTransport):
    """httpx's way to one origin, without a proxy, on which connections may be opened ahead. Thread-safe."""

    def __init__(
        self,
        url: httpx.URL,
        context: ssl.SSLContext | None,
        limits: httpx.Limits,
        timeout: float,
        opened: Callable[[Any], None],
    ) -> None:
        """`context` None is plain HTTP. `timeout` is in seconds, for opening one. `opened` gets each stream as soon as
        there is one."""
        super().__init__(verify=context or False, trust_env=False, limits=limits)
        self._ahead = _Backend(url, context, timeout, opened)
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
            network_backend=self._ahead,
        )

    def open_ahead(self, count: int) -> None:
        """Have so many connections free, or on their way; returns at once."""
        free = sum(one.is_idle() for one in self._pool.connections)
        self._ahead.open(count - free)

    def close(self) -> None:
        """Close all connections."""
        super().close()
        self._ahead.close()


class _Backend(httpcore.SyncBackend):
    """Opens connections for a pool, and some before it asks."""

    def __init__(
        self, url: httpx.URL, context: ssl.SSLContext | None, timeout: float, opened: Callable[[Any], None]
    ) -> None:
        self._host = url.raw_host.decode("ascii")
        self._port = url.port or (80 if context is None else 443)
        self._context = context
        self._timeout = timeout
        self._opened = opened
        self._lock = threading.Lock()
        self._ready: deque[tuple[float, Future[httpcore.NetworkStream | None]]] = deque()
        self._closed = False

    def open(self, count: int) -> None:
        """Have so many connections on their way."""
        futures: list[Future[httpcore.NetworkStream | None]] = []
        with self._lock:
            while not self._closed and len(self._ready) < count:
                futures.append(Future())
                self._ready.append((time.monotonic(), futures[-1]))
        for future in futures:
            threading.Thread(target=self._open, args=(future,), name="connect", daemon=True).start()

    def _open(self, future: Future[httpcore.NetworkStream | None]) -> None:
        stream: httpcore.NetworkStream | None = None
        try:
            stream = raw = super().connect_tcp(self._host, self._port, timeout=self._timeout)
            self._opened(raw)
            if self._context is not None:
                self._context.set_alpn_protocols(["http/1.1"])  # as httpcore does
                secured = raw.start_tls(self._context, server_hostname=self._host, timeout=self._timeout)
                stream = _Secured(secured)
        except Exception:  # noqa: BLE001 - whatever it was, the request that opens its own connection tells of it
            if stream is not None:
                stream.close()
            stream = None
        with self._lock:
            unwanted = self._closed
        if unwanted and stream is not None:
            stream.close()
        future.set_result(stream)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection that was opened ahead, or else a new one."""
        while (taken := self._take(host, port)) is not None:
            began, future = taken
            stream = future.result()
            if stream is None:
                continue
            if time.monotonic() - began < _FRESH and not stream.get_extra_info("is_readable"):
                return stream
            stream.close()
        return super().connect_tcp(host, port, timeout, local_address, socket_options)

    def _take(self, host: str, port: int) -> tuple[float, Future[httpcore.NetworkStream | None]] | None:
        with self._lock:
            if (host, port) != (self._host, self._port) or not self._ready:
                return None
            return self._ready.popleft()

    def close(self) -> None:
        """Close what nobody took."""
        with self._lock:
            self._closed = True
            left = [future for _, future in self._ready]
            self._ready.clear()
        for future in left:
            if future.done() and (stream := future.result()) is not None:
                stream.close()


class _Secured(httpcore.NetworkStream):
    """A connection on which TLS was begun already: beginning it gives the connection that has it."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The connection with TLS."""
        return self._stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """See `httpcore.NetworkStream`."""
        return self._stream.read(max_bytes, timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """See `httpcore.NetworkStream`."""
        self._stream.write(buffer, timeout)

    def get_extra_info(self, info: str) -> Any:
        """See `httpcore.NetworkStream`; bytes that came with the handshake (session tickets) end nothing."""
        return False if info == "is_readable" else self._stream.get_extra_info(info)

    def close(self) -> None:
        """See `httpcore.NetworkStream`."""
        self._stream.close()
