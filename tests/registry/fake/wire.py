"""HTTP/1.1 on real sockets, with every step of an exchange in the hands of a test.

A handler is given an `Exchange` and may read the body in parts, reply early, hang up, or reset the connection.
"""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Any
from urllib.parse import parse_qs, urlsplit

PIECE = 64 << 10


@dataclass(slots=True)
class Request:
    """What a client asked. `body` is filled when it has been read."""

    method: str
    target: str
    headers: Message
    secure: bool = False
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path, without the query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        """The query's values by name."""
        return parse_qs(urlsplit(self.target).query, keep_blank_values=True)

    def one(self, name: str) -> str:
        """The first value of a query parameter, or nothing."""
        return self.query.get(name, [""])[0]

    def header(self, name: str) -> str:
        """A header's value, or nothing."""
        return str(self.headers.get(name, ""))


@dataclass(slots=True)
class Reply:
    """What the registry says. Headers are pairs, since some repeat."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str:
        """The first value of a header, or nothing."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def without(self, name: str) -> Reply:
        """The same without a header."""
        return Reply(self.status, [(k, v) for k, v in self.headers if k.lower() != name.lower()], self.body)

    def replaced(self, name: str, value: str) -> Reply:
        """The same with one header set anew."""
        reply = self.without(name)
        reply.headers.append((name, value))
        return reply


def json_reply(status: int, value: Any, headers: Mapping[str, str] | None = None) -> Reply:
    """A reply with a JSON body."""
    return Reply(status, [("Content-Type", "application/json"), *(headers or {}).items()], json.dumps(value).encode())


def error_reply(status: int, code: str, message: str = "", detail: Any = None, **headers: str) -> Reply:
    """An error in the form of the distribution specification ("Error Codes")."""
    entry: dict[str, Any] = {"code": code, "message": message or code.lower().replace("_", " ")}
    if detail is not None:
        entry["detail"] = detail
    return json_reply(status, {"errors": [entry]}, {key.replace("_", "-"): value for key, value in headers.items()})


class Disconnected(Exception):
    """The client went away, or a test hung up on it."""


class Exchange:
    """One request as it arrives: headers first, the body when asked for."""

    def __init__(
        self, handler: _Handler, request: Request, answer: Callable[[Request], Reply], log: Callable[[int], None]
    ) -> None:
        self.request = request
        self.answered = False
        self._handler = handler
        self._answer = answer
        self._log = log
        self._left = int(request.header("Content-Length") or 0)
        self._chunked = "chunked" in request.header("Transfer-Encoding").lower()

    def read(self, count: int) -> bytes:
        """Up to `count` further bytes of the body."""
        if self._chunked:
            return self._read_chunk()
        parts = bytearray()
        while self._left and len(parts) < count:
            piece = self._handler.rfile.read1(min(self._left, count - len(parts), PIECE))
            if not piece:
                raise Disconnected
            self._left -= len(piece)
            parts += piece
        return bytes(parts)

    def _read_chunk(self) -> bytes:
        size = int(self._handler.rfile.readline().partition(b";")[0] or b"0", 16)
        data: bytes = self._handler.rfile.read(size)
        self._handler.rfile.readline()
        if size == 0:
            self._chunked = False
        return data

    def read_all(self) -> None:
        """Read the rest of the body into the request."""
        parts = bytearray(self.request.body)
        while self._left or self._chunked:
            parts += self.read(PIECE)
        self.request.body = bytes(parts)

    def serve(self) -> Reply:
        """Read the body and let the registry do its work; the reply is returned, not sent."""
        self.read_all()
        return self._answer(self.request)

    def send(self, reply: Reply, *, length: int | None = None) -> None:
        """Send a reply; `length` is a Content-Length that lies. A body not read yet ends the connection."""
        self.answered = True
        self._log(reply.status)  # first, so that a client that has the reply finds the request in the log
        handler = self._handler
        unread = bool(self._left or self._chunked)
        lines = [f"HTTP/1.1 {reply.status} {_phrase(reply.status)}"]
        lines += [f"{key}: {value}" for key, value in reply.headers]
        if not reply.header("Content-Length") and reply.status not in (204, 304):
            lines.append(f"Content-Length: {len(reply.body) if length is None else length}")
        handler.close_connection |= unread
        if handler.close_connection:  # also where the client asked for it (RFC 9112, 9.6)
            lines.append("Connection: close")
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        body = b"" if self.request.method == "HEAD" else reply.body
        handler.wfile.write(head + body)
        handler.wfile.flush()
        if length is not None and length != len(body):
            self.hang_up()

    def send_slowly(self, reply: Reply, pieces: Iterable[bytes]) -> None:
        """Send a reply's head, then the pieces as they come, whatever Content-Length said."""
        self.answered = True
        self._log(reply.status)
        lines = [f"HTTP/1.1 {reply.status} {_phrase(reply.status)}"]
        lines += [f"{key}: {value}" for key, value in reply.headers]
        self._handler.wfile.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
        for piece in pieces:
            self._handler.wfile.write(piece)
            self._handler.wfile.flush()

    def drain(self, seconds: float = 5.0) -> None:
        """Throw the rest of the body away, as servers do that answered early ("lingering close")."""
        self._handler.connection.settimeout(seconds)
        with contextlib.suppress(OSError, Disconnected):
            while self._left or self._chunked:
                self.read(PIECE)

    def hang_up(self) -> None:
        """Close the connection in good order (FIN)."""
        self._handler.close_connection = True
        raise Disconnected

    def reset(self) -> None:
        """Close the connection with a reset (RST)."""
        self._handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.hang_up()


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: HttpServer
    rfile: Any

    def handle_one_request(self) -> None:
        try:
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            secure = isinstance(self.connection, ssl.SSLSocket)
            self.server.run(self, Request(self.command, self.path, self.headers, secure))
        except (OSError, Disconnected, ValueError):
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """The registry keeps its own log."""


class HttpServer(ThreadingMixIn, TCPServer):
    """Listens on a free loopback port; a thread for each connection."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self, run: Callable[[_Handler, Request], None], *, tls: ssl.SSLContext | None = None, port: int = 0
    ) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.run = run
        self._tls = tls
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.connections = 0
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.server_address[1])

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands in the connection's own thread, so that a bad one holds nobody up."""
        if self._tls is not None:
            try:
                request = self._tls.wrap_socket(request, server_side=True)
            except OSError:  # includes ssl.SSLError
                request.close()
                return
        with self._lock:
            self._open.add(request)
            self.connections += 1
        try:
            super().finish_request(request, client_address)
        finally:
            with self._lock:
                self._open.discard(request)
            with contextlib.suppress(OSError):
                request.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""

    def stop(self) -> None:
        """Stop listening and cut every open connection."""
        self.shutdown()
        self.server_close()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
