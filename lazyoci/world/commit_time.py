"""The time of the checked-out commit, which makes images reproducible: it does not depend on who builds when."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from lazyoci.repository import repository_root
from lazyoci.world import git_program

_COMMITTED = re.compile(r"^committer .*> (\d{1,11}) [+-]\d{4}$", re.MULTILINE)


def commit_time(directory: Path, environ: Mapping[str, str] | None = None) -> tuple[int | None, str]:
    """The commit time of HEAD in seconds since 1970; or None, with the reason if there is a repository.

    The commit object is read, because `git log` might do more, depending on its configuration.
    """
    root = repository_root(directory)
    if root is None:
        return None, ""
    from lazyoci import programs

    try:
        running = git_program.start(root, ("cat-file", "commit", "HEAD"), os.environ if environ is None else environ)
        answer = running.answer(git_program.TIMEOUT)
    except programs.TimedOut:
        return None, f"git did not answer within {git_program.TIMEOUT:g} s"
    except OSError as error:
        return None, git_program.no_git(error)
    if answer.code:
        return None, git_program.failure(answer.err, root)
    head, _, _ = answer.out.partition("\n\n")  # the message may say anything
    found = _COMMITTED.search(head)
    return (int(found[1]), "") if found is not None else (None, "the commit names no time")
