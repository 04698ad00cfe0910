"""A lock on an open file, held until it is closed or its process ends, however that ends."""

from __future__ import annotations

import sys
from typing import BinaryIO

_FAR = 1 << 40  # the byte that is locked on Windows, where locked bytes cannot be read by others


def try_lock(file: BinaryIO) -> bool:
    """Lock `file` for this opening of it; False when another opening, here or in another process, has it locked."""
    try:
        if sys.platform == "win32":
            import msvcrt

            at = file.tell()
            file.seek(_FAR)
            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            finally:
                file.seek(at)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
