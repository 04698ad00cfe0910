"""Starts the server for an editor of a test: forked where that can be (tests/warm.py), else as any other program."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pygls.io_ import run_async
from pytest_lsp.client import LanguageClient

from tests import warm


class Forked:
    """What `asyncio.subprocess.Process` is to a client, for a forked server."""

    def __init__(self, process: warm.Process, stdin: asyncio.StreamWriter, stdout: asyncio.StreamReader) -> None:
        self.pid = process.pid
        self.stdin = stdin
        self.stdout = stdout
        self.returncode: int | None = None
        self._ending = asyncio.create_task(self._end(process))

    async def _end(self, process: warm.Process) -> None:
        process.ends.setblocking(False)
        with process.ends as ends:
            self.returncode = int(await asyncio.get_running_loop().sock_recv(ends, 64))

    async def wait(self) -> int:
        """Wait until it has ended; its exit code."""
        await asyncio.shield(self._ending)
        assert self.returncode is not None
        return self.returncode


async def start(client: LanguageClient, home: Path, environ: Mapping[str, str]) -> None:
    """Start a server in `home`, and let `client` speak to it, as its `start_io` does."""
    if not warm.can_start(environ):
        await client.start_io(sys.executable, "-m", "lazyoci", "lsp", env=dict(environ), cwd=str(home))
        return
    loop = asyncio.get_running_loop()
    (reads, writes), (heard, told) = os.pipe(), os.pipe()
    with Path(os.devnull).open("wb") as unheard:
        process = warm.start(["lsp"], home, environ, [reads, told, unheard.fileno()])
    os.close(reads)
    os.close(told)
    stdout = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stdout), os.fdopen(heard, "rb", 0))
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, os.fdopen(writes, "wb", 0))
    server: Any = Forked(process, asyncio.StreamWriter(transport, protocol, None, loop), stdout)
    client.protocol.set_writer(server.stdin)
    speaking = run_async(
        stop_event=client._stop_event,
        reader=stdout,
        protocol=client.protocol,
        logger=logging.getLogger(__name__),
        error_handler=client.report_server_error,
    )
    client._server = server
    client._async_tasks.extend([asyncio.create_task(speaking), asyncio.create_task(client._server_exit())])
