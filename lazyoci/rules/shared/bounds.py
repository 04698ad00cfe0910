"""Where the paths of a `.lazy` file may lead: within its git repository, and to directories that the user allows."""

from __future__ import annotations

import os.path
from collections.abc import Callable, Iterator
from pathlib import Path

from lazyoci.frozen import frozen
from lazyoci.repository import root_above
from lazyoci.rules.base import Subject
from lazyoci.rules.shared.paths import Remembered, repository_root

VARIABLE = "LAZYOCI_ALLOW_OUTSIDE"


@frozen
class Bounds:
    """Where the paths of one file may lead."""

    base: str  # the directory of the file
    root: str  # all compared paths have their links resolved
    in_repository: bool
    real: Callable[[str], str]
    outside: tuple[str, ...]  # directories that the user allows

    @classmethod
    def of(cls, subject: Subject) -> Bounds:
        """The bounds of the file that is checked."""
        real: Callable[[str], str] = getattr(subject.world.files, "real", os.path.abspath)
        directory = real(str(subject.directory))
        root = subject.once(("repository at", directory), lambda: _root(subject, directory))
        return cls(str(subject.directory), root or directory, root is not None, real, _allowed(subject))

    def escape(self, path: str) -> str | None:
        """Where `path` leads, if that is out of bounds; else None."""
        if "\0" in path:
            return None  # no file can have such a name
        goal = self.real(os.path.join(self.base, path))  # noqa: PTH118  # as text
        return goal if self.is_outside(goal) else None

    def is_outside(self, goal: str) -> bool:
        """Whether `goal`, in which all links are resolved, is out of bounds."""
        return not (_within(goal, self.root) or any(_within(goal, self.real(one)) for one in self.outside))


def _allowed(subject: Subject) -> tuple[str, ...]:
    """The directories of `--allow-outside` and of the environment variable."""
    named = subject.world.environ.get(VARIABLE, "").split(os.pathsep)
    return (*subject.world.outside, *(one for one in named if Path(one).is_absolute()))


def _root(subject: Subject, directory: str) -> str | None:
    """The repository that contains `directory`, which links may have placed elsewhere than its path says."""
    if os.path.abspath(subject.directory) == directory:  # noqa: PTH100  # the usual case, known already
        known = repository_root(subject)
        return None if known is None else str(known)
    root = root_above(Path(directory), subject.world.files.kind)
    return None if root is None else str(root)


def _within(path: str, directory: str) -> bool:
    return path == directory or path.startswith(directory.rstrip(os.sep) + os.sep)


class _LeadsOut(Exception):
    """A directory of a chart is out of bounds, so its content is not read."""


def chart_files_outside(subject: Subject, path: str, bounds: Bounds) -> Iterator[tuple[str, str]]:
    """Each path out of bounds that packing the chart in the directory `path` would read, and where it leads.

    This walks through the directory exactly as packing does: it follows links to directories and skips what
    `.helmignore` excludes. So everything that is packed was checked here. If the walk fails, packing fails too.
    """
    from lazyoci.values.helm.chart_yaml import ChartError
    from lazyoci.values.helm.files import list_directory  # imported only if there are charts

    def real(directory: str) -> str:
        goal = bounds.real(directory)
        if bounds.is_outside(goal):
            raise _LeadsOut(directory, goal)
        return goal

    is_link: Callable[[str], bool] = getattr(subject.world.files, "is_link", _never)
    directory = subject.place(path.rstrip("/") or path)

    def shown(place: str) -> str:
        return f"{path.rstrip('/')}{place[len(directory) :]}"

    try:
        for place, _name in list_directory(Remembered(subject), directory, real=real):
            if is_link(place):  # other files are in their directory, which was checked
                goal = bounds.real(place)
                if bounds.is_outside(goal):
                    yield shown(place), goal
    except _LeadsOut as error:
        yield shown(error.args[0]), error.args[1]
    except (ChartError, OSError):
        return  # other rules and packing itself report this


def _never(_path: str) -> bool:
    return False
