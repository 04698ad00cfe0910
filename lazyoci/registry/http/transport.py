"""One request by httpx: without retry, authentication and redirects.

What httpx does by default is switched off where it does not fit: it would decode bodies, whose digests count; keep
cookies, after which Harbor wants a CSRF token; and send bodies without Content-Length, which storage behind registries
refuses.
"""

from __future__ import annotations

import http.cookiejar
import socket
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from lazyoci._version import __version__
from lazyoci.errors import Interrupted
from lazyoci.frozen import frozen
from lazyoci.registry import redact, untrusted_numbers
from lazyoci.registry.http import tls
from lazyoci.registry.http.body import Body, Pace, Stall
from lazyoci.registry.http.failure_kinds import Way, classify
from lazyoci.registry.http.head_limits import HeadLimits, is_expected, stream_of
from lazyoci.registry.http.light_httpx import can_be_asked, httpx
from lazyoci.registry.http.proxy import Proxies, Proxy, ProxyError
from lazyoci.registry.http.socket_reader import SocketReader
from lazyoci.registry.http.unreachable import TransportError
from lazyoci.registry.sent_secrets import SENT

_DIRECT = 2 << 20  # bytes still to come from which the socket is read directly
Room = Callable[[], memoryview]  # lends a buffer to be filled from its start; another one once that is full


@frozen
class Timeouts:
    """Seconds. `read` and `write` are for each piece of a transfer; there is no limit to a whole one."""

    connect: float = 10.0
    read: float = 60.0
    write: float = 60.0
    finish: float = 300.0  # waiting for the reply to a body: the server hashes or copies


class Transport:
    """What all hosts of a run share: clock, sleep, cancellation, the sockets that are open. Thread-safe.

    `clock` is in seconds and never goes back: waiting goes by it. `now` is Unix time, to read dates by.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        now: Callable[[], float],
        sleep: Callable[[float], None] | None,
        cancelled: threading.Event | None,
        on_request: Callable[[str], None] | None,
        timeouts: Timeouts,
        proxies: Proxies,
    ) -> None:
        self.clock = clock
        self.now = now
        self.timeouts = timeouts
        self._proxies = proxies
        self._sleep = sleep
        self._cancelled = cancelled or threading.Event()
        self._on_request = on_request
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._heads = HeadLimits(clock)

    def check(self) -> None:
        """Raise Interrupted when the run was cancelled."""
        if self._cancelled.is_set():
            raise Interrupted("interrupted")

    def sleep(self, seconds: float) -> None:
        """Sleep so long, or until the run is cancelled: then raise Interrupted."""
        self.check()
        if self._sleep is not None:
            self._sleep(seconds)
        else:
            self._cancelled.wait(seconds)
        self.check()

    def abort(self) -> None:
        """Cancel the run and cut all connections, so that no worker stays blocked in a read."""
        self._cancelled.set()
        with self._lock:
            sockets = list(self._sockets)
        for open_socket in sockets:
            try:
                open_socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # closed already

    def proxy(self, url: httpx.URL) -> Proxy | None:
        """The proxy on the way to a URL; raises ProxyError for one that cannot be spoken to."""
        found = self._proxies.of(str(url))
        if found is not None and not can_be_asked(found.address):
            problem = f"{found.variable} does not hold the address of a proxy: its host cannot be read"
            raise ProxyError(problem, hint=f"set it to http://HOST:PORT, or list {url.host} in NO_PROXY")
        return found

    def client(self, channel: tls.Channel, policy: tls.TlsPolicy, url: httpx.URL) -> httpx.Client:
        """A connection pool for the origin of a URL; raises ProxyError."""
        context = False if channel.scheme == "http" else tls.context(channel, policy)
        proxy = self.proxy(url)
        return httpx.Client(
            verify=context,
            follow_redirects=False,
            trust_env=False,  # httpx reads fewer forms of the proxies' variables, and would add what ~/.netrc has
            proxy=None if proxy is None else _through(proxy, policy),
            cookies=http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=[])),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=32, keepalive_expiry=30),
            headers={"User-Agent": f"lazyoci/{__version__}", "Accept-Encoding": "identity"},
        )

    def send(
        self,
        client: httpx.Client,
        method: str,
        url: httpx.URL,
        *,
        headers: Mapping[str, str],
        body: Body | None,
        read: float | None = None,
        force: bool = False,
    ) -> httpx.Response:
        """Send one request; the response is open, its body unread. Raises TransportError, BodyChanged, Interrupted.

        `force` is for cleaning up after a cancelled run.
        """
        if not force:
            self.check()
        sent = dict(headers)
        SENT.add_header(sent.get("Authorization", ""))
        content: Iterator[bytes] | bytes | None = None
        if body is not None:
            sent["Content-Length"] = str(body.size)  # without it httpx would send chunks, which S3 refuses
            content = body.chunks() if body.size else b""
        elif method in ("POST", "PUT", "PATCH"):
            sent["Content-Length"] = "0"
        limits = self.timeouts
        way = Way(self.proxy(url), url.scheme)
        timeout = httpx.Timeout(
            connect=limits.connect,
            read=read if read is not None else (limits.finish if body is not None else limits.read),
            write=limits.write,
            pool=None,
        )
        request = client.build_request(
            method,
            url,
            headers=sent,
            content=content,
            timeout=timeout,
            extensions={"trace": partial(self._trace, way, timeout.read or limits.read)},
        )
        started = time.perf_counter()
        try:
            response = client.send(request, stream=True, auth=None)
        except (httpx.TransportError, httpx.InvalidURL, UnicodeError) as error:
            if not force:
                self.check()  # an aborted socket is an interruption, not a failure of the registry
            kind = way.kind(error)
            self._log(method, url, kind, started)
            if kind == "proxy":
                raise TransportError(kind, error, proxy=way.proxy, why=classify(error)) from error
            raise TransportError(kind, error) from error
        finally:
            self._heads.done()
        self._log(method, url, str(response.status_code), started)
        for name in ("docker-content-digest", "content-type"):  # which messages quote, and shorten
            found = response.headers.get(name, "")
            if found != SENT.hide(found):
                response.headers[name] = "(a secret that was sent)"  # ASCII, as headers are
        if way.proxy is not None and response.status_code == 407:  # the proxy itself answers, on the way by plain HTTP
            response.close()
            refused = httpx.ProxyError(f"407 {response.reason_phrase}")
            raise TransportError("proxy", refused, proxy=way.proxy) from refused
        return response

    def read(self, response: httpx.Response, limit: int) -> bytes:
        """A body, raw, but no more than `limit` + 1 bytes of it; closes the response."""
        out, pace = bytearray(), Pace(self.clock)
        for chunk in self.stream(response):
            out += chunk
            if len(out) > limit:
                break
            pace.moved(len(chunk))
        return bytes(out[: limit + 1])

    def stream(self, response: httpx.Response, room: Room | None = None) -> Iterator[bytes | memoryview]:
        """The raw bytes of a body as they come: never decoded, so digests hold; closes the response at the end.

        With `room`, most of a large body is read into the buffers that it lends; what is yielded then are memoryviews
        of their filled parts.
        """
        stall = Stall(self.clock)
        left = _promised(response)
        try:
            for chunk in response.iter_raw():
                self.check()
                stall.moved(len(chunk))
                yield chunk
                left -= len(chunk)
                if left >= _DIRECT:
                    yield from self._direct(response, left, stall, room)
                    return
        except httpx.TransportError as error:
            self.check()
            raise TransportError(classify(error), error) from error
        finally:
            response.close()

    def _direct(
        self, response: httpx.Response, left: int, stall: Stall, room: Room | None
    ) -> Iterator[bytes | memoryview]:
        """The rest of a large body, straight from the socket in large pieces.

        After a chunk h11 holds no more bytes, so nothing is lost by going past it; copying in pieces of 64 KiB, as it
        does, takes four times the processor time of all the rest. The connection cannot be used again.
        """
        incoming = SocketReader(response.extensions["network_stream"], self.timeouts.read)
        while left:
            chunk = incoming.read(left) if room is None else incoming.fill(room()[:left])
            self.check()
            if not chunk:
                raise incoming.failure or TransportError("reset", EOFError(f"{left} bytes are missing"))
            stall.moved(len(chunk))
            left -= len(chunk)
            yield chunk

    def _trace(self, way: Way, patience: float, event: str, info: Mapping[str, Any]) -> None:
        """What httpcore tells of a request (https://www.encode.io/httpcore/extensions/#trace).

        The head of its reply may take `patience` seconds.
        """
        way.heed(event)
        if is_expected(event):
            self._heads.expect(patience)
        stream = stream_of(event, info)
        if stream is None:
            return
        self._heads.guard(stream)
        found = stream.get_extra_info("socket")
        if isinstance(found, socket.socket):
            with self._lock:
                self._sockets.add(found)

    def _log(self, method: str, url: httpx.URL, result: str, started: float) -> None:
        if self._on_request is not None:
            self._on_request(f"{method} {redact.url(str(url))} {result} ({time.perf_counter() - started:.3f} s)")


def _through(proxy: Proxy, policy: tls.TlsPolicy) -> httpx.Proxy:
    SENT.add(proxy.password)
    login = (proxy.user, proxy.password) if proxy.user or proxy.password else None
    secured = proxy.address.startswith("https:")
    # the proxy is always verified, and is not shown the client certificate that a registry knows us by
    context = tls.context(tls.HTTPS, tls.TlsPolicy(ca=policy.ca, more=policy.more)) if secured else None
    return httpx.Proxy(proxy.address, auth=login, ssl_context=context)


def _promised(response: httpx.Response) -> int:
    """The length of a body that is sent as it is, by HTTP/1.1 and Content-Length; 0 for any other."""
    length = untrusted_numbers.header(response.headers.get("content-length", ""))
    plain = response.extensions.get("http_version") == b"HTTP/1.1" and "transfer-encoding" not in response.headers
    return length or 0 if plain else 0
