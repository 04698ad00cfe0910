"""The stream itself: nothing but the protocol on stdout, and an answer to every request, however odd."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lazyoci_lsp.rpc.framing import Frames, frame
from tests import warm
from tests.lsp.kit import environment

INITIALIZE = {"processId": None, "rootUri": None, "capabilities": {}}


class Raw:
    """A server and its bare streams."""

    def __init__(self, home: Path, **environ: str) -> None:
        home.mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lazyoci_lsp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(home, environ),
            cwd=home,
        )
        self.frames = Frames()
        self.waiting: list[bytes] = []

    def send(self, message: Any) -> None:
        """Send a message, or bytes as they are."""
        assert self.process.stdin is not None
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        self.process.stdin.write(frame(body))
        self.process.stdin.flush()

    def receive(self) -> Any:
        """The next message."""
        assert self.process.stdout is not None
        while not self.waiting:
            data = os.read(self.process.stdout.fileno(), 1 << 16)
            assert data, "the server ended"
            self.waiting += self.frames.feed(data)
        return json.loads(self.waiting.pop(0))

    def ask(self, method: str, params: Any, number: Any = 1, **more: Any) -> Any:
        """Send a request and return the answer to it; notifications in between are passed over."""
        self.send({"jsonrpc": "2.0", "id": number, "method": method, "params": params, **more})
        while True:
            found = self.receive()
            if found.get("id") == number and "method" not in found:
                return found

    def tell(self, method: str, params: Any) -> None:
        """Send a notification."""
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def end(self) -> tuple[int, bytes, bytes]:
        """Close the input; the exit code, and what is left on stdout and stderr."""
        out, err = self.process.communicate()
        return self.process.returncode, out, err


@pytest.fixture
def raw(tmp_path: Path) -> Iterator[Raw]:
    one = Raw(tmp_path / "home")
    yield one
    if one.process.poll() is None:
        one.process.kill()
        one.process.communicate()


def test_shutdown_and_exit(raw: Raw) -> None:
    assert raw.ask("initialize", INITIALIZE)["result"]["serverInfo"]["name"] == "lazyoci"
    raw.tell("initialized", {})
    assert raw.ask("shutdown", None, 2) == {"jsonrpc": "2.0", "id": 2, "result": None}
    assert raw.ask("textDocument/hover", {}, 3)["error"]["code"] == -32600
    raw.tell("exit", None)
    assert raw.end()[0] == 0


def test_exit_without_shutdown_is_a_failure(raw: Raw) -> None:
    raw.ask("initialize", INITIALIZE)
    raw.tell("exit", None)
    assert raw.end()[0] == 1


def test_a_client_that_goes_away_takes_the_server_along(raw: Raw) -> None:
    raw.ask("initialize", INITIALIZE)
    code, out, err = raw.end()
    assert (code, out) == (1, b"")
    assert b"Traceback" not in err


def test_every_request_gets_an_answer(raw: Raw) -> None:
    assert raw.ask("textDocument/hover", {}, 1)["error"]["code"] == -32002
    raw.ask("initialize", INITIALIZE, 2)
    raw.tell("initialized", {})
    assert raw.ask("initialize", INITIALIZE, 3)["error"]["code"] == -32600
    assert raw.ask("textDocument/hover", {"textDocument": 3}, 4)["error"]["code"] == -32602
    assert raw.ask("textDocument/hover", None, "five")["error"]["code"] == -32602
    assert raw.ask("no/such/method", {}, 6)["error"]["code"] == -32601
    assert raw.ask("workspace/executeCommand", {"command": "no.such"}, 7)["error"]["code"] == -32602
    raw.send(b"{not json")
    assert raw.receive() == {"jsonrpc": "2.0", "id": None, "error": {"code": -32700, "message": "this is not JSON"}}
    raw.send([])
    assert raw.receive()["error"]["code"] == -32600
    raw.send({"id": 8, "method": "x"})
    assert raw.receive()["error"]["code"] == -32600
    raw.send(b"[" * 100_000)
    assert raw.receive()["error"]["code"] == -32700
    unknown = {"textDocument": {"uri": "file:///no/.lazy"}, "position": {"line": 0, "character": 0}}
    for number, method in enumerate(("hover", "completion", "documentSymbol", "foldingRange"), 10):
        assert raw.ask(f"textDocument/{method}", unknown, number) == {"jsonrpc": "2.0", "id": number, "result": None}


def test_notifications_before_initialize_are_dropped(raw: Raw) -> None:
    """LSP 3.17, `initialize`: all but `exit`."""
    document = {"uri": "file:///x/.lazy", "languageId": "lazyoci", "version": 1, "text": "version: 2\n"}
    raw.tell("initialized", {})
    raw.tell("textDocument/didOpen", {"textDocument": document})
    raw.tell("workspace/didChangeConfiguration", {"settings": {}})
    raw.tell("textDocument/didSave", {"textDocument": {"uri": document["uri"]}})
    raw.ask("initialize", INITIALIZE)
    params = {"textDocument": {"uri": document["uri"]}}
    assert raw.ask("textDocument/documentSymbol", params, 2)["result"] is None
    raw.tell("exit", None)
    code, _, errors = raw.end()
    assert (code, errors) == (1, b"")


def test_odd_notifications_do_no_harm(raw: Raw) -> None:
    raw.ask("initialize", INITIALIZE)
    raw.tell("initialized", {})
    document = {"uri": "file:///x/.lazy", "version": 3}
    raw.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": "a"}]})
    raw.tell("textDocument/didClose", {"textDocument": document})
    raw.tell("textDocument/didChange", {"textDocument": 3})
    raw.tell("$/cancelRequest", {"id": 99})
    raw.tell("$/cancelRequest", {"id": {"a": 1}})
    raw.tell("$/cancelRequest", {"id": [1]})
    raw.tell("$/setTrace", {"value": "off"})
    raw.tell("no/such", {"a": [1]})
    raw.send({"jsonrpc": "2.0", "id": 77, "result": None})
    assert "result" in raw.ask("shutdown", None, 9)
    raw.tell("exit", None)
    code, _, said = raw.end()
    assert (code, b"Traceback" in said) == (0, False), said


def test_a_stream_that_makes_no_sense_is_answered_and_ends_with_its_end(raw: Raw) -> None:
    assert raw.process.stdin is not None
    raw.process.stdin.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    raw.process.stdin.flush()
    assert raw.receive()["error"]["code"] == -32700
    raw.process.stdin.close()
    assert raw.process.wait() == 1


def test_stdout_belongs_to_the_protocol(tmp_path: Path) -> None:
    """Whatever prints, in this process or in a program it starts, does so on stderr."""
    noise = tmp_path / "noise"
    noise.mkdir()
    script = "import os, subprocess, sys, threading\n\ndef speak():\n    print('PRINTED', flush=True)\n"
    script += "    os.write(1, b'WRITTEN\\n')\n    subprocess.run([sys.executable, '-S', '-c', 'print(\"CALLED\")'])\n"
    script += "threading.Timer(1.0, speak).start() if sys.argv[0].endswith(('-m', '__main__.py')) else None\n"
    (noise / "sitecustomize.py").write_text(script, "utf-8")
    raw = Raw(tmp_path / "home", PYTHONPATH=str(noise))
    raw.ask("initialize", INITIALIZE)
    raw.tell("initialized", {})
    err = b""
    assert raw.process.stderr is not None
    while not re.search(rb"PRINTED[\s\S]*WRITTEN[\s\S]*CALLED", err):
        err += os.read(raw.process.stderr.fileno(), 1 << 16)
        raw.ask(
            "textDocument/hover", {"textDocument": {"uri": "file:///x"}, "position": {"line": 0, "character": 0}}, 5
        )
    raw.ask("shutdown", None, 6)
    raw.tell("exit", None)
    code, out, _ = raw.end()
    assert (code, out) == (0, b"")


def test_over_tcp(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    process = subprocess.Popen(
        [*warm.command(), "lsp", "--tcp", "127.0.0.1:0"],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment(tmp_path / "home"),
    )
    assert process.stderr is not None
    found = re.search(rb"waiting for a client on ([\d.]+):(\d+)", process.stderr.readline())
    assert found is not None
    with socket.create_connection((found[1].decode(), int(found[2]))) as connection:
        frames, answers = Frames(), []
        for number, method in enumerate(("initialize", "shutdown")):
            params = INITIALIZE if method == "initialize" else None
            body = json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode()
            connection.sendall(frame(body))
            while len(answers) <= number:
                answers += frames.feed(connection.recv(1 << 16))
        connection.sendall(frame(b'{"jsonrpc": "2.0", "method": "exit"}'))
        assert process.wait() == 0
    process.stderr.close()


@pytest.mark.parametrize("arguments", [["--tcp", "x"], ["--tcp", "h:99999"], ["--stdio", "--tcp", "h:1"]])
def test_usage(arguments: list[str], tmp_path: Path) -> None:
    done = subprocess.run([*warm.command(), "lsp", *arguments], capture_output=True, text=True)
    assert done.returncode == 2
    assert "--tcp" in done.stderr
