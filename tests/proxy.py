"""An HTTP proxy on loopback: CONNECT for HTTPS, whole URLs for plain HTTP (RFC 9110 9.3.6, RFC 9112 3.2.2).

Names lead where the test says; a name that leads nowhere is answered 502.
"""

from __future__ import annotations

import base64
import re
import select
import socket
import socketserver
import ssl
import struct
import threading
from collections.abc import Collection, Mapping
from types import TracebackType
from urllib.parse import urlsplit


class Proxy:
    """A running proxy. `routes`: `host:port` → `host:port`; `log` has a line for each request, "METHOD target".

    For the names in `secured` the proxy itself speaks TLS at the end of the tunnel, with what `context` holds, so that
    a test's server need not.
    """

    def __init__(
        self,
        routes: Mapping[str, str],
        *,
        user: str = "",
        password: str = "",
        secured: Collection[str] = (),
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.routes = dict(routes)
        self.secured = secured
        self.context = context
        self.log: list[str] = []
        login = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.wanted = f"Basic {login}" if user else ""
        proxy = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                proxy.serve(self.connection)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Proxy:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        """Its host and port."""
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    def serve(self, client: socket.socket) -> None:
        """One connection: to one place, as all requests of a client's connection are."""
        head = b""
        while b"\r\n\r\n" not in head:
            more = client.recv(65536)
            if not more:
                return
            head += more
        head, _, body = head.partition(b"\r\n\r\n")
        method, target, version = head.split(b"\r\n")[0].decode().split(" ")
        self.log.append(f"{method} {target}")
        given = re.search(rb"(?im)^proxy-authorization: *(.*?)\r?$", head + b"\r\n")
        if self.wanted and (given is None or given[1].decode() != self.wanted):
            client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return
        parts = urlsplit(target if method != "CONNECT" else f"//{target}")
        named = f"{parts.hostname}:{parts.port or 80}"
        host, _, port = self.routes.get(named, "").rpartition(":")
        try:
            server = socket.create_connection((host, int(port)))
        except (OSError, ValueError):
            client.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            return
        with server:
            if method == "CONNECT":
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                if named in self.secured:
                    assert self.context is not None
                    try:
                        client = self.context.wrap_socket(client, server_side=True)
                    except OSError:
                        return  # a client that does not trust the certificate
            else:  # one request a connection, so that no later one needs its target made short
                path = parts.path + (f"?{parts.query}" if parts.query else "")
                rest = re.sub(rb"(?im)^(proxy-[a-z]+|connection): .*\r\n", b"", head.split(b"\r\n", 1)[1] + b"\r\n")
                server.sendall(f"{method} {path} {version}\r\nConnection: close\r\n".encode() + rest + b"\r\n" + body)
            relay(client, server)
        client.close()


def relay(client: socket.socket, server: socket.socket) -> None:
    """Pass on what comes, both ways, until one side ends; that the server cut the connection is passed on, too."""
    peers = {client: server, server: client}
    while True:
        held = [client] if isinstance(client, ssl.SSLSocket) and client.pending() else []  # decrypted, and not read yet
        for ready in held or select.select(list(peers), [], [])[0]:
            try:
                data = ready.recv(65536)
                if not data:
                    return
                peers[ready].sendall(data)
            except OSError:
                _cut(client)
                return


def _cut(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
