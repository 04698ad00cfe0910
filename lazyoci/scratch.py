"""Temporary files and directories. If a run is killed, the next run removes what it left.

Each one is locked as long as it is used, and the lock ends with the process, even if that is killed. Whoever makes a
new one also looks for others in the same directory: those that are not locked are removed.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

from lazyoci.errors import LazyociError
from lazyoci.locks import is_at, try_lock

PREFIX = "lazyoci-"  # in the directory for temporary files
PARTIAL = ".partial-"  # beside what it will become
_OWNER = ".owner"  # the file in a temporary directory that is locked
_RANDOM = re.compile(r"[0-9a-f]{16}")
_TRIES = 5  # on a file system without locks, the last try is used without one
_FLAGS = os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)


@contextmanager
def directory(parent: Path | None = None, prefix: str = PREFIX) -> Iterator[Path]:
    """A new directory in `parent`, else in the system's for temporary files; removed with its content afterwards.

    Raises LazyociError if none can be made.
    """
    place = parent or _place()
    try:
        place.mkdir(parents=True, exist_ok=True)
        sweep(place, prefix)
        path, owner = _new_directory(place, prefix)
    except OSError as error:
        raise LazyociError(
            f"no temporary directory can be made in {place}: {error.strerror or error}",
            hint="make room there" if parent else "set TMPDIR to a directory with room that you may write to",
        ) from error
    try:
        yield path
    finally:
        _remove(path, owner)


@contextmanager
def file(parent: Path, prefix: str = PARTIAL) -> Iterator[tuple[BinaryIO, Path]]:
    """A new file in `parent`, which is made if needed; only its owner may read it. Removed afterwards unless moved."""
    stream, path = _new_file(parent, prefix)
    try:
        with stream:
            yield stream, path
    finally:
        path.unlink(missing_ok=True)


def publish(stream: BinaryIO, path: Path, goal: Path, mode: int = 0o644) -> None:
    """Move a file to its final path, also in another directory of the same disk, in one step."""
    stream.flush()
    path.chmod(mode)
    if os.name == "nt":  # where no open file is moved
        stream.close()
    try:
        path.replace(goal)
    except FileNotFoundError:  # another run removed the empty directory
        goal.parent.mkdir(parents=True, exist_ok=True)
        path.replace(goal)


def publish_new(stream: BinaryIO, path: Path, goal: Path, mode: int = 0o644) -> None:
    """As `publish`, but an existing file at `goal` stays, even one that is made at the same moment."""
    stream.flush()
    path.chmod(mode)
    try:
        os.link(path, goal)
    except FileExistsError:
        return
    except OSError:  # a file system without hard links: the first run to create the file writes it in place
        try:
            with goal.open("xb") as out:
                out.write(path.read_bytes())
        except FileExistsError:
            return


def sweep(place: Path, prefix: str) -> None:
    """Remove what ended runs have left in a directory."""
    try:
        with os.scandir(place) as entries:
            found = [
                entry
                for entry in entries
                if entry.name.startswith(prefix) and _RANDOM.fullmatch(entry.name[len(prefix) :]) and _is_ours(entry)
            ]
    except OSError:
        return  # it cannot be listed; making a file there will report why
    for entry in found:
        with suppress(OSError):  # another run removes it at the same time
            if entry.is_dir(follow_symlinks=False):
                _sweep_directory(Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                _sweep_file(Path(entry.path))


def _place() -> Path:
    import tempfile  # brings in much

    try:
        return Path(tempfile.gettempdir())
    except FileNotFoundError as error:
        raise LazyociError(
            f"there is no directory for temporary files: {error.strerror or error}",
            hint="set TMPDIR to a directory with room that you may write to",
        ) from error


def _is_ours(entry: os.DirEntry[str]) -> bool:
    """Whether it belongs to this user: other users write to the same directory, and root could remove their files."""
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:
        return False
    return not hasattr(os, "getuid") or found.st_uid == os.getuid()


def _new_directory(place: Path, prefix: str) -> tuple[Path, BinaryIO]:
    for number in range(_TRIES):
        path = place / (prefix + os.urandom(8).hex())
        path.mkdir(mode=0o700)
        try:
            owner = _create(path / _OWNER)
        except FileNotFoundError:
            continue  # another run removed it before it was locked
        if (try_lock(owner) and is_at(owner, path / _OWNER)) or number == _TRIES - 1:
            return path, owner
        _remove(path, owner)
    raise FileNotFoundError(2, "it is removed as soon as it is made", str(place))


def _new_file(parent: Path, prefix: str) -> tuple[BinaryIO, Path]:
    for number in range(_TRIES):
        path = parent / (prefix + os.urandom(8).hex())
        try:
            stream = _create(path)
        except FileNotFoundError:
            if number == _TRIES - 1:
                raise
            parent.mkdir(parents=True, exist_ok=True)
            continue
        if (try_lock(stream) and is_at(stream, path)) or number == _TRIES - 1:
            return stream, path
        stream.close()
        path.unlink(missing_ok=True)
    raise FileNotFoundError(2, "it is removed as soon as it is made", str(parent))


def _create(path: Path) -> BinaryIO:
    return cast(BinaryIO, os.fdopen(os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600), "r+b"))


def _sweep_directory(path: Path) -> None:
    try:
        owner = cast(BinaryIO, os.fdopen(os.open(path / _OWNER, _FLAGS), "r+b"))
    except FileNotFoundError:
        path.rmdir()  # only if it is empty; a run that is about to lock it makes another
        return
    if try_lock(owner) and is_at(owner, path / _OWNER):
        _remove(path, owner)
    else:
        owner.close()


def _sweep_file(path: Path) -> None:
    with os.fdopen(os.open(path, _FLAGS), "r+b") as stream:
        ours = try_lock(cast(BinaryIO, stream)) and is_at(cast(BinaryIO, stream), path)
        if ours and os.name != "nt":
            path.unlink(missing_ok=True)
    if ours and os.name == "nt":  # where no open file is removed
        path.unlink(missing_ok=True)


def _remove(path: Path, owner: BinaryIO) -> None:
    """Remove a directory, and its lock file last: if something stays, a later run can still remove it."""
    import shutil  # imported here, as it takes long and most runs make no directory

    with owner:
        with suppress(FileNotFoundError):
            for child in path.iterdir():
                if child.name == _OWNER:
                    continue
                if stat.S_ISDIR(child.lstat().st_mode):
                    shutil.rmtree(child, ignore_errors=True)
                else:
                    with suppress(OSError):
                        child.unlink()
        if os.name == "nt":  # where no open file is removed
            owner.close()
        with suppress(OSError):
            (path / _OWNER).unlink()
            path.rmdir()
