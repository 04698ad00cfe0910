"""Files that may contain secrets: only their owner can read them, one process at a time changes them, atomically."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lazyoci import reader
from lazyoci.errors import SettingsError

_LIMIT = 32 * reader.MIB  # far more than any program writes


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """Lock `path` while it is read, changed and written; other processes wait until this ends.

    Also removes unfinished files of killed processes, which may contain a password. The lock is on an empty
    file beside it, and ends with the process in any case. A thread must not lock twice.
    """
    target = Path(os.path.realpath(path))
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(target.parent / f".{target.name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        yield  # no file can be created here, which `write` reports
        return
    try:
        _wait_for(lock)
        _sweep(target)
        yield
    finally:
        os.close(lock)


if sys.platform == "win32":
    import msvcrt

    def _wait_for(lock: int) -> None:
        while True:
            try:
                msvcrt.locking(lock, msvcrt.LK_LOCK, 1)
            except OSError:  # it gives up after ten seconds
                continue
            return
else:
    import fcntl

    def _wait_for(lock: int) -> None:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError:
            return  # some network file systems have no locks: continue without


def _sweep(target: Path) -> None:
    """Remove the temporary files that `write` left beside `target` when its process was killed."""
    left = re.compile(re.escape(f".{target.name}.") + "[a-z0-9_]{8}")
    for one in target.parent.iterdir():
        if left.fullmatch(one.name) and one.is_file():
            one.unlink(missing_ok=True)


def write(path: Path, text: str) -> None:
    """Replace the content of `path` by `text` (UTF-8, mode 0600, a new directory 0700); raise SettingsError.

    A symlink stays one: the file that it points to is replaced. After a crash the file is the old one or the new one.
    Call this only within `changing`.
    """
    target = Path(os.path.realpath(path))
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        import tempfile  # brings in much, and only what is written needs it

        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)  # made with mode 0600
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror or error}") from None


def read(path: Path) -> str | None:
    """The text of `path` (UTF-8), None if there is no such file; raise SettingsError for one that cannot be read."""
    try:
        return reader.read(path, _LIMIT).decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SettingsError(f"{path}:{line}: not UTF-8 text") from None
