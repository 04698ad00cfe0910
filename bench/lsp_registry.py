"""A registry on loopback whose content and manners change while it is asked, for the soak of the language server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_INDEX = "application/vnd.oci.image.index.v1+json"
_EMPTY = '{"schemaVersion":2,"manifests":[]}'


class Registry:
    """What it does at the moment: `manner` is one of MANNERS; `tags` are what every repository has."""

    MANNERS = ("open", "empty", "refuses", "breaks", "talks nonsense", "hangs up")

    def __init__(self) -> None:
        self.manner = "open"
        self.tags: tuple[str, ...] = ("1.4.2", "latest")
        self.asked = 0
        self.name = ""

    def answer(self, path: str) -> tuple[int, dict[str, str], str] | None:
        """Status, headers and body; None to hang up."""
        self.asked += 1
        if self.manner == "hangs up":
            return None
        if self.manner == "breaks":
            return 503, {"Retry-After": "1"}, "busy"
        if self.manner == "talks nonsense":
            return 200, {"Content-Type": "text/html"}, "<html>\x00{"
        if self.manner == "refuses":
            return 401, {"WWW-Authenticate": 'Basic realm="soak"'}, _errors("UNAUTHORIZED")
        if path.rstrip("/") == "/v2":
            return 200, {}, "{}"
        if self.manner == "open" and "/tags/list" in path:
            return 200, {"Content-Type": "application/json"}, json.dumps({"name": "x", "tags": self.tags})
        if self.manner == "open" and path.rpartition("/")[2] in self.tags:
            return 200, {"Content-Type": _INDEX}, _EMPTY
        return 404, {}, _errors("NAME_UNKNOWN" if "/tags/list" in path else "MANIFEST_UNKNOWN")


@contextmanager
def changing() -> Iterator[Registry]:
    """One on a free port, until the end."""
    registry = Registry()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle(self) -> None:
            with suppress(ConnectionError):  # whoever asked has gone
                super().handle()

        def do_GET(self) -> None:
            found = registry.answer(self.path.partition("?")[0])
            if found is None:
                self.close_connection = True
                return
            status, headers, text = found
            body = text.encode()
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_GET

        def log_message(self, *_: Any) -> None:
            """Say nothing: there are thousands."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        registry.name = f"127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield registry
        finally:
            server.shutdown()
            thread.join()


def _errors(code: str) -> str:
    return json.dumps({"errors": [{"code": code, "message": "soak"}]})
