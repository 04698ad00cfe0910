"""Worlds made of values, for tests: files in memory, a git state that is told, a clock that stands still."""

from __future__ import annotations

import os.path
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lazyoci.world import Face, Git, GitState, Nearest, NoGit, World
from lazyoci.world.version_line import Line
from lazyoci.world.version_tags import GitTag

NOON = datetime(2026, 1, 2, 12, 0, 0, tzinfo=UTC)
ROOT = Path("/repo")  # where the files of a described World lie


class MemoryFiles:
    """Files by absolute path; directories exist as far as files lie in them, or where a name ends in a slash."""

    def __init__(self, files: Mapping[str, str | bytes], root: Path = ROOT) -> None:
        self._content: dict[str, bytes] = {}
        self._directories = {_plain(root)}
        for name, content in files.items():
            path = _plain(root / name)
            parent = os.path.dirname(path)  # noqa: PTH120  # plain text, as everything here
            if name.endswith("/"):
                parent = path
            else:
                self._content[path] = content.encode() if isinstance(content, str) else content
            while parent not in self._directories and parent != os.path.dirname(parent):  # noqa: PTH120
                self._directories.add(parent)
                parent = os.path.dirname(parent)  # noqa: PTH120

    def kind(self, path: str | Path) -> str:
        plain = _plain(path)
        if str(path).endswith("/") and plain in self._content:
            return ""  # as on a disk: nothing lies below a file
        return "file" if plain in self._content else "dir" if plain in self._directories else ""

    def read(self, path: str | Path) -> bytes:
        try:
            return self._content[_plain(path)]
        except KeyError:
            raise FileNotFoundError(2, "No such file or directory", str(path)) from None

    def odd(self, path: str) -> str:
        return ""

    def list(self, path: str | Path) -> list[str]:
        plain = _plain(path)
        if plain not in self._directories:
            raise FileNotFoundError(2, "No such file or directory", str(path))
        inside = [one for one in (*self._content, *self._directories) if os.path.dirname(one) == plain != one]  # noqa: PTH120
        return sorted(os.path.basename(one) for one in inside)  # noqa: PTH119


def _plain(path: str | Path) -> str:
    return os.path.normcase(os.path.abspath(path))  # noqa: PTH100  # resolve() would look at the disk


@dataclass(frozen=True, slots=True)
class StillGit:
    """Git that always gives one state."""

    told: GitState

    def state(self, directory: Path) -> GitState:
        return self.told

    def nearest(self, directory: Path, line: Line) -> Nearest:
        """On HEAD, or of those that were told the highest, so many commits back."""
        here = line.highest([tag.name for tag in self.told.tags if tag.commit == self.told.sha_long])
        if here or self.told.reason:
            return Nearest(here, 0, self.told.reason)
        return Nearest(line.highest([tag.name for tag in self.told.tags]), self.told.distance)


def world(
    files: Mapping[str, str | bytes] | None = None,
    *,
    git: GitState | None = None,
    environ: Mapping[str, str] | None = None,
    tag: str = "",
    face: Face = Face.FILE,
    root: Path = ROOT,
) -> World:
    """A World of these facts and no others. Without `git`, the hook has none and other faces see no repository."""
    asked: Git = StillGit(git or GitState(reason="the directory is not in a git repository"))
    if git is None and face is Face.FILE:
        asked = NoGit()
    return World(MemoryFiles(files or {}, root), asked, environ or {}, lambda: NOON, tag, face)


def described(facts: Mapping[str, Any]) -> World:
    """The World that a NAME.world.json describes (tests/golden/README.md)."""
    files = {name: _text(content) for name, content in facts.get("files", {}).items()}
    git = facts.get("git")
    if git is not None:
        git |= {"changed": tuple(git.get("changed", ())), "tags": tuple(GitTag(*one) for one in git.get("tags", ()))}
    return world(
        files,
        git=None if git is None else GitState(**git),
        environ=facts.get("environ"),
        tag=facts.get("tag", ""),
        face=Face[facts.get("face", "file").upper()],
    )


def _text(content: str | Sequence[str]) -> str:
    return content if isinstance(content, str) else "".join(f"{line}\n" for line in content)
