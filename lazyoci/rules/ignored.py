"""Whether git ignores a path: what it ignores is made by a build, so that its absence proves nothing before one."""

from __future__ import annotations

import os.path
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lazyoci.world import Files


def is_ignored(files: Files, directory: Path, path: str) -> bool:
    """Whether the `.gitignore` files between the repository's root and `path`, seen from `directory`, exclude it.

    The user's own excludes are not asked, as other checkouts lack them.
    """
    target = Path(os.path.abspath(directory / path))  # noqa: PTH100  # resolve() would follow links
    levels: list[Path] = []
    for candidate in target.parents:
        levels.append(candidate)
        if files.kind(candidate / ".git"):
            break
    else:
        return False  # in no repository
    verdict: bool | None = None
    for level in reversed(levels):
        try:
            text = files.read(level / ".gitignore").decode("utf-8", "replace")
        except OSError:
            continue
        from pathspec import GitIgnoreSpec

        spec = GitIgnoreSpec.from_lines(text.splitlines())
        relative = target.relative_to(level).as_posix()
        # the kind of what is not there is unknown, so a pattern for directories counts as well
        for candidate_text in (relative + "/", relative):
            said = spec.check_file(candidate_text).include
            verdict = verdict if said is None else said
    return bool(verdict)
