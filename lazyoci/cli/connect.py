"""A registry client for a command, with its warnings and requests on stderr."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from lazyoci import settings
from lazyoci.cli.common import console, say, warn
from lazyoci.cli.interrupt import interruptible
from lazyoci.errors import UsageError
from lazyoci.registry.client import Client
from lazyoci.registry.connect import connect as registry_connect
from lazyoci.registry.credentials.credential import Credential
from lazyoci.registry.http.throttle import PARALLEL_BLOBS


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
    return registry_connect(
        settings.load(),
        on_warning=_Once(),
        given=given,
        insecure=insecure,
        ca=ca,
        on_request=_request if console().verbose else None,
        cancelled=cancelled,
        jobs=jobs,
    )


@contextmanager
def asking(*, insecure: bool = False, ca: Path | None = None) -> Iterator[Client]:
    """A client for a command that only asks: one Ctrl-C ends whatever is under way, also in other threads."""
    cancelled = threading.Event()
    with connect(insecure=insecure, ca=ca, cancelled=cancelled) as client, interruptible(cancelled, client.abort):
        yield client


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
