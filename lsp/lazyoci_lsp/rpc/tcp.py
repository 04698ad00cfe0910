"""The protocol over a TCP connection, for debugging: one client, then the server ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from lazyoci_lsp.rpc.protocol import Protocol
from lazyoci_lsp.rpc.stdio import dispatch

log = logging.getLogger(__name__)


async def serve(make: Callable[[], Protocol], host: str, port: int) -> None:
    """Listen, say where on stderr, and serve the first client."""
    connected: asyncio.Future[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = (
        asyncio.get_running_loop().create_future()
    )

    def on_client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if connected.done():
            writer.close()
        else:
            connected.set_result((reader, writer))

    server = await asyncio.start_server(on_client, host, port)
    names = ", ".join("{0[0]}:{0[1]}".format(one.getsockname()) for one in server.sockets)
    log.warning("waiting for a client on %s", names)
    reader, writer = await connected
    protocol = make()
    protocol.set_writer(_Writer(writer))
    chunks: asyncio.Queue[bytes] = asyncio.Queue()
    pump = asyncio.create_task(_pump(reader, chunks))
    try:
        await dispatch(protocol, chunks)
    finally:
        pump.cancel()
        server.close()
        writer.close()


async def _pump(reader: asyncio.StreamReader, chunks: asyncio.Queue[bytes]) -> None:
    try:
        while data := await reader.read(1 << 16):
            chunks.put_nowait(data)
    finally:
        chunks.put_nowait(b"")


class _Writer:
    """A stream as the protocol writes to it."""

    def __init__(self, stream: asyncio.StreamWriter) -> None:
        self._stream = stream

    def write(self, data: bytes) -> None:
        """Hand `data` to the connection."""
        self._stream.write(data)

    def close(self) -> None:
        """Nothing more will be written."""
        self._stream.close()
