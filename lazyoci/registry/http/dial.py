"""Opens connections: TCP, through a proxy where there is one, and TLS."""

from __future__ import annotations

import base64
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress

from lazyoci.frozen import frozen
from lazyoci.registry.http.proxy import Proxy
from lazyoci.registry.http.unreachable import TransportError, kind_of
from lazyoci.registry.http.wire import Socket, Wire

_PIECE = 64 << 10


@frozen
class Dial:
    """How one origin is reached. `context` is None for plain HTTP, `proxy_context` for a proxy spoken to by that."""

    host: str
    port: int
    context: ssl.SSLContext | None
    proxy: Proxy | None
    proxy_context: ssl.SSLContext | None
    clock: Callable[[], float]
    opened: Callable[[socket.socket], None]  # told of every TCP socket
    connect: float  # seconds for each step of opening
    read: float  # seconds for the proxy's reply

    @property
    def forwards(self) -> bool:
        """Whether a proxy is sent the requests themselves, and makes no tunnel."""
        return self.proxy is not None and self.context is None

    @property
    def login(self) -> str:
        """The value of Proxy-Authorization; empty for none."""
        if self.proxy is None or not (self.proxy.user or self.proxy.password):
            return ""
        return "Basic " + base64.b64encode(f"{self.proxy.user}:{self.proxy.password}".encode()).decode()

    def open(self) -> Wire:
        """A new connection; raises TransportError."""
        if self.proxy is None:
            made: Socket = self._tcp(self.host, self.port)
        else:
            made = self._through(self.proxy)
        if self.context is not None:
            made = self._secured(made, self.context, self.host)
        made.settimeout(None)
        return Wire(made)

    def _tcp(self, host: str, port: int) -> socket.socket:
        try:
            made = socket.create_connection((host, port), timeout=self.connect)
        except (OSError, UnicodeError) as error:
            raise TransportError(kind_of(error, connecting=True), error) from error
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.opened(made)
        return made

    def _through(self, proxy: Proxy) -> Socket:
        """A connection to the proxy, and by a tunnel (CONNECT) past it where TLS follows."""
        scheme, _, rest = proxy.address.partition("://")
        name, _, port = rest.rpartition(":")
        try:
            made: Socket = self._tcp(name.strip("[]"), int(port))
            if scheme == "https" and self.proxy_context is not None:
                made = self._secured(made, self.proxy_context, name.strip("[]"))
            if not self.forwards:
                self._tunnel(made)
        except TransportError as error:
            raise TransportError("proxy", error.cause, proxy=proxy, why=error.kind) from error
        return made

    def _tunnel(self, made: Socket) -> None:
        host = f"[{self.host}]" if ":" in self.host else self.host
        login = f"Proxy-Authorization: {self.login}\r\n" if self.login else ""
        request = f"CONNECT {host}:{self.port} HTTP/1.1\r\nHost: {host}:{self.port}\r\n{login}\r\n"
        wire = Wire(made)
        wire.send(request.encode("ascii"), iter(()), self.read)
        head = wire.head(self.clock, self.read)
        if not 200 <= head.status < 300:
            made.close()
            raise TransportError("proxy", ConnectionError(f"{head.status} {head.reason}"))

    def _secured(self, made: Socket, context: ssl.SSLContext, name: str) -> Socket:
        """TLS over a connection; where that is TLS already, within it."""
        try:
            made.settimeout(self.connect)
            if isinstance(made, socket.socket) and not isinstance(made, ssl.SSLSocket):
                secured = context.wrap_socket(made, server_hostname=name)
                self.opened(secured)
                return secured
            return Within(made, context, name)
        except (OSError, ValueError) as error:  # ValueError: a name that can be none
            made.close()
            raise TransportError(kind_of(error, connecting=True), error) from error


class Within:
    """TLS within TLS, as through a proxy that is spoken to by HTTPS."""

    def __init__(self, outer: Socket, context: ssl.SSLContext, name: str) -> None:
        self._outer = outer
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_hostname=name)
        self._do(self._tls.do_handshake)

    def _do(self, step: Callable[[], int | None]) -> int:
        """Take one step of TLS, with all that it sends and waits for."""
        while True:
            try:
                done = step() or 0
                self._flush()
                return done
            except ssl.SSLWantReadError:
                self._flush()
                room = bytearray(_PIECE)
                count = self._outer.recv_into(memoryview(room))
                if count:
                    self._in.write(room[:count])
                else:
                    self._in.write_eof()

    def _flush(self) -> None:
        view = memoryview(self._out.read())
        while view:
            view = view[self._outer.send(view) :]

    def recv_into(self, buffer: memoryview, /) -> int:
        try:
            return self._do(lambda: self._read(buffer))
        except ssl.SSLZeroReturnError:
            return 0

    def _read(self, buffer: memoryview) -> int:
        data = self._tls.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def send(self, data: memoryview, /) -> int:
        return self._do(lambda: self._tls.write(data))

    def settimeout(self, value: float | None, /) -> None:
        self._outer.settimeout(value)

    def fileno(self) -> int:
        return self._outer.fileno()

    def close(self) -> None:
        with suppress(OSError):
            self._outer.close()
