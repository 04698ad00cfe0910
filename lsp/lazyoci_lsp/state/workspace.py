"""The `.lazy` files of the workspace folders that nobody has opened: found as `lazyoci validate` finds them."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from lazyoci import reader
from lazyoci_lsp.text import uris
from lazyoci_lsp.text.documents import on_disk

if TYPE_CHECKING:
    from lazyoci_lsp.session import Session
    from lazyoci_lsp.state.snapshot import Snapshot

log = logging.getLogger(__name__)
_MOST = 1_000  # files: a folder with more is not a project's
_MAX_AGE = 20.0  # seconds after which the folders are walked again, for clients that do not watch them
_LONG_POLL = 30.0  # seconds that a pull with nothing to tell may take


class WorkspaceFiles:
    """Finds and checks files that are not open; what did not change is not checked again."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._paths: tuple[float, list[Path]] | None = None
        self._snapshots: dict[Path, tuple[tuple[int, int, int], Snapshot]] = {}

    def forget(self) -> None:
        """Files came or went: look again."""
        self._paths = None

    async def paths(self) -> list[Path]:
        """Every `.lazy` file in the workspace folders."""
        now = asyncio.get_running_loop().time()
        if self._paths is None or now - self._paths[0] > _MAX_AGE:
            folders = [uris.to_path(folder.uri) for folder in self._session.workspace.folders.values()]
            roots = [path for path in folders if path is not None]
            self._paths = now, await self._session.in_worker(lambda: _walk(roots))
        return self._paths[1]

    async def snapshot(self, path: Path) -> Snapshot | None:
        """The snapshot of a file as it lies on the disk; None when it cannot be read."""
        try:
            stat = path.stat()
            state = (stat.st_mtime_ns, stat.st_size, self._session.conditions().generation)
            known = self._snapshots.get(path)
            if known is not None and known[0] == state:
                return known[1]
            text = await self._session.in_worker(lambda: read(path))
        except OSError:
            self._snapshots.pop(path, None)
            return None
        snapshot = await self._session.checker.once(on_disk(path, text))
        self._snapshots[path] = state, snapshot
        return snapshot


def _walk(roots: list[Path]) -> list[Path]:
    from lazyoci.walk import walk

    found: dict[Path, None] = {}
    for root in roots:
        for path in walk(root, log.warning):
            found[path] = None
            if len(found) >= _MOST:
                return list(found)
    return list(found)


def read(path: Path) -> str:
    """The text of a file; raises OSError."""
    from lazyoci.yaml.encoding import EncodingError, decode_bytes

    data = reader.read(path, reader.LAZY)
    try:
        return decode_bytes(data)
    except EncodingError:
        return data.decode("utf-8", "replace")  # the replaced characters are what the check then reports


async def something_new(session: Session) -> None:
    """Return when something changed that diagnostics depend on, or after a while."""
    changed = session.next_change()
    _, pending = await asyncio.wait([changed], timeout=_LONG_POLL)
    for future in pending:
        future.cancel()
