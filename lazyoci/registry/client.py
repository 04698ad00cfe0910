"""The registry client of a run: one `Client` for all registries and workers."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from lazyoci.oci.reference import Repository
from lazyoci.registry.credentials.credential import Credentials
from lazyoci.registry.http import retry, tls
from lazyoci.registry.http.light_httpx import httpx
from lazyoci.registry.http.proxy import Proxies
from lazyoci.registry.http.throttle import PARALLEL_BLOBS
from lazyoci.registry.http.tls import TlsPolicy
from lazyoci.registry.http.transport import Timeouts, Transport
from lazyoci.registry.repository import RemoteRepository
from lazyoci.registry.session import Session

__all__ = ["Client", "Timeouts", "TlsPolicy"]


def _no_policy(host: str) -> TlsPolicy | None:
    return None


def _quiet(message: str) -> None:
    return None


def _no_chunk(_session: str) -> int:
    return 0


class Client:
    """Speaks to registries for one run.

    - `policies` gives what the user set for a host's TLS, None for nothing; `ca` is a CA file that counts for every
      host; `insecure` lets hosts fall back from verified HTTPS; `certificates` says whether client certificates are
      shown.
    - `clock` is in seconds and never goes back: waiting and expiry go by it. `now` is Unix time, to read dates by.
      `sleep` is by default one that `cancelled` interrupts.
    - `on_warning` gets texts for people, `on_request` one redacted line for each request.
    - `jobs` blobs move at once to or from a host. `chunk` gives the bytes of a blob that a host is sent in one request,
      0 for all of them.
    - `proxies` are those of this process's environment, unless given.

    All of the callables may be called from any thread.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        insecure: bool = False,
        policies: Callable[[str], TlsPolicy | None] = _no_policy,
        ca: Path | None = None,
        on_warning: Callable[[str], None] = _quiet,
        on_request: Callable[[str], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] | None = None,
        cancelled: threading.Event | None = None,
        timeouts: Timeouts | None = None,
        attempts: int = retry.ATTEMPTS,
        jobs: int = PARALLEL_BLOBS,
        certificates: bool = True,
        chunk: Callable[[str], int] = _no_chunk,
        proxies: Proxies | None = None,
    ) -> None:
        self.credentials = credentials
        self.on_warning = on_warning
        self.transport = Transport(
            clock=clock,
            now=now,
            sleep=sleep,
            cancelled=cancelled,
            on_request=on_request,
            timeouts=timeouts or Timeouts(),
            proxies=proxies or Proxies(dict(os.environ)),
        )
        self._insecure = insecure
        self._policies = policies
        self._ca = ca
        self._attempts = attempts
        self._jobs = jobs
        self._certificates = certificates
        self._chunk = chunk
        self._lock = threading.Lock()
        self._sessions: dict[str, Session] = {}
        self._elsewhere: dict[tuple[str, str], httpx.Client] = {}

    def policy(self, host: str) -> TlsPolicy:
        """The TLS policy of a host: the user's, with what `certs.d` and `--ca` add to it."""
        chosen = self._policies(host) or TlsPolicy()
        found = tls.certificates(host)
        cert, key = (chosen.cert, chosen.key) if chosen.cert else (found.cert, found.key)
        if not self._certificates:
            cert = key = None
        return TlsPolicy(chosen.mode, chosen.ca or self._ca, cert, key, chosen.trusted, found.more)

    def session(self, name: str) -> Session:
        """The host of that name (as people write it: `docker.io`)."""
        with self._lock:
            if name not in self._sessions:
                self._sessions[name] = Session(
                    name,
                    self.transport,
                    self.policy(name),
                    self.credentials,
                    insecure=self._insecure,
                    warn=self.on_warning,
                    elsewhere=self.elsewhere,
                    attempts=self._attempts,
                    blobs=self._jobs,
                    chunk=self._chunk(name),
                )
            return self._sessions[name]

    def repository(self, name: Repository) -> RemoteRepository:
        """A repository of a registry; no request is made yet."""
        return RemoteRepository(name, self.session(name.host), self.on_warning)

    def ping(self, host: str) -> int:
        """The status of `GET /v2/`: 200 open, 401 wants credentials; raises a Failure when it is no registry."""
        found = self.session(host)
        found.connect()
        return found.ping_status

    def elsewhere(self, url: str) -> httpx.Client:
        """The connections to an origin that is not the registry's own: storage, token server, search.

        No client certificate of the registry goes there.
        """
        parts = urlsplit(url)
        key = (parts.scheme, parts.netloc)
        with self._lock:
            if key not in self._elsewhere:
                policy = self._policies(parts.netloc) or TlsPolicy()
                channel = tls.PLAIN if parts.scheme == "http" else tls.HTTPS
                if parts.scheme == "https" and policy.mode == "skip-verify":
                    channel = tls.UNVERIFIED
                self._elsewhere[key] = self.transport.client(
                    channel, TlsPolicy(ca=policy.ca or self._ca), httpx.URL(url)
                )
            return self._elsewhere[key]

    def abort(self) -> None:
        """Stop everything now: cut the connections, so that blocked workers end with Interrupted."""
        self.transport.abort()

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for session in self._sessions.values():
                session.close()
            for client in self._elsewhere.values():
                client.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
