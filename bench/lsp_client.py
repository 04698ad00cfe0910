"""A small client of language servers on stdio, for benchmarks and the soak: it times answers and counts work.

A time ends when the last byte of the answer was read, before any decoding, so the client's own work is not in it. The
processor's time is that of all threads of the server, which other work on the machine changes little.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

PATIENCE = 120.0  # seconds after which a server counts as hanging
CAPABILITIES: Mapping[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "window": {"workDoneProgress": True},
    "workspace": {"configuration": True, "workspaceFolders": True, "applyEdit": True},
    "textDocument": {
        "synchronization": {"didSave": True},
        "publishDiagnostics": {"relatedInformation": True, "versionSupport": True, "codeDescriptionSupport": True},
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "foldingRange": {"lineFoldingOnly": False},
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "refactor", "source"]}}
        },
        "rename": {"prepareSupport": True},
        "semanticTokens": {"requests": {"full": True}, "tokenTypes": [], "tokenModifiers": [], "formats": []},
    },
}


class Took(NamedTuple):
    """How long something took, in seconds: on the clock, and of the server's processor time."""

    wall: float
    cpu: float


class Hanging(Exception):
    """The server gave no answer, or ended."""


class Server:
    """A running server. `settings` answer its `workspace/configuration`, by section."""

    def __init__(
        self,
        command: Sequence[str],
        directory: Path,
        *,
        settings: Mapping[str, Any] | None = None,
        environ: Mapping[str, str] | None = None,
        log: Path | None = None,
    ) -> None:
        self.settings = dict(settings or {})
        self.answers: dict[int, tuple[float, dict[str, Any]]] = {}
        self.notifications: list[tuple[float, dict[str, Any]]] = []
        self._directory = directory
        self._last = 0
        self._buffer = bytearray()
        self.begun = time.perf_counter()
        with (log if log is not None else Path(os.devnull)).open("ab") as errors:
            self.process = subprocess.Popen(
                list(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, cwd=directory, env=environ
            )

    # one message

    def tell(self, method: str, params: Any) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def begin(self, method: str, params: Any) -> int:
        """Send a request without waiting; its number."""
        self._last += 1
        self._send({"id": self._last, "method": method, "params": params})
        return self._last

    def cancel(self, number: int) -> None:
        """Say that an answer is of no interest any more."""
        self.tell("$/cancelRequest", {"id": number})

    def finish(self, number: int) -> tuple[float, dict[str, Any]]:
        """Wait for the answer to a request: when it was there, and all of it. Raises Hanging."""
        self.until(lambda: number in self.answers)
        return self.answers.pop(number)

    def ask(self, method: str, params: Any) -> tuple[Took, Any]:
        """Send a request and wait: what it took, and the result. Raises Hanging, also for an error."""
        begun, cpu = time.perf_counter(), self.cpu()
        ended, answer = self.finish(self.begin(method, params))
        if "error" in answer:
            raise Hanging(f"{method}: {answer['error']['message']}")
        return Took(ended - begun, self.cpu() - cpu), answer["result"]

    def until(self, holds: Callable[[], bool]) -> None:
        """Read until something holds. Raises Hanging."""
        end = time.monotonic() + PATIENCE
        while not holds():
            self._read(end - time.monotonic())

    # documents

    def initialize(self, options: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Introduce a client whose workspace is the directory; the server's capabilities."""
        uri = self._directory.as_uri()
        folders = [{"uri": uri, "name": self._directory.name}]
        _, found = self.ask(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": uri,
                "workspaceFolders": folders,
                "capabilities": CAPABILITIES,
                "initializationOptions": dict(options or {}),
            },
        )
        self.tell("initialized", {})
        capabilities: dict[str, Any] = found["capabilities"]
        return capabilities

    def open(self, path: Path, language: str, text: str) -> str:
        """Open a document; its URI."""
        uri = path.as_uri()
        document = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})
        return uri

    def change(self, uri: str, version: int, changes: Sequence[Mapping[str, Any]]) -> None:
        """Edit a document."""
        document = {"uri": uri, "version": version}
        self.tell("textDocument/didChange", {"textDocument": document, "contentChanges": list(changes)})

    def diagnostics(self, uri: str, version: int | None) -> tuple[float, list[Any]]:
        """Wait for the diagnostics of a version (servers that tell none: any): when they came, and all of them."""

        def mine() -> list[tuple[float, dict[str, Any]]]:
            return [
                (at, message["params"])
                for at, message in self.notifications
                if message["method"] == "textDocument/publishDiagnostics"
                and message["params"]["uri"] == uri
                and message["params"].get("version") in (None, version)
            ]

        self.until(lambda: bool(mine()))
        at, params = mine()[0]
        self.notifications.clear()
        return at, params["diagnostics"]

    def quiet(self, seconds: float) -> None:
        """Read until the server says nothing for so long, and forget its notifications."""
        assert self.process.stdout is not None
        while select.select([self.process.stdout.fileno()], [], [], seconds)[0]:
            self._read(seconds)
        self.notifications.clear()

    def close(self) -> int:
        """Ask the server to end; its exit code."""
        self.ask("shutdown", None)
        self.tell("exit", None)
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """End it, whatever it does."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None and not stream.closed:
                with suppress(BrokenPipeError):
                    stream.close()

    # the process

    def cpu(self) -> float:
        """The processor time that it has used, in seconds, of all its threads; 0 where the system does not tell."""
        spent = 0
        try:
            for thread in Path(f"/proc/{self.process.pid}/task").iterdir():
                spent += int((thread / "schedstat").read_text("ascii").split()[0])
        except OSError:
            pass  # a thread that just ended, or no Linux
        return spent / 1e9

    def memory(self) -> float:
        """Its resident memory, in MiB; 0 where the system does not tell."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text("ascii", "replace")
        except OSError:
            return 0.0
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    # the stream

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0"} | message).encode()
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Hanging(f"the server ended with code {self.process.wait()}") from None

    def _read(self, patience: float) -> None:
        """Take what has come, but wait for it."""
        assert self.process.stdout is not None
        descriptor = self.process.stdout.fileno()
        if not select.select([descriptor], [], [], max(0.0, patience))[0]:
            raise Hanging("the server gives no answer")
        data = os.read(descriptor, 1 << 20)
        at = time.perf_counter()
        if not data:
            raise Hanging(f"the server ended with code {self.process.wait()}")
        self._buffer += data
        while (message := self._message()) is not None:
            self._take(at, message)

    def _message(self) -> dict[str, Any] | None:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return None
        header = bytes(self._buffer[:end]).lower()
        length = int(header.partition(b"content-length:")[2].split()[0])
        if len(self._buffer) < end + 4 + length:
            return None
        body = bytes(self._buffer[end + 4 : end + 4 + length])
        del self._buffer[: end + 4 + length]
        message: dict[str, Any] = json.loads(body)
        return message

    def _take(self, at: float, message: dict[str, Any]) -> None:
        if "method" not in message:
            self.answers[message["id"]] = at, message
        elif "id" not in message:
            self.notifications.append((at, message))
        else:
            result: Any = None
            if message["method"] == "workspace/configuration":
                result = [self.settings.get(one.get("section", "")) for one in message["params"]["items"]]
            elif message["method"] == "workspace/applyEdit":
                result = {"applied": False}
            self._send({"id": message["id"], "result": result})
