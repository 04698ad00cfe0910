"""A registry for tests: the distribution specification in memory, on a real socket, with a script of faults.

with FakeRegistry() as registry:
    registry.script.on("PUT", r"/blobs/uploads/", faults.reset(after=1000))
    … push to registry.host …
    assert registry.count("PUT", r"/blobs/uploads/") == 2
"""

from __future__ import annotations

import re
import ssl
import threading
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from tests.registry.fake import faults
from tests.registry.fake.auth import ALL, Basic, Bearer, Guard, Open
from tests.registry.fake.distribution import Distribution, Traits, digest_of
from tests.registry.fake.wire import Exchange, HttpServer, Reply, Request, error_reply, json_reply

__all__ = [
    "ALL",
    "Basic",
    "Bearer",
    "Exchange",
    "FakeRegistry",
    "Logged",
    "Open",
    "Reply",
    "Request",
    "Traits",
    "digest_of",
    "error_reply",
    "faults",
    "json_reply",
]


@dataclass(frozen=True, slots=True)
class Logged:
    """One request and the status of its reply; 0 where there was none."""

    method: str
    target: str
    status: int
    headers: dict[str, str]  # names in lower case
    body: bytes = field(repr=False)

    @property
    def path(self) -> str:
        """The path, without the query."""
        return self.target.partition("?")[0]

    def __str__(self) -> str:
        return f"{self.method} {self.target} → {self.status}"


class FakeRegistry:
    """A listening registry. `log` holds every request in the order of the replies."""

    def __init__(
        self,
        *,
        guard: Guard | None = None,
        traits: Traits | None = None,
        tls: ssl.SSLContext | None = None,
        port: int = 0,
    ) -> None:
        self.guard: Guard = guard or Open()
        self.distribution = Distribution(traits or Traits())
        self.script = faults.Script()
        self.log: list[Logged] = []
        self._log_lock = threading.Lock()
        self._server = HttpServer(self._run, tls=tls, port=port)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.port}"
        self.distribution.base = self.url
        if isinstance(self.guard, Bearer) and not self.guard.realm:
            self.guard.realm = f"{self.url}/token"

    def __enter__(self) -> FakeRegistry:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @property
    def host(self) -> str:
        """What references begin with: `127.0.0.1:PORT`."""
        return f"127.0.0.1:{self._server.port}"

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._server.port

    @property
    def connections(self) -> int:
        """How many connections were made."""
        return self._server.connections

    def stop(self) -> None:
        """Stop listening; open connections are cut."""
        self._server.stop()

    def _run(self, handler: Any, request: Request) -> None:
        def log(status: int) -> None:
            headers = {key.lower(): str(value) for key, value in request.headers.items()}
            with self._log_lock:
                self.log.append(Logged(request.method, request.target, status, headers, request.body))

        exchange = Exchange(handler, request, self._answer, log)
        action = self.script.take(request)
        try:
            if action is None:
                exchange.send(exchange.serve())
            else:
                action(exchange)
        finally:
            if not exchange.answered:
                log(0)

    def _answer(self, request: Request) -> Reply:
        token = self.guard.token(request)
        if token is not None:
            return token
        refusal = self.guard.check(request, self.distribution.needs(request))
        return refusal or self.distribution.answer(request)

    # ------------------------------------------------------------------ what tests ask
    def requests(self, method: str = "*", path: str = "", *, status: int | None = None) -> list[Logged]:
        """The logged requests of a method whose target matches a pattern somewhere."""
        with self._log_lock:
            return [
                entry
                for entry in self.log
                if method in ("*", entry.method)
                and re.search(path, entry.target)
                and (status is None or entry.status == status)
            ]

    def count(self, method: str = "*", path: str = "", *, status: int | None = None) -> int:
        """How many such requests there were."""
        return len(self.requests(method, path, status=status))

    def tag(self, repository: str, tag: str) -> str:
        """The digest a tag points to; "" if there is no such tag."""
        stored = self.distribution.repositories.get(repository)
        return stored.tags.get(tag, "") if stored else ""

    def blobs(self, repository: str) -> set[str]:
        """The digests of a repository's blobs."""
        stored = self.distribution.repositories.get(repository)
        return set(stored.blobs) if stored else set()

    def manifests(self, repository: str) -> dict[str, bytes]:
        """A repository's manifests by digest."""
        stored = self.distribution.repositories.get(repository)
        return {digest: raw for digest, (_, raw) in stored.manifests.items()} if stored else {}

    def seed_blob(self, repository: str, data: bytes) -> str:
        """Put a blob there without a request."""
        digest = digest_of(data)
        with self.distribution.lock:
            self.distribution.content[digest] = data
            self.distribution.repository(repository).blobs.add(digest)
        return digest

    def seed_manifest(self, repository: str, raw: bytes, media_type: str, *tags: str) -> str:
        """Put a manifest there without a request or a check."""
        digest = digest_of(raw)
        with self.distribution.lock:
            stored = self.distribution.repository(repository)
            stored.manifests[digest] = (media_type, raw)
            stored.tags.update(dict.fromkeys(tags, digest))
        return digest
