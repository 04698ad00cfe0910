"""Paths as a `.lazy` file writes them, relative to its directory: what is there, and what was meant otherwise."""

from __future__ import annotations

import os.path
from collections.abc import Iterator
from pathlib import Path

from lazyoci.config.model import FilesArtifact, HelmArtifact, ImageArtifact, Text
from lazyoci.config.suggest import suggest
from lazyoci.rules.base import Subject
from lazyoci.rules.characters import is_absolute, is_magic
from lazyoci.rules.words import quoted

_MOST_DIRECTORIES = 5_000  # listed for one glob; beyond that, what it matches stays unknown
_DEEPEST = 100  # directories below each other


def written(subject: Subject) -> Iterator[Text]:
    """Every path that the file writes; defaults are left out."""
    for artifact in subject.config.artifacts:
        if isinstance(artifact, ImageArtifact):
            yield from [text for text in (artifact.dockerfile, artifact.context) if text is not None]
        elif isinstance(artifact, HelmArtifact):
            yield artifact.chart_path
        elif isinstance(artifact, FilesArtifact):
            yield from [file.path for file in artifact.files]


def kind(subject: Subject, path: str) -> str:
    """`file`, `dir` or "", asked once per path."""
    return subject.once(("kind", path), lambda: subject.world.files.kind(subject.place(path)))


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
    from lazyoci.rules.ignored import Ignored  # only where something is missing

    ignored = subject.once("ignored", lambda: Ignored(subject.world.files, root))
    return ignored.holds(subject.directory / path)


def remedy(subject: Subject, path: str) -> str:
    """What to do about a path at which nothing is, as the end of a message."""
    if "\\" in path and kind(subject, path.replace("\\", "/")):
        return f"; write {quoted(path.replace(chr(92), '/'))}"
    if is_absolute(path):
        return "; write it relative to the .lazy file"
    front, slash, name = path.rpartition("/")
    names = listing(subject, front + slash if slash else ".")
    if names and name:
        guess = suggest(name, names)
        if guess is not None:
            return f"; did you mean {quoted(front + slash + guess.word)}?"
    return "; paths are relative to the directory of the .lazy file"


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


def matches(subject: Subject, pattern: str) -> tuple[str, ...] | None:
    """What a glob matches, as Python's `glob` does it, sorted; None where it would take too long to know."""
    return subject.once(("glob", pattern), lambda: _Glob(subject).expand(pattern))


class _TooMany(Exception):
    """The glob looks at too many directories."""


class _Glob:
    """One expansion. Hidden names are matched only by a pattern that begins with a dot; `**` is any depth."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._left = _MOST_DIRECTORIES

    def expand(self, pattern: str) -> tuple[str, ...] | None:
        parts = [part for part in pattern.replace(os.sep, "/").split("/") if part]
        front = "/" if pattern.startswith("/") else ""
        try:
            found = set(self._expand(front, parts))
        except _TooMany:
            return None
        found.discard("")
        if "**" in pattern:  # with their directories, files would be there twice
            found = {path for path in found if kind(self._subject, path) != "dir"}
        return tuple(sorted(found))

    def _expand(self, front: str, parts: list[str]) -> list[str]:
        if not parts:
            path = front.rstrip("/") or front
            return [path] if kind(self._subject, path or ".") else []
        part, rest = parts[0], parts[1:]
        if part == "**":
            if front and kind(self._subject, front.rstrip("/") or front) != "dir":
                return []
            found = self._expand(front, rest)
            for name in self._names(front):
                if not name.startswith("."):
                    if kind(self._subject, front + name) == "dir":
                        found += self._expand(f"{front}{name}/", parts)
                    elif not rest:
                        found.append(front + name)
            return found
        if not is_magic(part):
            if rest:
                return self._expand(f"{front}{part}/", rest)
            return [front + part] if kind(self._subject, front + part) else []
        from fnmatch import fnmatch

        found = []
        for name in self._names(front):
            if fnmatch(name, part) and (part.startswith(".") or not name.startswith(".")):
                if not rest:
                    found.append(front + name)
                elif kind(self._subject, front + name) == "dir":
                    found += self._expand(f"{front}{name}/", rest)
        return found

    def _names(self, front: str) -> tuple[str, ...]:
        self._left -= 1
        if self._left < 0 or front.count("/") > _DEEPEST:
            raise _TooMany
        return listing(self._subject, front or ".")


def title(path: str) -> str:
    """The title of the layer that a file becomes: its path, relative and plain; of one outside, its name alone."""
    parts = [part for part in os.path.normpath(path).replace(os.sep, "/").split("/") if part not in ("", ".")]
    if is_absolute(path) or ".." in parts:
        parts = parts[-1:]
    return "/".join(parts)


def leads_out(path: str) -> bool:
    """Whether a relative path leaves the directory of the `.lazy` file."""
    return not is_absolute(path) and os.path.normpath(path).replace(os.sep, "/").split("/")[0] == ".."


def repository_root(subject: Subject) -> Path | None:
    """The directory that holds `.git`, from the file's directory upward, as an absolute path; None without one."""

    def find() -> Path | None:
        directory = Path(os.path.abspath(subject.directory))  # noqa: PTH100  # resolve() would follow links
        for candidate in (directory, *directory.parents):
            if subject.world.files.kind(candidate / ".git"):
                return candidate
        return None

    return subject.once("repository", find)
