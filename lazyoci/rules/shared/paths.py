"""Paths as written in a `.lazy` file, relative to its directory: what is there."""

from __future__ import annotations

import os.path
from collections.abc import Callable, Iterator
from pathlib import Path

from lazyoci.config.model import Config, FilesArtifact, HelmArtifact, ImageArtifact, Text
from lazyoci.repository import root_above
from lazyoci.rules.base import Subject
from lazyoci.values.image_inputs import context_path
from lazyoci.world import glob

_MOST_DIRECTORIES = 5_000  # directories listed for one glob; with more, its matches stay unknown


def written(subject: Subject) -> Iterator[Text]:
    """Every path that is written in the file, without defaults."""
    yield from written_in(subject.config)


def written_in(config: Config) -> Iterator[Text]:
    """The same of a decoded file."""
    for artifact in config.artifacts:
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
    """Whether nothing exists at `path`, although something should.

    Builds create files that git ignores, so before `build` such a path does not count as absent.
    """
    return not kind(subject, path) and (subject.building or not is_ignored(subject, path))


def is_ignored(subject: Subject, path: str) -> bool:
    """Whether a `.gitignore`, from the repository's root down, excludes `path`."""
    root = repository_root(subject)
    if root is None:
        return False
    from lazyoci.rules.shared.gitignored import Ignored  # imported only if something is missing

    ignored = subject.once("ignored", lambda: Ignored(subject.world.files, root))
    return ignored.holds(subject.directory / path)


def listing(subject: Subject, path: str) -> tuple[str, ...]:
    """The names in a directory; empty if it cannot be read."""

    def read() -> tuple[str, ...]:
        try:
            return tuple(subject.world.files.list(subject.place(path)))
        except (OSError, ValueError):
            return ()

    return subject.once(("list", path), read)


def read(subject: Subject, path: str) -> bytes | None:
    """The content of a file; None if it cannot be read."""

    def load() -> bytes | None:
        try:
            return subject.world.files.read(subject.place(path))
        except (OSError, ValueError):
            return None

    return subject.once(("read", path), load)


def matches(subject: Subject, path: str) -> tuple[str, ...] | None:
    """The paths that a path or glob of `files` matches, sorted; None if it would take too long to find out."""

    def look() -> tuple[str, ...] | None:
        try:
            return glob.expand(path, subject.directory, Remembered(subject), most=_MOST_DIRECTORIES)
        except glob.TooManyError:
            return None

    return subject.once(("glob", path), look)


class Remembered:
    """The files of a subject, each looked up once, as several rules walk through the same directories."""

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
    """The absolute path of the nearest directory with `.git`, from the file's directory upward, or None."""

    def find() -> Path | None:
        directory = Path(os.path.abspath(subject.directory))  # noqa: PTH100  # resolve() would follow links
        return root_above(directory, subject.world.files.kind)

    return subject.once("repository", find)
