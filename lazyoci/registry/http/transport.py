"""One request and its reply: without retry, authentication and redirects.

Bodies are never decoded, as their digests count; no cookies are kept, after which Harbor wants a CSRF token; and every
body that is sent has a Content-Length, since storage behind registries refuses chunks.
"""

from __future__ import annotations

import socket
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote, urlsplit

from lazyoci._version import __version__
from lazyoci.errors import Interrupted
from lazyoci.frozen import frozen
from lazyoci.registry import redact
from lazyoci.registry.address import can_be_asked
from lazyoci.registry.http import tls
from lazyoci.registry.http.body import Body, Pace, Stall
from lazyoci.registry.http.dial import Dial
from lazyoci.registry.http.pool import Pool
from lazyoci.registry.http.proxy import Proxies, Proxy, ProxyError
from lazyoci.registry.http.response import Response, Room
from lazyoci.registry.http.unreachable import TransportError
from lazyoci.registry.http.wire import Head, Wire
from lazyoci.registry.sent_secrets import SENT

_DIRECT = 2 << 20  # bytes still to come from which large buffers are filled
_PORTS = {"https": 443, "http": 80}
# what may stand in a request's target as it is; all else is written as %XX (RFC 3986)
_AS_IT_IS = "".join(map(chr, range(0x21, 0x7F)))


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

    def proxy(self, url: str) -> Proxy | None:
        """The proxy on the way to a URL; raises ProxyError for one that cannot be spoken to."""
        found = self._proxies.of(url)
        if found is not None and not can_be_asked(found.address):
            problem = f"{found.variable} does not hold the address of a proxy: its host cannot be read"
            host = urlsplit(url).hostname
            raise ProxyError(problem, hint=f"set it to http://HOST:PORT, or list {host} in NO_PROXY")
        return found

    def pool(self, channel: tls.Channel, policy: tls.TlsPolicy, url: str) -> Pool:
        """The connections to the origin of a URL; raises ProxyError."""
        parts = urlsplit(url)
        context = None if channel.scheme == "http" else tls.context(channel, policy)
        proxy = self.proxy(url)
        over = None
        if proxy is not None:
            SENT.add(proxy.password)
            if proxy.address.startswith("https:"):
                # the proxy is always verified, and is not shown the client certificate that a registry knows us by
                over = tls.context(tls.HTTPS, tls.TlsPolicy(ca=policy.ca, more=policy.more))
        dial = Dial(
            parts.hostname or "",
            parts.port or _PORTS[parts.scheme],
            context,
            proxy,
            over,
            self.clock,
            self._opened,
            self.timeouts.connect,
            self.timeouts.read,
        )
        return Pool(dial, self.clock)

    def _opened(self, made: socket.socket) -> None:
        with self._lock:
            self._sockets.add(made)

    def send(
        self,
        pool: Pool,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: Body | None,
        read: float | None = None,
        force: bool = False,
    ) -> Response:
        """Send one request; the response is open, its body unread. Raises TransportError, BodyChanged, Interrupted.

        `force` is for cleaning up after a cancelled run.
        """
        if not force:
            self.check()
        sent = dict(headers)
        SENT.add_header(sent.get("Authorization", ""))
        if body is not None or method in ("POST", "PUT", "PATCH"):
            sent["Content-Length"] = str(body.size if body is not None else 0)
        if pool.dial.forwards and pool.dial.login:
            sent["Proxy-Authorization"] = pool.dial.login
        limits = self.timeouts
        patience = read if read is not None else (limits.finish if body is not None else limits.read)
        started = time.perf_counter()
        try:
            wire = pool.take()
            if not force and self._cancelled.is_set():
                wire.close()
                self.check()  # whoever cut the connections did not know this one
            response = self._ask(wire, pool, method, url, sent, body, patience)
        except TransportError as error:
            if not force:
                self.check()  # an aborted socket is an interruption, not a failure of the registry
            self._log(method, url, error.kind, started)
            raise
        self._log(method, url, str(response.status_code), started)
        for name in ("docker-content-digest", "content-type"):  # which messages quote, and shorten
            found = response.headers.get(name, "")
            if found != SENT.hide(found):
                response.headers = response.headers.replaced(name, "(a secret that was sent)")
        proxy = pool.dial.proxy
        if proxy is not None and response.status_code == 407:  # the proxy itself answers, on the way by plain HTTP
            response.close()
            raise TransportError("proxy", ConnectionError(f"407 {response.reason_phrase}"), proxy=proxy)
        return response

    def _ask(
        self,
        wire: Wire,
        pool: Pool,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: Body | None,
        patience: float,
    ) -> Response:
        complete = False
        try:
            pieces = body.chunks() if body is not None and body.size else iter(())
            broken: TransportError | None = None
            try:
                wire.send(_head(method, url, headers, whole=pool.dial.forwards), pieces, self.timeouts.write)
            except TransportError as error:
                if error.kind != "reset":
                    raise
                broken = error  # a server may refuse a body before all of it came, and then takes no more
            head: Head | None = None
            try:
                head = wire.head(self.clock, patience)
            except TransportError as error:
                if broken is None or error.kind == "tls":  # an alert of TLS says more than that it was cut
                    raise
            if head is None:
                assert broken is not None
                raise broken
            response = Response(wire, pool, head, method, reusable=broken is None)
            complete = True
            return response
        finally:
            if not complete:
                wire.close()

    def read(self, response: Response, limit: int) -> bytes:
        """A body, raw, but no more than `limit` + 1 bytes of it; closes the response."""
        out, pace = bytearray(), Pace(self.clock)
        for chunk in self.stream(response):
            out += chunk
            if len(out) > limit:
                break
            pace.moved(len(chunk))
        return bytes(out[: limit + 1])

    def stream(self, response: Response, room: Room | None = None) -> Iterator[bytes | memoryview]:
        """The raw bytes of a body as they come: never decoded, so digests hold; closes the response at the end.

        With `room`, most of a large body is read into the buffers that it lends; what is yielded then are memoryviews
        of their filled parts.
        """
        stall = Stall(self.clock)
        response.wait(self.timeouts.read)
        try:
            while True:
                direct = room is not None and response.left >= _DIRECT
                chunk = response.fill(room()) if direct and room is not None else response.read()
                if not chunk:
                    return
                self.check()
                stall.moved(len(chunk))
                yield chunk
        except TransportError:
            self.check()
            raise
        finally:
            response.close()

    def _log(self, method: str, url: str, result: str, started: float) -> None:
        if self._on_request is not None:
            self._on_request(f"{method} {redact.url(url)} {result} ({time.perf_counter() - started:.3f} s)")


def _head(method: str, url: str, headers: Mapping[str, str], *, whole: bool) -> bytes:
    """The request line and the header fields; a proxy that forwards is told the `whole` address."""
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if whole:
        target = f"{parts.scheme}://{parts.netloc}{target}"
    lines = [f"{method} {quote(target, safe=_AS_IT_IS)} HTTP/1.1", f"Host: {_host(url)}"]
    fields = {"Accept": "*/*", "User-Agent": f"lazyoci/{__version__}", "Accept-Encoding": "identity", **headers}
    lines += [f"{name}: {value}" for name, value in fields.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _host(url: str) -> str:
    """The value of Host: the name as it is looked up, with its port if that is not the scheme's."""
    parts = urlsplit(url)
    name = parts.hostname or ""
    name = f"[{name}]" if ":" in name else name if name.isascii() else name.encode("idna").decode("ascii")
    return name if parts.port in (None, _PORTS[parts.scheme]) else f"{name}:{parts.port}"
