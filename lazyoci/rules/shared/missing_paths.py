"""What to say of a path where nothing is: what is wrong with it, and which path was probably meant."""

from __future__ import annotations

import os.path
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from lazyoci.config.suggest import suggest
from lazyoci.diagnostic import Fix
from lazyoci.rules.base import Subject
from lazyoci.rules.shared.fixes import write
from lazyoci.rules.shared.paths import kind, listing, repository_root
from lazyoci.rules.shared.wording import quoted
from lazyoci.world.title import is_absolute
from lazyoci.yaml.nodes import Scalar

_MOST_GUESSES = 5  # similar names that are looked at: not all of them are what is wanted, such as a directory


class Absence(NamedTuple):
    """The end of a message about a path that does not exist, and the path to write instead, if one is likely.

    `certain`: it is another spelling of the same path.
    """

    words: str
    instead: str = ""
    certain: bool = False

    def fix(self, subject: Subject, node: Scalar) -> Fix | None:
        """The fix, where it is certain."""
        return write(subject.source, node, self.instead) if self.certain else None

    def choices(self, subject: Subject, node: Scalar) -> tuple[Fix, ...]:
        """What to offer, where it is not."""
        found = write(subject.source, node, self.instead) if self.instead and not self.certain else None
        return () if found is None else (found,)


def absence(subject: Subject, path: str, fits: Callable[[str], bool]) -> Absence:
    """What to say of `path`; `fits` tells of a path that exists whether it could be meant here."""
    odd = getattr(subject.world.files, "odd", None)  # files in memory are never pipes or devices
    found = subject.once(("odd", path), lambda: "" if odd is None else str(odd(subject.place(path))))
    if found:
        found = found if found.isprintable() else found.partition('"')[0].rstrip() or "is odd"
        return Absence(f"{found}; name a file or a directory, or put one there")
    if "\\" in path and fits(slashed := path.replace("\\", "/")):
        return Absence(f"does not exist; write {quoted(slashed)}", slashed, True)
    if is_absolute(path):
        return Absence("does not exist; write it relative to the .lazy file")
    similar = _similar(subject, path, fits)
    if similar:
        return Absence(f"does not exist; did you mean {quoted(similar)}?", similar)
    meant = _from_root(subject, path)
    relative = "does not exist; paths are relative to the directory of the .lazy file"
    if meant and fits(meant):
        return Absence(f"{relative}: write {quoted(meant)}", meant)
    return Absence(relative)


def is_file(subject: Subject) -> Callable[[str], bool]:
    """Whether there is a file at a path."""
    return lambda path: kind(subject, path) == "file"


def is_directory(subject: Subject) -> Callable[[str], bool]:
    """Whether there is a directory at a path."""
    return lambda path: kind(subject, path) == "dir"


def exists(subject: Subject) -> Callable[[str], bool]:
    """Whether there is anything at a path."""
    return lambda path: bool(kind(subject, path))


def _similar(subject: Subject, path: str, fits: Callable[[str], bool]) -> str:
    """The path with each name in it that does not exist replaced by the most similar one; empty if there is none."""
    front, names = "", path.split("/")
    for place, name in enumerate(names):
        last = place == len(names) - 1
        right = fits if last else is_directory(subject)
        if name not in ("", ".", "..") and not kind(subject, front + name):
            name = _most_similar(subject, front, name, right)
        if not name and place:
            return ""
        front += name if last else f"{name}/"
    return front if front != path and fits(front) else ""


def _most_similar(subject: Subject, front: str, name: str, fits: Callable[[str], bool]) -> str:
    """The most similar name in a directory, of those that fit; empty if there is none."""
    names = list(listing(subject, front or "."))
    for _ in range(_MOST_GUESSES):
        guess = suggest(name, names) if names else None
        if guess is None:
            return ""
        if fits(front + guess.word):
            return guess.word
        names.remove(guess.word)
    return ""


def _from_root(subject: Subject, path: str) -> str:
    """How to write a path that was given relative to the repository's root; empty if it was not."""
    root = repository_root(subject)
    directory = Path(os.path.abspath(subject.directory))  # noqa: PTH100  # resolve() would follow links
    if root is None or directory == root or not path or ".." in path.split("/"):
        return ""
    if not subject.world.files.kind(f"{root}/{path}"):
        return ""
    return os.path.relpath(f"{root}/{path}", directory).replace(os.sep, "/")
