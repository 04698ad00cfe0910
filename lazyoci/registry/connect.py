"""A registry client for a command or an editor: with the user's settings for each host, and all their credentials."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from lazyoci.registry.client import Client, Timeouts, TlsPolicy
from lazyoci.registry.credentials.chain import Chain
from lazyoci.registry.credentials.credential import Credential, Credentials
from lazyoci.registry.http import retry
from lazyoci.registry.http.proxy import Proxies
from lazyoci.registry.http.throttle import PARALLEL_BLOBS
from lazyoci.registry.http.tls import Mode
from lazyoci.settings import Settings

_MODES: dict[str, Mode] = {"auto": "auto", "verify": "verify", "skip-verify": "skip-verify", "plain-http": "plain-http"}


class Anonymous:
    """No credentials for anyone."""

    def find(self, host: str, path: str = "", *, refresh: bool = False) -> Credential | None:
        """See `Credentials`."""
        return None

    def may_have(self, host: str, path: str = "") -> bool:
        """See `Credentials`."""
        return False


def connect(
    settings: Settings,
    *,
    on_warning: Callable[[str], None],
    environ: Mapping[str, str] | None = None,
    credentials: Credentials | None = None,
    anonymous: bool = False,
    given: Mapping[str, Credential] | None = None,
    insecure: bool = False,
    ca: Path | None = None,
    on_request: Callable[[str], None] | None = None,
    cancelled: threading.Event | None = None,
    jobs: int = PARALLEL_BLOBS,
    timeouts: Timeouts | None = None,
    attempts: int = retry.ATTEMPTS,
    certificates: bool | None = None,
) -> Client:
    """A client for one run; close it. `credentials` None means the chain, with those `given` to this run first.

    `anonymous` shows nobody anything: neither credentials, nor helpers asked for them, nor client certificates.
    `certificates` False shows no client certificate, whatever the credentials.
    `jobs` blobs may move at once to or from a host. For the rest see `Client`.
    """
    environ = os.environ if environ is None else environ
    if anonymous:
        credentials = Anonymous()
    elif credentials is None:
        credentials = Chain(environ, settings=settings, given=given, on_warning=on_warning)
    return Client(
        credentials,
        insecure=insecure,
        policies=lambda host: policy(settings, host),
        ca=ca,
        on_warning=on_warning,
        on_request=on_request,
        cancelled=cancelled,
        timeouts=timeouts,
        attempts=attempts,
        jobs=jobs,
        certificates=not anonymous if certificates is None else certificates,
        chunk=lambda host: _chunk(settings, host),
        proxies=Proxies(environ),
    )


def policy(settings: Settings, host: str) -> TlsPolicy | None:
    """What the settings say of a host's TLS; None for nothing."""
    found = settings.host(host)
    if found is None:
        return None
    mode = _MODES[found.tls or "auto"]
    return TlsPolicy(mode, found.ca, found.cert, found.key, trusted=found.insecure)


def _chunk(settings: Settings, host: str) -> int:
    found = settings.host(host)
    return 0 if found is None else found.chunk_size
