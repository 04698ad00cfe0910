"""Where a git repository begins, by looking alone: nothing in it is read, and git is not asked."""

from __future__ import annotations

import os
from pathlib import Path


def repository_root(directory: str | Path) -> Path | None:
    """The nearest directory upward that holds `.git` (a directory, or a file in worktrees and submodules)."""
    try:
        place = Path(os.path.realpath(directory, strict=True))
    except (OSError, ValueError):
        return None
    for candidate in (place, *place.parents):
        if os.path.lexists(candidate / ".git"):  # no error where a directory above may not be looked into
            return candidate
    return None
