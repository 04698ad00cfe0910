"""Locks on open files, held until the file is closed or the process ends, even if it is killed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_FAR = 1 << 40  # the byte to lock on Windows, far behind the content, because others cannot read a locked byte


def try_lock(file: BinaryIO) -> bool:
    """Lock an open file; False if it is locked already, by another process or another open file of this one."""
    return _lock(file, wait=False)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait for the lock on the file at `path`, and hold it; others that ask for it wait too.

    On a file system without locks, nothing is locked. Raises FileNotFoundError.
    """
    while True:
        file = path.open("r+b" if sys.platform == "win32" else "rb")
        with file:
            _lock(file, wait=True)
            if is_at(file, path):  # otherwise the file was replaced meanwhile, and the new one must be locked
                yield
                return


def is_at(file: BinaryIO, path: Path) -> bool:
    """Whether an open file is the one at `path`."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _lock(file: BinaryIO, *, wait: bool) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            at = file.tell()
            file.seek(_FAR)
            try:
                while True:
                    try:
                        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
                        break
                    except OSError:  # Windows gives up waiting after ten seconds
                        if not wait:
                            raise
            finally:
                file.seek(at)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return True
