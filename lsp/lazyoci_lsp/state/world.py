"""The World of the editor: unsaved texts over the disk, git asked once until it moves, the user's preview values."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from lazyoci.errors import UsageError
from lazyoci.repository import repository_root
from lazyoci.world import Disk, Face, Git, GitState, Nearest, NoGit, RealGit, World
from lazyoci.world.git import nearest_tag
from lazyoci.world.stated import Stated, stated
from lazyoci.world.version_line import Line
from lazyoci_lsp.state.configuration import Configuration

GIT_MAX_AGE = 30.0  # seconds after which a check asks git again: edits of tracked files leave no trace in .git
GIT_TIMEOUT = 5.0  # seconds that git may take, while a check waits for it
GIT_PAUSE = 300.0  # seconds after which a git that did not answer is asked again


class StaleError(Exception):
    """Nobody waits for this check any more."""


class Overlay:
    """The files of one check: texts that are open in the editor come before what lies on the disk.

    What was looked at is remembered, for the check itself, which looks at a thing several times, and for the watcher
    (`seen`). `stale` ends a check that is overtaken, at its next look.
    """

    def __init__(self, texts: Mapping[str, str], stale: Callable[[], bool] = lambda: False) -> None:
        self._texts = texts
        self._stale = stale
        self._disk = Disk()
        self._kinds: dict[Path, str] = {}
        self._contents: dict[Path, bytes] = {}

    @property
    def seen(self) -> frozenset[Path]:
        """What a check looked at."""
        return frozenset(self._kinds) | frozenset(self._contents)

    def kind(self, path: str | Path) -> str:
        """See `lazyoci.world.Files`."""
        below = str(path).endswith(
            "/"
        )  # `Path` drops the slash; with it, a file is not found, as nothing can lie below one
        path = Path(path)
        found = self._kinds.get(path)
        if found is None:
            if self._stale():
                raise StaleError
            found = self._kinds[path] = "file" if str(path) in self._texts else self._disk.kind(path)
        return "" if below and found == "file" else found

    def read(self, path: str | Path) -> bytes:
        """See `lazyoci.world.Files`."""
        path = Path(path)
        found = self._contents.get(path)
        if found is None:
            text = self._texts.get(str(path))
            found = self._contents[path] = self._disk.read(path) if text is None else text.encode()
        return found

    def real(self, path: str) -> str:
        """See `lazyoci.world.Disk`."""
        return self._disk.real(path)

    def odd(self, path: str) -> str:
        """See `lazyoci.world.Disk`."""
        return self._disk.odd(path)

    def is_link(self, path: str) -> bool:
        """See `lazyoci.world.Disk`."""
        return self._disk.is_link(path)

    def link(self, path: str) -> str:
        """See `lazyoci.world.Disk`."""
        return self._disk.link(path)

    def size(self, path: str) -> int:
        """See `lazyoci.world.Disk`."""
        return self._disk.size(path)

    def head(self, path: str, count: int) -> bytes:
        """See `lazyoci.world.Disk`."""
        text = self._texts.get(path)
        return self._disk.head(path, count) if text is None else text[:count].encode()

    def list(self, path: str | Path) -> list[str]:
        """See `lazyoci.world.Files`."""
        self._kinds.setdefault(Path(path), "dir")  # seen: a file that comes or goes changes the directory's time
        return self._disk.list(path)


class Distrusted(NoGit):
    """Git in a workspace that the user does not trust: no program is run there, and no run of CI is looked for."""

    def state(self, directory: Path) -> GitState:
        """See `lazyoci.world.Git`."""
        return GitState(reason="the workspace is not trusted, so git is not asked", asked=False)


class CachedGit:
    """Asks git once per repository, and again after `forget` or when the answer is old. Thread-safe."""

    def __init__(self, environ: Mapping[str, str] | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._environ = environ
        self._clock = clock
        self._lock = (
            threading.Lock()
        )  # guards the two dictionaries; while git is asked, only the lock of its repository is held
        self._asking: dict[Path, threading.Lock] = {}
        self._known: dict[Path, tuple[float, GitState]] = {}
        self._nearest: dict[tuple[Path, str], tuple[GitState, Nearest]] = {}

    def state(self, directory: Path) -> GitState:
        """See `lazyoci.world.Git`."""
        root = repository_root(directory)
        if root is None:
            return RealGit(self._environ).state(directory)
        with self._lock:
            asking = self._asking.setdefault(root, threading.Lock())
        with asking:
            with self._lock:
                until, state = self._known.get(root, (0.0, None))
            if state is None or self._clock() > until:
                state = RealGit(self._environ, timeout=GIT_TIMEOUT).state(directory)
                until = self._clock() + (GIT_PAUSE if state.late else GIT_MAX_AGE)
                with self._lock:
                    self._known[root] = until, state
            return state

    def nearest(self, directory: Path, line: Line) -> Nearest:
        """See `lazyoci.world.Git`; kept as long as the state is."""
        root, state = repository_root(directory), self.state(directory)
        if root is None or state.reason:
            return Nearest(reason=state.reason)
        key = root, line.pattern
        with self._lock:
            known = self._nearest.get(key)
        if known is None or known[0] is not state:
            known = state, nearest_tag(root, line, state, self._environ, GIT_TIMEOUT)
            with self._lock:
                self._nearest[key] = known
        return known[1]

    def forget(self) -> None:
        """Ask again next time. Not where git did not answer in time: every new try would delay all checks."""
        with self._lock:
            self._known = {root: known for root, known in self._known.items() if known[1].late}


def make(configuration: Configuration, files: Overlay, git: Git, face: Face = Face.EDITOR) -> tuple[World, str]:
    """The World of one check; and what is wrong with LAZYOCI_OCCASION, which is then ignored."""
    environ = configuration.environ()
    said, problem = Stated(), ""
    try:
        said = stated((), environ, configuration.preview_tag)
    except UsageError as error:
        problem = error.sentence
    world = World(
        files=files,
        git=git if configuration.trusted else Distrusted(),
        environ=environ,
        tag=configuration.preview_tag,
        face=face,
        stated=said,
        variables=configuration.variables,
    )
    return world, problem
