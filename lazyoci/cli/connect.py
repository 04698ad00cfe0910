"""A registry client for a command: the credential chain, the user's settings, warnings and requests on stderr."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from lazyoci import settings
from lazyoci.cli.common import console, say, warn
from lazyoci.errors import UsageError
from lazyoci.registry.client import Client, TlsPolicy
from lazyoci.registry.credential import Credential
from lazyoci.registry.credentials import Chain
from lazyoci.registry.gate import PARALLEL_BLOBS
from lazyoci.registry.tls import Mode

_MODES: dict[str, Mode] = {"auto": "auto", "verify": "verify", "skip-verify": "skip-verify", "plain-http": "plain-http"}


def connect(
    *,
    insecure: bool = False,
    ca: Path | None = None,
    cancelled: threading.Event | None = None,
    given: Mapping[str, Credential] | None = None,
    jobs: int = PARALLEL_BLOBS,
) -> Client:
    """A client for this run; close it.

    `given` are credentials from the command line, by host; `jobs` blobs may move at once to or from a host.
    """
    if ca is not None and not ca.is_file():
        raise UsageError(f"--ca {ca} is not a file", hint="name a file of certificates in PEM form")
    loaded = settings.load()
    once = _Once()
    return Client(
        Chain(os.environ, settings=loaded, given=given, on_warning=once),
        insecure=insecure,
        policies=lambda host: policy(loaded, host),
        ca=ca,
        on_warning=once,
        on_request=_request if console().verbose else None,
        cancelled=cancelled,
        endpoint=_endpoint(os.environ),
        jobs=jobs,
    )


def policy(loaded: settings.Settings, host: str) -> TlsPolicy | None:
    """What the settings say of a host's TLS; None for nothing."""
    found = loaded.host(host)
    if found is None:
        return None
    mode = _MODES[found.tls or "auto"]
    return TlsPolicy(mode, found.ca, found.cert, found.key, trusted=found.insecure)


class _Once:
    """Shows each warning once, from whichever thread."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._lock = threading.Lock()
        # the settings of the console hang on click's context, which belongs to the thread of the command
        self._quiet = console().quiet

    def __call__(self, message: str) -> None:
        with self._lock:
            if message in self._seen:
                return
            self._seen.add(message)
        if not self._quiet:
            warn(message)


def _request(line: str) -> None:
    say(line, style="dim")


def _endpoint(environ: Mapping[str, str]) -> Callable[[str], str] | None:
    """For tests only: LAZYOCI_TEST_ENDPOINTS="ghcr.io=https://localhost:1234,…" serves hosts from elsewhere."""
    given = environ.get("LAZYOCI_TEST_ENDPOINTS", "")
    if not given:
        return None
    table = dict(pair.split("=", 1) for pair in given.split(",") if "=" in pair)
    return lambda host: table.get(host, "")
