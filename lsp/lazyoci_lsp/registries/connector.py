"""How registries are connected to without a command: short time limits, and no second tries."""

from __future__ import annotations

import threading
from collections.abc import Callable

from lazyoci import settings
from lazyoci.registry.client import Client, Timeouts
from lazyoci.registry.connect import connect
from lazyoci_lsp.registries.host_questions import Connect
from lazyoci_lsp.registries.surroundings import Surroundings


def connector(surroundings: Surroundings, *, anonymous: bool, warn: Callable[[str], None]) -> Connect:
    """What makes a client, to be called in a worker: it reads settings. `warn` hears of what is odd in them."""
    environ, limit = surroundings.configuration.environ(), surroundings.configuration.registry_timeout

    def make(cancelled: threading.Event) -> Client:
        return connect(
            settings.load(environ),
            on_warning=warn,
            environ=environ,
            anonymous=anonymous,
            cancelled=cancelled,
            timeouts=Timeouts(connect=limit, read=limit, write=limit, finish=limit),
            attempts=1,
        )

    return make
