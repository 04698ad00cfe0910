"""Finds and checks the `.lazy` files of the workspace folders, as `lazyoci validate` finds them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lazyoci import reader
from lazyoci.diagnostic import Source
from lazyoci.yaml.encoding import EncodingError, decode_bytes
from lazyoci_lsp.state.changes import Changes
from lazyoci_lsp.state.conditions import Conditions
from lazyoci_lsp.workers import Background

if TYPE_CHECKING:
    from lazyoci.check import Findings
    from lazyoci.yaml.nodes import Document
    from lazyoci_lsp.state.closed import Sweep

log = logging.getLogger(__name__)
_MOST = 20_000  # files that are looked at: more are in no real project
_MANY = 200  # files whose check takes long enough to say how far it is
_MAX_AGE = 20.0  # seconds after which the folders are walked again, for clients that do not watch them
_KEPT = 1_000  # files whose YAML is kept for the next letter of a query
_State = tuple[int, int, int]  # time and size of a file, and the generation of the world


class WorkspaceFiles:
    """Finds and checks files that are not open; what did not change is not checked again."""

    def __init__(
        self,
        folders: Callable[[], tuple[Path, ...]],
        changes: Changes,
        background: Background,
        *,
        conditions: Callable[[], Conditions],
        tell: Callable[[int, int], None],
        warn: Callable[[str], None],
    ) -> None:
        """`folders` tells the workspace folders that are open now, and `tell` hears how many of how many are checked.

        `warn` tells the user what is left out.
        """
        self._folders = folders
        self._changes = changes
        self._background = background
        self._conditions = conditions
        self._tell = tell
        self._warn = warn
        self._warned = False
        self._paths: tuple[float, list[Path]] | None = None
        self._found: dict[Path, tuple[_State, Findings]] = {}
        self._nodes: dict[Path, tuple[_State, tuple[Source, Document | None]]] = {}
        self._sweep: Sweep | None = None

    def forget(self) -> None:
        """Files came or went: look again."""
        self._paths = None

    async def paths(self) -> list[Path]:
        """Every `.lazy` file in the workspace folders."""
        now = asyncio.get_running_loop().time()
        if self._paths is None or now - self._paths[0] > _MAX_AGE:
            roots = self._folders()
            found = await self._background.run(lambda: _walk(roots))
            self._paths = now, found[:_MOST]
            if len(found) > _MOST and not self._warned:
                self._warned = True
                self._warn(f"more than {_MOST:,} .lazy files are in the workspace; only {_MOST:,} of them are checked")
            there = set(found)
            self._found = {path: one for path, one in self._found.items() if path in there}
            self._nodes = {path: one for path, one in self._nodes.items() if path in there}
        return self._paths[1]

    async def findings(self, path: Path) -> Findings | None:
        """The errors and warnings of a file as it lies on the disk; None when it cannot be read."""
        try:
            state = self._state(path)
            known = self._found.get(path)
            if known is not None and known[0] == state:
                return known[1]
            sweep = self._current()
            found = await self._background.run(lambda: sweep.check(path, reader.read(path, reader.LAZY)))
        except OSError:
            self._found.pop(path, None)
            return None
        self._found[path] = state, found
        return found

    async def nodes(self, path: Path) -> tuple[Source, Document | None] | None:
        """The text of a file as it lies on the disk, and its YAML; None when it cannot be read, or is no text."""
        try:
            state = self._state(path)
            known = self._nodes.get(path)
            if known is None or known[0] != state:
                known = state, await self._background.run(lambda: _read(path))
        except (OSError, EncodingError):
            return None
        if len(self._nodes) < _KEPT:
            self._nodes[path] = known
        return known[1]

    def progress(self, done: int, total: int) -> None:
        """So many of the files are checked, of so many that have to be."""
        if total >= _MANY:
            self._tell(done, total)

    def waiting(self, paths: Sequence[Path]) -> int:
        """How many of these files have to be checked."""
        count = 0
        for path in paths:
            known = self._found.get(path)
            try:
                count += known is None or known[0] != self._state(path)
            except OSError:
                count += 1
        return count

    def _state(self, path: Path) -> _State:
        stat = path.stat()
        return stat.st_mtime_ns, stat.st_size, self._changes.generation

    def _current(self) -> Sweep:
        conditions = self._conditions()
        if self._sweep is None or self._sweep.conditions.generation != conditions.generation:
            from lazyoci_lsp.state.closed import Sweep

            self._sweep = Sweep(conditions)
        return self._sweep


def _read(path: Path) -> tuple[Source, Document | None]:
    from lazyoci.config.read import read

    source = Source(decode_bytes(reader.read(path, reader.LAZY)), path)
    return source, read(source, quick=True)[0]


def _walk(roots: tuple[Path, ...]) -> list[Path]:
    from lazyoci.walk import walk

    found: dict[Path, None] = {}
    for root in roots:
        for path in walk(root, log.warning):
            found[path] = None
            if len(found) > _MOST:
                return list(found)
    return list(found)
