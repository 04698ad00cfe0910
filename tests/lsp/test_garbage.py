"""A client that sends garbage, and one that dies: the server answers and goes on, or ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lazyoci_lsp.rpc.framing import frame
from tests.lsp.kit import environment

_INITIALIZE = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"processId": None, "capabilities": {}}}


class Server:
    """The server as a process, spoken to in bytes."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lazyoci_lsp", "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(home),
            cwd=home,
        )

    def send(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def ask(self, message: dict[str, Any]) -> None:
        self.send(frame(json.dumps(message).encode()))

    def answer(self) -> dict[str, Any]:
        """The next message that is no notification."""
        out = self.process.stdout
        assert out is not None
        while True:
            length = int(out.readline().partition(b":")[2])
            while out.readline() != b"\r\n":
                pass
            found: dict[str, Any] = json.loads(out.read(length))
            if "method" not in found:
                return found

    def end(self) -> None:
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            stream.close()
        self.process.wait()


@pytest.fixture
def server(tmp_path: Path) -> Any:
    made = Server(tmp_path)
    yield made
    made.end()


GARBAGE = [
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"Content-Length: many\r\n\r\n{}",
    b"Content-Length: -5\r\n\r\n",
    b"\r\n\r\n",
    b"\0" * 20_000,
    frame(b"{"),
    frame(b"\xff\xfe"),
    frame(b"[]"),
    frame(b"[" * 100_000),
]


def test_garbage_is_answered_and_the_next_request_too(server: Server) -> None:
    server.ask(_INITIALIZE)
    assert server.answer()["result"]["capabilities"]
    for number, garbage in enumerate(GARBAGE):
        server.send(garbage)
        server.ask({"jsonrpc": "2.0", "id": f"n{number}", "method": "nonsense"})
        refused = server.answer()
        assert (refused["id"], refused["error"]["code"] in (-32700, -32600)) == (None, True)
        assert server.answer()["id"] == f"n{number}"


def test_ids_of_strange_types(server: Server) -> None:
    server.ask(_INITIALIZE)
    assert server.answer()["id"] == 1
    for number in (None, True, 1.5, [], {}, [[1]], {"a": 1}):
        for method in ("textDocument/hover", "nonsense", "shutdown"):
            server.ask({"jsonrpc": "2.0", "id": number, "method": method, "params": {}})
            refused = server.answer()
            assert (refused["id"], refused["error"]["code"]) == (None, -32600)
        server.ask({"jsonrpc": "2.0", "id": number, "result": {}})  # an answer to what was never asked
        server.ask({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": number}})
    server.ask({"jsonrpc": "2.0", "id": "a", "method": "shutdown"})
    while (last := server.answer())["id"] != "a":
        assert last["id"] is None
    assert "error" not in last


def test_it_ends_when_its_client_dies_with_the_input_open(tmp_path: Path) -> None:
    client = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    server = Server(tmp_path)
    try:
        message = json.loads(json.dumps(_INITIALIZE))
        message["params"]["processId"] = client.pid
        server.ask(message)
        assert server.answer()["id"] == 1
        assert server.process.poll() is None
        assert client.stdin is not None
        client.stdin.close()
        client.wait()
        assert server.process.wait() == 1  # of itself: nobody closed its input
    finally:
        server.end()
