"""TCP proxies that make a link long, and tell the longest chain of round trips that a client went through.

Every byte comes half a round trip late, and a connection's first bytes a whole one more, as its handshake takes that.
There is no limit to the bandwidth.

The chain: what is sent on a connection after it was opened, or after the server spoke on it, begins a round trip. It is
one longer than the longest that the client has an answer of by then, on any of the connections. With a delay of some
10 ms, round trips that are made at the same time do not count one after another.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")
_PIECE = 64 << 10


@dataclass(slots=True)
class Chain:
    """What one run of a client came to, over all of its links."""

    longest: int = 0  # the number of round trips of which none could begin before the one before it was answered
    connections: int = 0


@dataclass(slots=True)
class _Connection:
    chain: Chain
    opened: int  # the chain's length when the connection stands, its handshake included
    depth: int = 0  # of the round trip under way
    answered: bool = True  # what the client sends next begins another


class Link:
    """One port that leads to a server, at so many seconds of round trip. `chain` may be replaced between two runs."""

    def __init__(self, server_port: int, seconds: float, chain: Chain) -> None:
        self.chain = chain
        self.port = 0
        self._server_port = server_port
        self._seconds = seconds
        self._server: asyncio.Server | None = None
        self._running: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening, and cut what is open."""
        if self._server is not None:
            self._server.close()
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _connected(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)  # asyncio itself holds a task by a weak reference only
        self.chain.connections += 1
        connection = _Connection(self.chain, self.chain.longest + 1)
        try:
            server, to_server = await asyncio.open_connection("127.0.0.1", self._server_port)
            try:
                await asyncio.gather(
                    self._pump(client, to_server, connection, from_client=True),
                    self._pump(server, to_client, connection, from_client=False),
                )
            finally:
                to_server.close()
        except (OSError, asyncio.CancelledError):
            pass  # either end hung up, or the link is closed: so does the other
        finally:
            to_client.close()
            self._running.discard(task)

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: _Connection, *, from_client: bool
    ) -> None:
        loop, half = asyncio.get_running_loop(), self._seconds / 2
        not_before = loop.time() + (self._seconds if from_client else 0.0)
        queue: asyncio.Queue[tuple[float, bytes, int]] = asyncio.Queue()
        out = asyncio.create_task(self._deliver(queue, writer, None if from_client else connection.chain))
        try:
            while data := await reader.read(_PIECE):
                if from_client and connection.answered:
                    connection.depth = 1 + max(connection.opened, connection.chain.longest)
                connection.answered = not from_client
                queue.put_nowait((max(loop.time(), not_before) + half, data, connection.depth))
            queue.put_nowait((loop.time() + half, b"", 0))
            await out
        finally:
            out.cancel()

    async def _deliver(
        self, queue: asyncio.Queue[tuple[float, bytes, int]], writer: asyncio.StreamWriter, chain: Chain | None
    ) -> None:
        loop = asyncio.get_running_loop()
        while True:
            moment, data, depth = await queue.get()
            wait = moment - loop.time()
            if wait > 0:
                await asyncio.sleep(wait)
            if not data:
                if writer.can_write_eof() and not writer.is_closing():
                    writer.write_eof()
                return
            if chain is not None:  # a reply
                chain.longest = max(chain.longest, depth)
            writer.write(data)
            await writer.drain()


class Links:
    """Runs links in a thread of its own. A context manager."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="links", daemon=True)
        self._open: list[Link] = []

    def __enter__(self) -> Links:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for link in list(self._open):
            self.close(link)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def open(self, server_port: int, seconds: float, chain: Chain) -> Link:
        """A link to a server on this machine."""
        link = Link(server_port, seconds, chain)
        self._do(link.open())
        self._open.append(link)
        return link

    def close(self, link: Link) -> None:
        """End one."""
        self._open.remove(link)
        self._do(link.close())

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()
