"""The World of one run, and the user interface (`Face`) that uses it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lazyoci.frozen import field, frozen, replace
from lazyoci.world.files import Disk, Files
from lazyoci.world.git import Git, NoGit, RealGit
from lazyoci.world.stated import Stated

if TYPE_CHECKING:
    from lazyoci.world.ci.facts import Told
    from lazyoci.world.occasion import Occasion
    from lazyoci.world.version_line import Line, Lines


class Face(IntEnum):
    """The user interface that asks; it decides how severe a missing value is."""

    FILE = 0  # validate and the hook: only what the file itself says
    EDITOR = 1  # editor and preview: with git, a missing value is information
    BUILD = 2  # build: a missing value is an error


def _now() -> datetime:
    return datetime.now(UTC)


@frozen
class World:
    """All that a check may use besides the file. `tag` is `--tag`, `stated` `--occasion`, `variables` `--var`.

    `now` is determined once, so that a run has only one Timestamp.
    """

    files: Files = field(default_factory=Disk)
    git: Git = field(default_factory=NoGit)
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, hidden=True)  # it holds tokens and passwords
    clock: Callable[[], datetime] = _now
    tag: str = ""
    face: Face = Face.FILE
    memo: dict[str, Any] = field(default_factory=dict, hidden=True)  # cached results that hold for every directory
    stated: Stated = field(default_factory=Stated)
    default_branch: str = ""  # what the project's settings name
    variables: Mapping[str, str] = field(default_factory=dict)
    outside: tuple[str, ...] = ()  # directories beyond the repository that the user allows
    _moment: list[datetime] = field(default_factory=list, hidden=True)
    _told: list[Told | None] = field(default_factory=list, hidden=True)

    @property
    def now(self) -> datetime:
        """The moment of this run, in UTC."""
        if not self._moment:
            self._moment.append(self.clock().astimezone(UTC))
        return self._moment[0]

    def at(self, moment: datetime) -> World:
        """The same, but that it is this moment."""
        return replace(self, clock=lambda: moment, _moment=[])

    def occasion(self, directory: Path, line: Line | None = None, lines: Lines | None = None) -> Occasion:
        """Why this run runs, for a file in `directory`, or for an artifact there with a line of versions of its own.

        `lines` are those of all artifacts of the file.
        """
        from lazyoci.world import ci  # few templates ask
        from lazyoci.world.occasion import Occasion

        if not self._told:
            self._told.append(ci.told(self.environ, self.files))
        told = self._told[0]
        return Occasion(
            self.environ,
            self.tag,
            self.stated,
            told,
            lambda: self.git.state(directory),
            self.default_branch,
            line,
            lines,
        )

    @property
    def has_git(self) -> bool:
        """Whether git may be asked."""
        return not isinstance(self.git, NoGit)


def real(
    *,
    tag: str = "",
    face: Face = Face.FILE,
    git: bool | None = None,
    stated: Stated | None = None,
    variables: Mapping[str, str] | None = None,
    outside: tuple[str, ...] = (),
) -> World:
    """The World of this machine. Git is asked by every face but the hook's, unless `git` says otherwise."""
    ask = face is not Face.FILE if git is None else git
    return World(
        git=RealGit() if ask else NoGit(),
        tag=tag,
        face=face,
        stated=Stated() if stated is None else stated,
        variables=variables or {},
        outside=outside,
    )
