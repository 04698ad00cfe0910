"""Starts the server on stdio or TCP, and ends with the exit code that LSP asks for: 0 after `shutdown`, else 1."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lazyoci_lsp.server import Server

# seconds after which a running check must let another thread run (sys.setswitchinterval). The default of 5 ms would
# delay every answer several times, as a message passes from the reading thread to the main one
_SWITCH = 0.0005
# thresholds of gc.set_threshold: a large file is a hundred thousand objects and no garbage, and looking at them all
# would take as long as the check itself
_GARBAGE = (50_000, 10, 10)


def stdio() -> int:
    """Serve the client at the other end of stdin and stdout."""
    from lazyoci_lsp.rpc import stdio

    incoming, outgoing = stdio.take()
    protocol = _server().protocol
    protocol.set_writer(stdio.Stdout(outgoing))
    return _run(stdio.serve(protocol, incoming))


def tcp(host: str, port: int) -> int:
    """Serve the first client that connects; for debugging."""
    from lazyoci_lsp.rpc import tcp

    return _run(tcp.serve(lambda: _server().protocol, host, port))


def _server() -> Server:
    """Import and make a server. The garbage collector is off meanwhile: it would find nothing to free."""
    gc.disable()
    try:
        from lazyoci_lsp.rpc.redaction import log_to_stderr
        from lazyoci_lsp.server import make

        log_to_stderr()
        server = make()
    finally:
        gc.enable()
    gc.freeze()
    gc.set_threshold(*_GARBAGE)
    return server


def _end(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def _run(serving: Coroutine[Any, Any, None]) -> int:
    sys.setswitchinterval(_SWITCH)
    signal.signal(signal.SIGTERM, _end)  # an orderly end, which also ends a git that is being asked
    try:
        asyncio.run(serving)
    except SystemExit as end:  # the handler of `exit`
        return end.code if isinstance(end.code, int) else 1
    except (KeyboardInterrupt, BrokenPipeError):
        return 1
    return 1  # the client went away without `exit`
