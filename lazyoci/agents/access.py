"""Which registries an agent may ask, and with which credentials."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Collection

from lazyoci import settings
from lazyoci.errors import UsageError
from lazyoci.registry.client import Client
from lazyoci.registry.connect import connect
from lazyoci.registry.credentials.chain import Chain
from lazyoci.registry.credentials.credential import Credential
from lazyoci.settings import Settings

log = logging.getLogger(__name__)


class _WhereAllowed:
    """The user's credentials, for the registries whose entry in the settings says `agents: true`; else none."""

    def __init__(self, found: Settings) -> None:
        self._settings = found
        self._chain = Chain(os.environ, settings=found, given=None, on_warning=log.warning)

    def find(self, host: str, path: str = "", *, refresh: bool = False) -> Credential | None:
        """See `Credentials`."""
        return self._chain.find(host, path, refresh=refresh) if _allowed(self._settings, host, path) else None

    def may_have(self, host: str, path: str = "") -> bool:
        """See `Credentials`."""
        return _allowed(self._settings, host, path) and self._chain.may_have(host, path)


def client(hosts: Collection[str]) -> Client:
    """A client that asks these registries: anonymously, but where the user's settings say otherwise. Close it."""
    found = settings.load(os.environ)
    credentials = _WhereAllowed(found)
    return connect(
        found,
        on_warning=log.warning,
        credentials=credentials,
        # a client certificate tells who asks, as a password does; it is shown to all hosts of a run or to none
        certificates=all(_allowed(found, host) for host in hosts),
        cancelled=threading.Event(),
    )


def refuse_unnamed(host: str, named: Collection[str]) -> None:
    """Raise UsageError for a registry that neither the file nor the user's settings name."""
    if host in named or settings.load(os.environ).host(host) is not None:
        return
    known = ", ".join(sorted(named)) or "none"
    raise UsageError(
        f"{host} is no registry of this file, which names {known}",
        hint=f"the user can add it: lazyoci registry add {host}",
    )


def _allowed(found: Settings, host: str, path: str = "") -> bool:
    entry = found.registry(host, path)
    return entry is not None and entry.agents
