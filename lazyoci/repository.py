"""Finds the root of a git repository by looking for `.git`, without reading it or asking git."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path


def repository_root(directory: str | Path) -> Path | None:
    """The nearest directory upward on this disk that has `.git`, after following links; None if there is none."""
    try:
        place = Path(os.path.realpath(directory, strict=True))
    except (OSError, ValueError):
        return None
    return root_above(place)


def root_above(directory: Path, is_there: Callable[[Path], object] = os.path.lexists) -> Path | None:
    """The nearest directory upward with `.git`, by its name alone. `is_there` tells whether a path exists.

    `.git` is a directory, or a file in worktrees and submodules; anything of that name counts. A directory above that
    cannot be read is no error.
    """
    return next((one for one in (directory, *directory.parents) if is_there(one / ".git")), None)
