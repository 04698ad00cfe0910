"""Checks a long list of files in two processes at once, where the machine has the processors for it.

The second one is this program again, `python -m lazyoci.half`: it reads paths and answers with what it found. Threads
would not help, as Python runs one at a time.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from lazyoci.judge import Findings, Judge

ENOUGH = 300  # files; with fewer, the second process is not worth its start
_HEAD_START = 60  # files that are checked while it starts


class Share(NamedTuple):
    """What was found in some of the files; of those with nothing to say only the number is kept."""

    files: int
    failed: bool
    found: list[Findings]


def check(paths: Sequence[Path]) -> Share:
    """Check files one after the other; raises OSError where one cannot be read."""
    judge = Judge()
    found = []
    for path in paths:
        content = judge.read(path)
        if content is None:
            raise OSError(judge.unreadable[-1])
        file = judge.check(content, path)
        if file.diagnostics:
            found.append(file)
    return Share(judge.files, judge.failed, found)


def check_all(paths: Sequence[Path]) -> list[Share]:
    """Check files, in shares in their order; raises OSError also where the second process failed."""
    if len(paths) < ENOUGH or _processors() < 2 or not sys.executable:
        return [check(paths)]
    import pickle
    from subprocess import DEVNULL, PIPE, Popen  # costs more than it saves where there are few files

    middle = (len(paths) + _HEAD_START) // 2
    names = "\0".join(str(path) for path in paths[middle:]).encode("utf-8", "surrogateescape")
    # -P: the directory that is checked is no place to import from
    command = [sys.executable, "-P", "-m", "lazyoci.half"]
    with Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(names)
            process.stdin.close()
            first = check(paths[:middle])
            answer = process.stdout.read()
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise OSError("the second process failed")
    return [first, Share(*pickle.loads(answer))]


def _processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def main() -> None:
    """The second process: paths on standard input, its share on standard output. What goes wrong, the first says."""
    import gc
    import pickle

    gc.disable()
    names = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
    share = check([Path(name) for name in names.split("\0")])
    sys.stdout.buffer.write(pickle.dumps(tuple(share)))


if __name__ == "__main__":
    main()
