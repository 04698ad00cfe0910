"""What the other `.lazy` files of the workspace push to, as two files that write one reference overwrite each other.

Open documents are known by their snapshots. All others are read in the background, without git, when the workspace is
opened and when anything in it changed; one that did not change is not read again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lazyoci import reader
from lazyoci_lsp.state.conditions import Conditions
from lazyoci_lsp.state.workspace import WorkspaceFiles
from lazyoci_lsp.text.documents import Documents
from lazyoci_lsp.workers import Background

if TYPE_CHECKING:
    from lazyoci.rules.written_references import Elsewhere, Written
    from lazyoci_lsp.state.snapshot import Snapshot

_State = tuple[int, int, object]  # time and size of a file, and the settings that it was read by


class OtherFiles:
    """Keeps the references that each file pushes to. For the main loop; files are read in a worker."""

    def __init__(
        self,
        documents: Documents,
        workspace: WorkspaceFiles,
        background: Background,
        *,
        conditions: Callable[[], Conditions],
        on_change: Callable[[], None],
    ) -> None:
        """`on_change` is called when a file pushes to other references than before: others must be checked again."""
        self._documents = documents
        self._workspace = workspace
        self._background = background
        self._conditions = conditions
        self._on_change = on_change
        self._written: dict[Path, tuple[Written, ...]] = {}
        self._read: dict[Path, _State] = {}
        self._known: Elsewhere | None = None
        self._looking: asyncio.Task[None] | None = None
        self._again = False

    def known(self) -> Elsewhere | None:
        """What all files push to, as a value that never changes; None where there is only one file."""
        if self._known is None and len(self._written) > 1:
            from lazyoci.rules.checks.reference_collision import file_of
            from lazyoci.rules.written_references import Elsewhere

            self._known = Elsewhere()
            for written in self._written.values():
                self._known.put(file_of(written[0].source), written)
        return self._known

    def took(self, snapshot: Snapshot) -> None:
        """An open document was checked. One that does not decode keeps what it pushed to before."""
        path = snapshot.text.path
        if path is not None and snapshot.checked.valid and self._written.get(path) is not snapshot.checked.written:
            self._read.pop(path, None)
            self._take({path: snapshot.checked.written})

    def look(self) -> None:
        """Look at all files again, in the background."""
        self._again = True
        if self._looking is None or self._looking.done():
            self._looking = self._background.spawn(self._look())

    async def looked(self) -> None:
        """Wait until that is done."""
        if self._looking is not None:
            await asyncio.shield(self._looking)

    async def _look(self) -> None:
        while self._again:
            self._again = False
            await self._look_once()

    async def _look_once(self) -> None:
        paths = await self._workspace.paths()
        opened = self._opened()
        closed = [path for path in paths if path not in opened]
        conditions, before = self._conditions(), dict(self._read)
        found = await self._background.run(lambda: _read_all(closed, conditions, before))
        opened |= self._opened()  # a file that was opened meanwhile is known by its snapshot
        gone = [path for path in self._written if path not in opened and path not in paths]
        for path in gone:
            self._read.pop(path, None)
        new = {path: one for path, one in found.items() if path not in opened}
        self._read |= {path: state for path, (state, _) in new.items()}
        self._take({path: written for path, (_, written) in new.items()} | dict.fromkeys(gone, ()))

    def _opened(self) -> set[Path | None]:
        return {text.path for text in self._documents if text.is_lazy}

    def _take(self, written: dict[Path, tuple[Written, ...]]) -> None:
        """Remember what files push to now. Where collisions change, have the documents checked again."""
        changed = {path: new for path, new in written.items() if _shown(new) != _shown(self._written.get(path, ()))}
        if not changed:
            return
        before = {path: self._collisions(path) for path in changed}
        for path, new in changed.items():
            if new:
                self._written[path] = new
            else:
                self._written.pop(path, None)
        self._known = None
        if any(self._collisions(path) != before[path] for path in changed):
            self._on_change()

    def _collisions(self, path: Path) -> list[tuple[object, ...]]:
        """The references of a file that another file pushes to as well."""
        known, written = self.known(), self._written.get(path, ())
        if known is None or not written:
            return []
        from lazyoci.rules.checks.reference_collision import file_of

        file = file_of(written[0].source)
        return [shown for one, shown in zip(written, _shown(written), strict=True) if known.find(one.key, file)]


def _shown(written: tuple[Written, ...]) -> list[tuple[object, ...]]:
    """The part of it that findings in other files mention."""
    return [(one.key, one.by, one.source.position(one.span.start).line) for one in written]


def _read_all(
    paths: list[Path], conditions: Conditions, before: dict[Path, _State]
) -> dict[Path, tuple[_State, tuple[Written, ...]]]:
    """Read the files that changed since they were read last, and return what they push to."""
    from lazyoci.check import Run
    from lazyoci.world import NoGit
    from lazyoci_lsp.state.world import Overlay, make

    world, _ = make(conditions.configuration, Overlay(conditions.overlay), NoGit())
    run = Run(world)
    found: dict[Path, tuple[_State, tuple[Written, ...]]] = {}
    for path in paths:
        try:
            stat = path.stat()
            state = (stat.st_mtime_ns, stat.st_size, conditions.configuration)
            if before.get(path) == state:
                continue
            found[path] = state, run.written(_text(path), path)
        except OSError:
            continue  # it vanished, or cannot be read: the file's own check says so
    return found


def _text(path: Path) -> str:
    """The text of a file; empty where its bytes are no text, since such a file pushes nothing. Raises OSError."""
    from lazyoci.yaml.encoding import EncodingError, decode_bytes

    try:
        return decode_bytes(reader.read(path, reader.LAZY))
    except EncodingError:
        return ""
