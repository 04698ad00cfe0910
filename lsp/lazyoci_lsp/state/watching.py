"""Notices changes outside of the editor: asks the client to watch files, and looks itself at those it may leave out.

Clients tell of files in their workspace, if they can be asked to at all; git's own files and the user's configuration
many leave out. So those are looked at once a second: a few dozen calls of `stat`, in the background.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol

from lsprotocol import types

from lazyoci import reader
from lazyoci.repository import repository_root
from lazyoci_lsp.text.documents import Documents
from lazyoci_lsp.workers import Background

INTERVAL = 1.0  # seconds between two looks
_OTHERS_EVERY = 3  # looks, for the files that `.lazy` files name
_GLOBS = (
    "**/*.lazy",
    "**/Chart.yaml",
    "**/*Dockerfile*",
    "**/*.dockerfile",
    "**/Containerfile*",
    "**/.lazyoci.yaml",
    "**/pyproject.toml",
    "**/.git/HEAD",
    "**/.git/packed-refs",
    "**/.git/refs/**",
)
Signature = tuple[tuple[str, int, int, int] | None, ...]


def registrations() -> list[types.Registration]:
    """What to ask the client to watch."""
    watchers = [types.FileSystemWatcher(glob) for glob in _GLOBS]
    options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
    return [types.Registration("lazyoci-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)]


class Listener(Protocol):
    """Is told what changed."""

    def world_changed(self, *, git: bool = False) -> None:
        """A file that some document depends on, or what git says."""

    def user_changed(self) -> None:
        """The user's own settings or credentials."""


class Watcher:
    """Looks at files that the client may not watch, as long as documents are open."""

    def __init__(
        self,
        documents: Documents,
        background: Background,
        *,
        seen: Callable[[], frozenset[Path]],
        environ: Callable[[], Mapping[str, str]],
        listener: Listener,
    ) -> None:
        """`seen` tells the files that checks looked at, `environ` the environment that settings are found by."""
        self._documents = documents
        self._background = background
        self._seen = seen
        self._environ = environ
        self._listener = listener
        self._git: dict[Path, Signature] = {}  # by the directory of documents
        self._others: tuple[frozenset[Path], Signature] = (frozenset(), ())
        self._user: Signature | None = None

    def begin(self, directory: Path) -> None:
        """A document was opened there: remember the state of git's files before git is asked."""
        if directory not in self._git:
            self._git[directory] = signature(git_files(directory))

    def remember_user(self, environ: Mapping[str, str]) -> None:
        """Remember the state of the user's own files before they are read. For a worker."""
        if self._user is None:
            self._user = signature(user_files(environ))

    async def run(self) -> None:
        """Look, again and again."""
        look = 0
        while True:
            await asyncio.sleep(INTERVAL)
            look += 1
            if any(text.is_lazy for text in self._documents):
                await self._look_at_git()
                await self._look_at_user()
                if look % _OTHERS_EVERY == 0:
                    await self._look_at_others()

    async def _look_at_git(self) -> None:
        before = dict(self._git)
        after = await self._background.run(lambda: {one: signature(git_files(one)) for one in before})
        self._git |= after
        if after != before:
            self._listener.world_changed(git=True)

    async def _look_at_user(self) -> None:
        environ = self._environ()
        found = await self._background.run(lambda: signature(user_files(environ)))
        before, self._user = self._user, found
        if before is not None and found != before:
            self._listener.user_changed()

    async def _look_at_others(self) -> None:
        seen = self._seen()
        before = self._others
        found = await self._background.run(lambda: signature(sorted(seen)))
        self._others = seen, found
        if before[0] == seen and before[1] != found:
            self._listener.world_changed()


def signature(paths: Iterable[Path]) -> Signature:
    """A value that is another one when one of the files changed."""
    found: list[tuple[str, int, int, int] | None] = []
    for path in paths:
        try:
            stat = path.stat()
        except (OSError, ValueError):
            found.append(None)
        else:
            found.append((str(path), stat.st_mtime_ns, stat.st_size, stat.st_ino))
    return tuple(found)


def git_files(directory: Path) -> list[Path]:
    """The files and directories of git that change with a commit, a checkout, a new tag, or a staged change."""
    found = git_directories(directory)
    return [] if found is None else _of_git(*found)


def git_directories(directory: Path) -> tuple[Path, Path] | None:
    """Git's own directory of the work tree, and the one with the refs, which several may share; None without git."""
    root = repository_root(directory)
    if root is None:
        return None
    there = root / ".git"
    if there.is_dir():
        return there, there
    own = root / _line(there).removeprefix("gitdir:").strip()  # a worktree or a submodule: the file says where
    return own, own / _line(own / "commondir")


def _of_git(own: Path, common: Path) -> list[Path]:
    head = own / "HEAD"
    branch = _line(head).removeprefix("ref:").strip()
    tags = common / "refs" / "tags"
    below = [path for path in tags.iterdir() if path.is_dir()] if tags.is_dir() else []
    return [head, own / "index", common / branch, common / "packed-refs", tags, *sorted(below)]


def _line(path: Path) -> str:
    try:
        return reader.read(path).decode("utf-8", "replace").partition("\n")[0].strip()
    except OSError:
        return ""


def user_files(environ: Mapping[str, str]) -> list[Path]:
    """The user's settings and where credentials lie: a login changes what a registry may be asked."""
    from lazyoci.registry.credentials import files
    from lazyoci.settings import path

    locations = [files.own(environ), *files.foreign(environ)]
    return [path(environ), *(location.path for location in locations)]
