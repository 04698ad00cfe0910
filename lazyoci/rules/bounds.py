"""How far the paths of a `.lazy` file may lead: the repository it lies in, and what its user allows beyond."""

from __future__ import annotations

import os.path
from collections.abc import Callable, Iterator
from pathlib import Path

from lazyoci.frozen import frozen
from lazyoci.rules.base import Subject
from lazyoci.rules.paths import kind, listing, repository_root

VARIABLE = "LAZYOCI_ALLOW_OUTSIDE"
_MOST = 20_000  # entries of a chart that are looked at; Helm loads no chart with more


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
        if _within(goal, self.root) or any(_within(goal, self.real(one)) for one in self.outside):
            return None
        return goal


def _allowed(subject: Subject) -> tuple[str, ...]:
    """The directories of `--allow-outside`, and those that the user's environment names."""
    named = subject.world.environ.get(VARIABLE, "").split(os.pathsep)
    return (*subject.world.outside, *(one for one in named if Path(one).is_absolute()))


def _root(subject: Subject, directory: str) -> str | None:
    """The repository that holds a directory in the end, which a link in its name may hide."""
    if os.path.abspath(subject.directory) == directory:  # noqa: PTH100  # the usual case, known already
        known = repository_root(subject)
        return None if known is None else str(known)
    for candidate in (Path(directory), *Path(directory).parents):
        if subject.world.files.kind(candidate / ".git"):
            return str(candidate)
    return None


def _within(path: str, directory: str) -> bool:
    return path == directory or path.startswith(directory.rstrip(os.sep) + os.sep)


def links_below(subject: Subject, path: str) -> Iterator[str]:
    """The links in a directory and below, as far as they are not links to directories themselves."""
    is_link: Callable[[str], bool] = getattr(subject.world.files, "is_link", _never)
    waiting, seen = [path.rstrip("/")], 0
    while waiting:
        here = waiting.pop()
        for name in listing(subject, here):
            seen += 1
            if seen > _MOST:
                return
            inner = f"{here}/{name}"
            if is_link(subject.place(inner)):
                yield inner
            elif kind(subject, inner) == "dir":
                waiting.append(inner)


def _never(_path: str) -> bool:
    return False
