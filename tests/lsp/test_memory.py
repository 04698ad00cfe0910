"""Nothing of an older version of a text is kept, not even until garbage is looked for."""

from __future__ import annotations

import asyncio
import gc
import json
from pathlib import Path
from typing import Any

import pytest

from lazyoci_lsp.server import Server, make
from lazyoci_lsp.text import uris
from tests.e2e.cli import repository
from tests.lsp.kit import EXAMPLES


class Nowhere:
    def __init__(self) -> None:
        self.written: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def close(self) -> None:
        """Nothing to close."""


def send(server: Server, method: str, params: Any, number: int | None = None) -> None:
    message = {"jsonrpc": "2.0", "method": method, "params": params} | ({} if number is None else {"id": number})
    server.protocol.receive(json.dumps(message).encode())


@pytest.mark.asyncio
async def test_old_snapshots_go_at_once(tmp_path: Path) -> None:
    text = (EXAMPLES / "multi" / ".lazy").read_text("utf-8")
    path = repository(tmp_path / "project") / ".lazy"
    uri = uris.from_path(path)
    server = make()
    server.protocol.set_writer(Nowhere())
    start = {"processId": None, "rootUri": None, "capabilities": {}}
    send(server, "initialize", start | {"initializationOptions": {"registry": {"checks": "off"}}}, 1)
    await asyncio.sleep(0)  # pygls answers at the loop's next turn
    document = {"uri": uri, "languageId": "lazyoci", "version": 1, "text": text}
    send(server, "textDocument/didOpen", {"textDocument": document})
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 999, "character": 0}}

    async def edit(number: int) -> None:
        changed = {"textDocument": {"uri": uri, "version": number}, "contentChanges": [{"text": text + "#" * number}]}
        send(server, "textDocument/didChange", changed)
        send(server, "textDocument/inlayHint", {"textDocument": {"uri": uri}, "range": whole}, number)
        assert await server.session.view().snapshot(uri) is not None

    for number in range(2, 7):  # whatever is made once
        await edit(number)
    await asyncio.sleep(0.3)  # the debounced ones are over
    gc.collect()
    gc.disable()
    try:
        for number in range(7, 27):
            await edit(number)
        await asyncio.sleep(0.3)
        kept = [one for one in gc.get_objects() if type(one).__name__ == "Snapshot"]
        assert len(kept) <= 2  # the newest, and perhaps the newest that decoded
        del kept
        assert gc.collect() < 20 * 30  # objects of twenty edits: a snapshot alone has hundreds
    finally:
        gc.enable()


@pytest.mark.asyncio
async def test_what_commands_and_notifications_began_goes_when_it_is_done(tmp_path: Path) -> None:
    path = repository(tmp_path / "project") / ".lazy"
    path.write_text((EXAMPLES / "multi" / ".lazy").read_text("utf-8"), "utf-8")
    uri = uris.from_path(path)
    server = make()
    server.protocol.set_writer(Nowhere())
    options = {"registry": {"checks": "off"}}
    start = {"processId": None, "rootUri": None, "capabilities": {}, "initializationOptions": options}
    send(server, "initialize", start, 1)
    await asyncio.sleep(0)
    send(server, "initialized", {})
    for number in range(2, 6):
        document = {"uri": uri, "languageId": "lazyoci", "version": 1, "text": path.read_text("utf-8")}
        send(server, "textDocument/didOpen", {"textDocument": document})
        for command in ("lazyoci.preview", "lazyoci.previewPage", "lazyoci.scenarios"):
            send(server, "workspace/executeCommand", {"command": command, "arguments": [uri]}, f"{command} {number}")
        send(server, "textDocument/didSave", {"textDocument": {"uri": uri}})
        send(server, "textDocument/didClose", {"textDocument": {"uri": uri}})
    under_way = server.protocol._request_futures
    assert under_way
    while any(not one.done() for one in under_way.values()):
        await asyncio.sleep(0.01)
        if all(one.done() for one in under_way.values()):
            await asyncio.sleep(0)  # what waits for their ends has its turn, and may begin more
            await asyncio.sleep(0)
    assert not under_way
    send(server, "workspace/executeCommand", {"command": "lazyoci.preview", "arguments": [uri]}, "last")
    send(server, "shutdown", None, "end")  # while the command is under way
    writer = server.protocol.writer
    assert isinstance(writer, Nowhere)
    while not any(b'"end"' in one for one in writer.written):
        await asyncio.sleep(0.01)
    [answer] = [one for one in writer.written if b'"end"' in one]
    assert json.loads(answer.partition(b"\r\n\r\n")[2]) == {"jsonrpc": "2.0", "id": "end", "result": None}
