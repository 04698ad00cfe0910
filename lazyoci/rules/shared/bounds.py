"""How far the paths of a `.lazy` file may lead: the repository it lies in, and what its user allows beyond."""

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
    root: str  # in the end, as all that is compared: links followed
    in_repository: bool
    real: Callable[[str], str]
    outside: tuple[str, ...]  # what the user allows

    @classmethod
    def of(cls, subject: Subject) -> Bounds:
        """Those of the file that is checked."""
        real: Callable[[str], str] = getattr(subject.world.files, "real", os.path.abspath)
        directory = real(str(subject.directory))
        root = subject.once(("repository at", directory), lambda: _root(subject, directory))
        return cls(str(subject.directory), root or directory, root is not None, real, _allowed(subject))

    def escape(self, path: str) -> str | None:
        """Where `path` leads, if that is outside; None where all is well."""
        if "\0" in path:
            return None  # names nothing
        goal = self.real(os.path.join(self.base, path))  # noqa: PTH118  # as text
        return goal if self.is_outside(goal) else None

    def is_outside(self, goal: str) -> bool:
        """Whether what lies at `goal` in the end, links followed, is out of bounds."""
        return not (_within(goal, self.root) or any(_within(goal, self.real(one)) for one in self.outside))


def _allowed(subject: Subject) -> tuple[str, ...]:
    """The directories of `--allow-outside`, and those that the user's environment names."""
    named = subject.world.environ.get(VARIABLE, "").split(os.pathsep)
    return (*subject.world.outside, *(one for one in named if Path(one).is_absolute()))


def _root(subject: Subject, directory: str) -> str | None:
    """The repository that holds a directory in the end, which a link in its name may hide."""
    if os.path.abspath(subject.directory) == directory:  # noqa: PTH100  # the usual case, known already
        known = repository_root(subject)
        return None if known is None else str(known)
    root = root_above(Path(directory), subject.world.files.kind)
    return None if root is None else str(root)


def _within(path: str, directory: str) -> bool:
    return path == directory or path.startswith(directory.rstrip(os.sep) + os.sep)


class _LeadsOut(Exception):
    """A directory of a chart lies outside: what it holds is not looked at."""


def chart_files_outside(subject: Subject, path: str, bounds: Bounds) -> Iterator[tuple[str, str]]:
    """What packing the chart in the directory `path` would read outside: its path, and where that leads.

    It is the same walk that packing does, through links to directories and past what `.helmignore` leaves out, so that
    nothing can be packed which was not looked at here. Where that walk ends with an error, no chart is packed.
    """
    from lazyoci.values.helm.chart_yaml import ChartError
    from lazyoci.values.helm.files import list_directory  # here and below: only where there are charts

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
            if is_link(place):  # else it lies where its directory does, which was looked at
                goal = bounds.real(place)
                if bounds.is_outside(goal):
                    yield shown(place), goal
    except _LeadsOut as error:
        yield shown(error.args[0]), error.args[1]
    except (ChartError, OSError):
        return  # told by other rules, and by packing itself


def _never(_path: str) -> bool:
    return False
