"""Whether git ignores a path: builds create ignored files, so before a build they may be missing."""

from __future__ import annotations

import os.path
from pathlib import Path
from typing import TYPE_CHECKING

from lazyoci import gitignore

if TYPE_CHECKING:
    from lazyoci.world import Files


class Ignored:
    """The `.gitignore` files of a repository, each read once. The user's own excludes do not count."""

    def __init__(self, files: Files, root: Path) -> None:
        self._files = files
        self._root = root
        self._rules: dict[Path, gitignore.Rules] = {}

    def holds(self, path: Path) -> bool:
        """Whether the `.gitignore` files from the root down to `path` exclude it; the nearest one decides."""
        target = Path(os.path.abspath(path))  # noqa: PTH100  # resolve() would follow links
        if target == self._root or not target.is_relative_to(self._root):
            return False
        # a missing path may be a file or a directory, so patterns for directories count as well
        return gitignore.is_ignored(self._of(target.parent), str(target), ("", "/"))

    def _of(self, directory: Path) -> gitignore.Rules:
        if directory not in self._rules:
            above = () if directory == self._root else self._of(directory.parent)
            self._rules[directory] = gitignore.rules_of(str(directory), above, self._files.read)
        return self._rules[directory]
