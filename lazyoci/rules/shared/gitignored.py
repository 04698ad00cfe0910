"""Whether git ignores a path: what it ignores is made by a build, so that its absence proves nothing before one."""

from __future__ import annotations

import os.path
from pathlib import Path
from typing import TYPE_CHECKING

from lazyoci import gitignore

if TYPE_CHECKING:
    from lazyoci.world import Files


class Ignored:
    """The `.gitignore` files of a repository, each read once. A user's own excludes do not count: others lack them."""

    def __init__(self, files: Files, root: Path) -> None:
        self._files = files
        self._root = root
        self._rules: dict[Path, gitignore.Rules] = {}

    def holds(self, path: Path) -> bool:
        """Whether the files between the root and `path` exclude it; the last word is that of the nearest."""
        target = Path(os.path.abspath(path))  # noqa: PTH100  # resolve() would follow links
        if target == self._root or not target.is_relative_to(self._root):
            return False
        # the kind of what is not there is unknown, so a pattern for directories counts as well
        return gitignore.is_ignored(self._of(target.parent), str(target), ("", "/"))

    def _of(self, directory: Path) -> gitignore.Rules:
        if directory not in self._rules:
            above = () if directory == self._root else self._of(directory.parent)
            self._rules[directory] = gitignore.rules_of(str(directory), above, self._files.read)
        return self._rules[directory]
