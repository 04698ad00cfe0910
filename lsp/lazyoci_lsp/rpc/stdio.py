"""Reserves standard input and output for the protocol: nothing else can read or write there.

fd 1 then leads to stderr and fd 0 to nothing, so neither a stray `print` nor a program that is started can break the
stream. One thread reads; pygls's own reader would take the pool of its handlers for three round trips a message.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from typing import TYPE_CHECKING

from lazyoci_lsp.rpc.framing import Frames

if TYPE_CHECKING:
    from lazyoci_lsp.rpc.protocol import Protocol

_CHUNK = 1 << 16  # bytes read at a time


class Stdout:
    """Writes messages. To be used on the main loop only."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def write(self, data: bytes) -> None:
        """Write all of `data`; raises BrokenPipeError when the client is gone."""
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]

    def close(self) -> None:
        """Nothing more will be written."""


def take() -> tuple[int, int]:
    """New descriptors for stdin and stdout. The usual ones then lead to the null device and to stderr."""
    sys.stdout.flush()
    incoming, outgoing = os.dup(0), os.dup(1)
    if sys.platform == "win32":
        import msvcrt

        for descriptor in (incoming, outgoing):
            msvcrt.setmode(descriptor, os.O_BINARY)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return incoming, outgoing


async def serve(protocol: Protocol, incoming: int) -> None:
    """Hand every message that comes in to the protocol, until the input ends."""
    loop = asyncio.get_running_loop()
    chunks: asyncio.Queue[bytes] = asyncio.Queue()

    def read() -> None:
        data = b"?"
        while data:
            try:
                data = os.read(incoming, _CHUNK)
            except OSError:
                data = b""
            try:
                loop.call_soon_threadsafe(chunks.put_nowait, data)
            except RuntimeError:  # the loop is closed
                return

    threading.Thread(target=read, name="stdin", daemon=True).start()
    await dispatch(protocol, chunks)


async def dispatch(protocol: Protocol, chunks: asyncio.Queue[bytes]) -> None:
    """Handle messages one after the other, until an empty chunk. Bytes that are no message are answered with an error.

    Between two messages all that is ready may run: so a handler sees the documents as they were when its request came.
    """
    frames = Frames()
    while data := await chunks.get():
        for body in frames.feed(data):
            protocol.receive(body)
            await asyncio.sleep(0)
