"""Connections that are opened ahead: handed out while they are good, and else replaced by a usual one."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from lazyoci.registry.http.ahead import AheadTransport
from lazyoci.registry.http.light_httpx import httpx

REPLY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Server:
    """Accepts connections, and answers one request on each if it is told to."""

    def __init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = httpx.URL(f"http://127.0.0.1:{self.listening.getsockname()[1]}")
        self.accepted: list[socket.socket] = []

    def accept(self) -> socket.socket:
        """The next connection."""
        connection, _ = self.listening.accept()
        self.accepted.append(connection)
        return connection

    def close(self) -> None:
        """Close everything."""
        for one in (self.listening, *self.accepted):
            one.close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


class Way:
    """A transport to the server, the streams that were opened ahead, and a client that uses it."""

    def __init__(self, server: Server, count: int) -> None:
        self.streams: list[Any] = []
        self.opened = threading.Semaphore(0)
        self.transport = AheadTransport(server.url, None, httpx.Limits(), 10.0, self._opened)
        self.client = httpx.Client(transport=self.transport)
        self.url = server.url
        self.transport.open_ahead(count)
        for _ in range(count):
            assert self.opened.acquire(timeout=30)

    def _opened(self, stream: Any) -> None:
        self.streams.append(stream)
        self.opened.release()


def answer(connection: socket.socket) -> threading.Thread:
    """Answer the next request on a connection."""

    def serve() -> None:
        connection.recv(65536)
        connection.sendall(REPLY)

    thread = threading.Thread(target=serve)
    thread.start()
    return thread


def test_a_request_takes_one_that_is_open(server: Server) -> None:
    way = Way(server, 1)
    serving = answer(server.accept())
    assert way.client.get(way.url).text == "ok"
    serving.join()
    assert len(way.streams) == 1
    server.listening.settimeout(0)
    with pytest.raises(BlockingIOError):
        server.listening.accept()
    way.client.close()


def test_one_that_the_server_closed_is_not_used(server: Server) -> None:
    way = Way(server, 1)
    server.accept().close()
    threads: list[threading.Thread] = []
    accepting = threading.Thread(target=lambda: threads.append(answer(server.accept())))
    accepting.start()
    assert way.client.get(way.url).text == "ok"
    accepting.join()
    threads[0].join()
    way.client.close()


def test_those_that_are_on_their_way_count(server: Server) -> None:
    way = Way(server, 2)
    way.transport.open_ahead(2)
    way.transport.open_ahead(1)
    assert len(way.streams) == 2
    way.client.close()


def test_what_nobody_took_is_closed_at_the_end(server: Server) -> None:
    way = Way(server, 1)
    connection = server.accept()
    way.client.close()
    connection.settimeout(30)
    assert connection.recv(1) == b""
    way.transport.open_ahead(3)
    assert len(way.streams) == 1, "nothing is opened after the end"


def test_a_server_that_cannot_be_reached_is_told_of_by_the_request(server: Server) -> None:
    server.listening.close()
    transport = AheadTransport(server.url, None, httpx.Limits(), 10.0, lambda _: None)
    transport.open_ahead(2)
    with httpx.Client(transport=transport) as client, pytest.raises(httpx.ConnectError):
        client.get(server.url)
