"""Paths as a `.lazy` file writes them, relative to its directory: what is there, and what was meant otherwise."""

from __future__ import annotations

import os.path
from collections.abc import Callable, Iterator
from pathlib import Path

from lazyoci.config.model import FilesArtifact, HelmArtifact, ImageArtifact, Text
from lazyoci.config.suggest import suggest
from lazyoci.repository import root_above
from lazyoci.rules.base import Subject
from lazyoci.rules.shared.wording import quoted
from lazyoci.values.image_inputs import context_path
from lazyoci.world import glob
from lazyoci.world.title import is_absolute

_MOST_DIRECTORIES = 5_000  # listed for one glob; beyond that, what it matches stays unknown


def written(subject: Subject) -> Iterator[Text]:
    """Every path that the file writes; defaults are left out."""
    for artifact in subject.config.artifacts:
        if artifact.version_from is not None and artifact.version_from.file is not None:
            yield artifact.version_from.file
        if isinstance(artifact, ImageArtifact):
            yield from [text for text in (artifact.dockerfile, artifact.context) if text is not None]
            yield from [text for text in artifact.contexts.values() if context_path(text.value) == text.value]
        elif isinstance(artifact, HelmArtifact):
            yield artifact.chart_path
        elif isinstance(artifact, FilesArtifact):
            yield from [file.path for file in artifact.files]


def kind(subject: Subject, path: str) -> str:
    """`file`, `dir` or "", asked once per path."""
    place = subject.place(path)
    return subject.once(("kind at", place), lambda: subject.world.files.kind(place))


def is_absent(subject: Subject, path: str) -> bool:
    """Whether nothing is at `path` that should be.

    What git ignores is made by a build: before `build` itself, its absence proves nothing.
    """
    return not kind(subject, path) and (subject.building or not is_ignored(subject, path))


def is_ignored(subject: Subject, path: str) -> bool:
    """Whether a `.gitignore`, from the repository's root down, excludes `path`."""
    root = repository_root(subject)
    if root is None:
        return False
    from lazyoci.rules.shared.gitignored import Ignored  # only where something is missing

    ignored = subject.once("ignored", lambda: Ignored(subject.world.files, root))
    return ignored.holds(subject.directory / path)


def absence(subject: Subject, path: str) -> str:
    """What is wrong with a path at which neither a file nor a directory is, and what to do; as the end of a message."""
    odd = getattr(subject.world.files, "odd", None)  # files in memory have no such things
    found = subject.once(("odd", path), lambda: "" if odd is None else str(odd(subject.place(path))))
    if not found:
        return f"does not exist{remedy(subject, path)}"
    found = found if found.isprintable() else found.partition('"')[0].rstrip() or "is odd"
    return f"{found}; name a file or a directory, or put one there"


def remedy(subject: Subject, path: str) -> str:
    """What to do about a path at which nothing is, as the end of a message."""
    if "\\" in path and kind(subject, path.replace("\\", "/")):
        return f"; write {quoted(path.replace(chr(92), '/'))}"
    if is_absolute(path):
        return "; write it relative to the .lazy file"
    front, slash, name = path.rpartition("/")
    names = listing(subject, front + slash if slash else ".")
    if names and name:
        guess = suggest(name, [one for one in names if one != name])
        if guess is not None:
            return f"; did you mean {quoted(front + slash + guess.word)}?"
    meant = _from_root(subject, path)
    if meant:
        return f"; paths are relative to the directory of the .lazy file: write {quoted(meant)}"
    return "; paths are relative to the directory of the .lazy file"


def _from_root(subject: Subject, path: str) -> str:
    """The same path as it should be written, where it is relative to the root of the repository; empty if it is not."""
    root = repository_root(subject)
    directory = Path(os.path.abspath(subject.directory))  # noqa: PTH100  # resolve() would follow links
    if root is None or directory == root or not path or ".." in path.split("/"):
        return ""
    if not subject.world.files.kind(f"{root}/{path}"):
        return ""
    return os.path.relpath(f"{root}/{path}", directory).replace(os.sep, "/")


def listing(subject: Subject, path: str) -> tuple[str, ...]:
    """The names in a directory; none where it cannot be read."""

    def read() -> tuple[str, ...]:
        try:
            return tuple(subject.world.files.list(subject.place(path)))
        except (OSError, ValueError):
            return ()

    return subject.once(("list", path), read)


def read(subject: Subject, path: str) -> bytes | None:
    """The content of a file, None where it cannot be read."""

    def load() -> bytes | None:
        try:
            return subject.world.files.read(subject.place(path))
        except (OSError, ValueError):
            return None

    return subject.once(("read", path), load)


def matches(subject: Subject, path: str) -> tuple[str, ...] | None:
    """What a path of `files` means, sorted; None where it would take too long to know."""

    def look() -> tuple[str, ...] | None:
        try:
            return glob.expand(path, subject.directory, Remembered(subject), most=_MOST_DIRECTORIES)
        except glob.TooManyError:
            return None

    return subject.once(("glob", path), look)


class Remembered:
    """The files of a subject, each looked at once: for walks, of which several rules make the same."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._files = subject.world.files

    def kind(self, path: str | Path) -> str:
        return self._subject.once(("kind at", path), lambda: self._files.kind(path))

    def read(self, path: str | Path) -> bytes:
        return self._files.read(path)

    def list(self, path: str | Path) -> list[str]:
        return self._subject.once(("list at", path), lambda: self._files.list(path))

    def size(self, path: str) -> int:
        size: Callable[[str], int] = getattr(self._files, "size", _weightless)  # files in memory are few
        return self._subject.once(("size at", path), lambda: size(path))


def _weightless(_path: str) -> int:
    return 0


def repository_root(subject: Subject) -> Path | None:
    """The directory that holds `.git`, from the file's directory upward, as an absolute path; None without one."""

    def find() -> Path | None:
        directory = Path(os.path.abspath(subject.directory))  # noqa: PTH100  # resolve() would follow links
        return root_above(directory, subject.world.files.kind)

    return subject.once("repository", find)
