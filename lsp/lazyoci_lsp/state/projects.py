"""What a project has that may be published, and where to: looked for in the background, as `lazyoci init` does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from lazyoci_lsp.workers import Background

if TYPE_CHECKING:
    from lazyoci.init.draft import Draft

T = TypeVar("T")
_MAX_AGE = 20.0  # seconds after which a project is looked at again, once somebody asks
_MOST = 2_000  # directories that are searched
_MOST_FOUND = 500  # Dockerfiles and charts that are read


@dataclass(frozen=True, slots=True)
class Project:
    """A directory and what is below it. Paths are relative to it.

    `repository` is where the git remote's registry would have it; empty where none is known.
    """

    name: str = ""
    repository: str = ""
    web: str = ""  # where people read it, by the git remote
    drafts: tuple[Draft, ...] = ()  # images and charts that could be published, as `lazyoci init` would write them
    dockerfiles: tuple[str, ...] = ()
    charts: tuple[str, ...] = ()  # their directories


@dataclass(slots=True)
class _Known(Generic[T]):
    value: T
    good_until: float = 0.0  # by the loop's clock
    running: bool = False


class Projects:
    """Projects by their directory. For the main loop; where not `trusted`, nothing is looked at."""

    def __init__(self, background: Background, trusted: Callable[[], bool]) -> None:
        self._background = background
        self._trusted = trusted
        self._projects: dict[Path, _Known[Project]] = {}
        self._files: dict[Path, _Known[Draft | None]] = {}

    def look(self, directory: Path) -> None:
        """A document there was checked: somebody may want to write in it."""
        if directory not in self._projects:
            self.project(directory)

    def project(self, directory: Path) -> tuple[Project, bool]:
        """The project of a directory as far as is known now, and whether more is to come."""
        known = self._projects.setdefault(directory, _Known(Project()))
        return self._current(known, lambda: survey(directory))

    def files(self, directory: Path) -> tuple[Draft | None, bool]:
        """The artifact of files that `lazyoci init` would write, and whether more is to come.

        To find one that is no secret, files are read that no `.lazy` file names: only once somebody asks for it.
        """
        known = self._files.setdefault(directory, _Known(None))
        return self._current(known, lambda: offered(directory))

    def _current(self, known: _Known[T], look: Callable[[], T]) -> tuple[T, bool]:
        if not self._trusted():
            return known.value, False
        first = not known.good_until
        if not known.running and known.good_until <= asyncio.get_running_loop().time():
            known.running = True
            self._background.spawn(self._look(known, look))
        return known.value, first

    async def _look(self, known: _Known[T], look: Callable[[], T]) -> None:
        try:
            known.value = await self._background.run(look)
        finally:
            known.running = False
            known.good_until = asyncio.get_running_loop().time() + _MAX_AGE


def survey(directory: Path) -> Project:
    """Look for Dockerfiles and charts. Asks git for its remote; for a worker."""
    from itertools import islice

    from lazyoci.init import survey as below
    from lazyoci.init.draft import drafts
    from lazyoci.init.remote import find_home
    from lazyoci.walk import walk

    home = find_home(directory)
    seen = 0

    def skipped(name: str) -> bool:
        nonlocal seen
        seen += 1
        return seen > _MOST or below.is_skipped(name)

    wanted = list(islice(walk(directory, lambda _: None, below.is_wanted, skipped), _MOST_FOUND))
    names = [(path.name, path.relative_to(directory)) for path in wanted]
    return Project(
        home.project,
        home.repository,
        _web(directory),
        tuple(drafts(below.survey(directory, wanted), home)),
        tuple(path.as_posix() for name, path in names if name not in ("Chart.yaml", ".lazy")),
        tuple(path.parent.as_posix() for name, path in names if name == "Chart.yaml" and path.parent != Path()),
    )


def _web(directory: Path) -> str:
    from lazyoci.repository import repository_root
    from lazyoci.world.remote import remotes, source_url

    root = repository_root(directory)
    listed = remotes(root)[0] if root is not None else None
    return source_url(listed, root) if listed is not None and root is not None else ""


def offered(directory: Path) -> Draft | None:
    """The files that a build left, or another one, as an artifact; for a worker."""
    from lazyoci.init.draft import files
    from lazyoci.init.offers import offer
    from lazyoci.init.remote import find_home

    found = offer(directory)
    return files(found, find_home(directory)) if found is not None and found.paths else None
