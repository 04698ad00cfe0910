"""The yaml-language-server of npm, run as an editor would run it: documents in, diagnostics out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.e2e.checkout import ROOT
from tests.servers import program

VERSION = "1.25.0"
PLACE = ROOT / ".cache" / f"yaml-language-server-{VERSION}"  # fetched once; git ignores it


def installed() -> Path:
    """The server's start file, fetched by npm if it is not there yet."""
    start = PLACE / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
    if not start.is_file():
        fresh = PLACE.with_name(f"{PLACE.name}.{os.getpid()}")
        fresh.mkdir(parents=True)
        npm = (program("npm"), "install", "--no-audit", "--no-fund", "--no-save", "--silent")
        try:
            subprocess.run([*npm, f"yaml-language-server@{VERSION}"], cwd=fresh, check=True, stdin=subprocess.DEVNULL)
            if not start.is_file():  # unless another worker was quicker
                fresh.rename(PLACE)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return start


class YamlLanguageServer:
    """A running server, spoken to in LSP's base protocol. `settings` is the section `yaml` of an editor's settings."""

    def __init__(self, process: subprocess.Popen[bytes], settings: Mapping[str, Any]) -> None:
        self._process = process
        self._settings = settings
        self._last = 0
        self._request("initialize", {"processId": None, "rootUri": None, "capabilities": _CAPABILITIES})
        self._send({"method": "initialized", "params": {}})

    def diagnostics(self, documents: Mapping[str, str]) -> dict[str, list[Any]]:
        """What the server says of documents, given by their URIs and opened all at once, as it waits before each."""
        for uri, text in documents.items():
            document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
            self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        found: dict[str, list[Any]] = {}
        while len(found) < len(documents):
            message = self._receive()
            if message.get("method") == "textDocument/publishDiagnostics":
                found[message["params"]["uri"]] = message["params"]["diagnostics"]
        return found

    def close(self) -> None:
        """Ask it to end, and wait until it has."""
        self._request("shutdown", None)
        self._send({"method": "exit"})
        self._process.wait()

    def _request(self, method: str, params: Any) -> Any:
        self._last += 1
        self._send({"id": self._last, "method": method, "params": params})
        while True:
            message = self._receive()
            if message.get("id") == self._last and "method" not in message:
                return message.get("result")

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0"} | message).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        """The next message; requests of the server are answered on the way."""
        assert self._process.stdout is not None
        length = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        assert length, "the server ended"
        message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        if "method" in message and "id" in message:
            result: Any = None
            if message["method"] == "workspace/configuration":
                result = [self._settings if one.get("section") == "yaml" else {} for one in message["params"]["items"]]
            self._send({"id": message["id"], "result": result})
        return message


_CAPABILITIES = {
    "workspace": {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}},
    "textDocument": {"publishDiagnostics": {"relatedInformation": True}},
}


@contextmanager
def running(settings: Mapping[str, Any]) -> Iterator[YamlLanguageServer]:
    """A server until the block ends."""
    command = [program("node"), str(installed()), "--stdio"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            server = YamlLanguageServer(process, settings)
            yield server
            server.close()
        finally:
            process.kill()
