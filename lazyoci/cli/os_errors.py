"""Reports errors of the operating system: a full disk, a deleted directory, a file without permission to read."""

from __future__ import annotations

import errno
import os
import sys

from lazyoci.cli.common import say


def report(error: OSError) -> int:
    """Report the error on stderr, and return the exit code."""
    reason = error.strerror or str(error)
    if _is_gone():
        say(
            "lazyoci: the working directory does not exist any more",
            "change to one that does: cd DIRECTORY",
            style="error",
        )
    elif error.filename is None and error.errno in (errno.ENOSPC, errno.EIO, errno.EBADF, errno.EFBIG, errno.EDQUOT):
        silence_stdout()
        say(f"lazyoci: the result cannot be written to stdout: {reason}", style="error")
    else:
        place = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
        say(f"lazyoci: {place}{reason}", style="error")
    return 1


def _is_gone() -> bool:
    try:
        os.getcwd()  # noqa: PTH109  # called only to see if it fails
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def silence_stdout() -> None:
    """Let nothing more go to stdout: the interpreter would try again at its end, and complain."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # it was closed from the beginning
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  # for the rest of the process
