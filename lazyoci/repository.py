"""Where a git repository begins, by looking alone: nothing in it is read, and git is not asked."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path


def repository_root(directory: str | Path) -> Path | None:
    """The nearest directory upward on this disk that holds `.git`, links in its name followed; None without one."""
    try:
        place = Path(os.path.realpath(directory, strict=True))
    except (OSError, ValueError):
        return None
    return root_above(place)


def root_above(directory: Path, is_there: Callable[[Path], object] = os.path.lexists) -> Path | None:
    """The same for a directory whose name is taken as it is, by whoever looks: an editor, a test, the disk.

    `.git` is a directory, or a file in worktrees and submodules; whatever has that name counts. Looking is no error
    where a directory above may not be looked into.
    """
    return next((one for one in (directory, *directory.parents) if is_there(one / ".git")), None)
