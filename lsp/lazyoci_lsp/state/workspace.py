"""Finds and checks the `.lazy` files of the workspace folders, as `lazyoci validate` finds them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lazyoci import reader
from lazyoci_lsp.state.changes import Changes
from lazyoci_lsp.state.checker import Checker
from lazyoci_lsp.workers import Background

if TYPE_CHECKING:
    from lazyoci_lsp.state.snapshot import Snapshot

log = logging.getLogger(__name__)
_MOST = 1_000  # files that are looked at: more are in no real project
_MAX_AGE = 20.0  # seconds after which the folders are walked again, for clients that do not watch them


class WorkspaceFiles:
    """Finds and checks files that are not open; what did not change is not checked again."""

    def __init__(
        self, folders: Callable[[], tuple[Path, ...]], checker: Checker, changes: Changes, background: Background
    ) -> None:
        """`folders` tells the workspace folders that are open now."""
        self._folders = folders
        self._checker = checker
        self._changes = changes
        self._background = background
        self._paths: tuple[float, list[Path]] | None = None
        self._snapshots: dict[Path, tuple[tuple[int, int, int], Snapshot]] = {}

    def forget(self) -> None:
        """Files came or went: look again."""
        self._paths = None

    async def paths(self) -> list[Path]:
        """Every `.lazy` file in the workspace folders."""
        now = asyncio.get_running_loop().time()
        if self._paths is None or now - self._paths[0] > _MAX_AGE:
            roots = self._folders()
            self._paths = now, await self._background.run(lambda: _walk(roots))
        return self._paths[1]

    async def snapshot(self, path: Path) -> Snapshot | None:
        """The snapshot of a file as it lies on the disk; None when it cannot be read."""
        try:
            stat = path.stat()
            state = (stat.st_mtime_ns, stat.st_size, self._changes.generation)
            known = self._snapshots.get(path)
            if known is not None and known[0] == state:
                return known[1]
            data = await self._background.run(lambda: reader.read(path, reader.LAZY))
        except OSError:
            self._snapshots.pop(path, None)
            return None
        snapshot = await self._checker.once(path, data)
        self._snapshots[path] = state, snapshot
        return snapshot


def _walk(roots: tuple[Path, ...]) -> list[Path]:
    from lazyoci.walk import walk

    found: dict[Path, None] = {}
    for root in roots:
        for path in walk(root, log.warning):
            found[path] = None
            if len(found) >= _MOST:
                return list(found)
    return list(found)
