"""Whether git ignores a path: what it ignores is made by a build, so that its absence proves nothing before one."""

from __future__ import annotations

import os.path
from pathlib import Path
from typing import TYPE_CHECKING

from lazyoci import gitignore

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    from lazyoci.world import Files


class Ignored:
    """The `.gitignore` files of a repository, each read once. A user's own excludes do not count: others lack them."""

    def __init__(self, files: Files, root: Path) -> None:
        self._files = files
        self._root = root
        self._specs: dict[Path, GitIgnoreSpec | None] = {}

    def holds(self, path: Path) -> bool:
        """Whether the files between the root and `path` exclude it; the last word is that of the nearest."""
        target = Path(os.path.abspath(path))  # noqa: PTH100  # resolve() would follow links
        if not target.is_relative_to(self._root):
            return False
        for level in target.parents:
            spec = self._spec(level)
            if spec is not None:
                relative = target.relative_to(level).as_posix()
                # the kind of what is not there is unknown, so a pattern for directories counts as well
                for text in (relative, relative + "/"):
                    said = spec.check_file(text).include
                    if said is not None:
                        return said
            if level == self._root:
                break
        return False

    def _spec(self, directory: Path) -> GitIgnoreSpec | None:
        if directory not in self._specs:
            self._specs[directory] = self._read(directory)
        return self._specs[directory]

    def _read(self, directory: Path) -> GitIgnoreSpec | None:
        try:
            text = self._files.read(directory / ".gitignore").decode("utf-8", "replace")
        except OSError:
            return None
        return gitignore.read(text.splitlines())
