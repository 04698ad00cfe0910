"""Reads local files: only regular ones, up to a size that depends on their purpose, and without ever blocking.

A repository that was just cloned may hold a link to a device that never ends, a pipe that nobody writes to, or a file
of a terabyte with nothing in it. Each of these is an `OSError` whose words say what is wrong, as for any other file
that cannot be read.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from stat import S_ISDIR, S_ISFIFO, S_ISREG

MIB = 1 << 20
LAZY = 16 * MIB  # more than the longest text that is checked takes in any encoding
SMALL = 1 * MIB  # what people write about a project: ignore files, settings, Chart.yaml, Dockerfiles
CHART = 5 * MIB  # a file of a chart; Helm refuses larger ones
EVENT = 32 * MIB  # what CI writes about the event of a run; GitHub delivers at most 25 MB
PACKAGE = 100 * MIB  # a packaged chart; Helm refuses larger ones

NOT_REGULAR = "it is not a regular file"
_OF_CHARTS = ("Chart.yaml", "Chart.lock", "values.yaml", "values.schema.json", "requirements.yaml", "requirements.lock")
_BY_ENDING = (
    (".lazy", LAZY),
    ("event.json", EVENT),
    (".tgz", PACKAGE),
    (".tar.gz", PACKAGE),
    *((name, CHART) for name in _OF_CHARTS),
)
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_NONBLOCK", 0)  # never blocks, even if a pipe replaces the file after the check
)
# what the user's shell opened for this program, as `<(…)` does; a link to one of them is a pipe like any other
_OWN = ("/dev/stdin", "/dev/fd/", "/proc/self/fd/")
_CHUNK = MIB


def limit_of(path: str | Path) -> int:
    """How many bytes of a file are read at most, by its name."""
    name = str(path)
    return next((limit for ending, limit in _BY_ENDING if name.endswith(ending)), SMALL)


def read(path: str | Path, limit: int | None = None) -> bytes:
    """The content of a regular file of at most `limit` bytes, by default `limit_of` its name; raises OSError."""
    if limit is None:
        limit = limit_of(path)
    with _open(path, limit, own=str(path).startswith(_OWN)) as file:
        parts: list[bytes] = []
        room = limit + 1
        while room and (part := file.read(min(room, _CHUNK))):
            parts.append(part)
            room -= len(part)
    if not room:
        raise _too_large(f"more than {size_text(limit)}", limit, path)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def head(path: str | Path, count: int) -> bytes:
    """The first `count` bytes of a regular file, whatever its size; raises OSError."""
    with _open(path, sys.maxsize) as file:
        return file.read(count)


def parts(path: str | Path) -> Iterator[bytes]:
    """The content of a regular file of any size, a part at a time; raises OSError."""
    with _open(path, sys.maxsize) as file:
        while part := file.read(_CHUNK):
            yield part


def _open(path: str | Path, limit: int, *, own: bool = False) -> FileIO:
    """Opens a regular file, or with `own` a pipe of the user's shell, that is no larger than `limit` bytes."""
    place = Path(path)
    _check(place.stat(), limit, path, own=own)  # before opening: some devices act on that
    file = FileIO(os.open(place, _FLAGS & ~os.O_NONBLOCK if own and hasattr(os, "O_NONBLOCK") else _FLAGS))
    try:
        _check(os.fstat(file.fileno()), limit, path, own=own)
    except OSError:
        file.close()
        raise
    return file


def _check(found: os.stat_result, limit: int, path: str | Path, *, own: bool) -> None:
    if S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, "it is a directory", str(path))
    if not S_ISREG(found.st_mode) and not (own and S_ISFIFO(found.st_mode)):
        raise OSError(errno.EINVAL, NOT_REGULAR, str(path))
    if found.st_size > limit:
        raise _too_large(size_text(found.st_size), limit, path)


def _too_large(size: str, limit: int, path: str | Path) -> OSError:
    return OSError(errno.EFBIG, f"it has {size}, and at most {size_text(limit)} are read", str(path))


def size_text(count: int) -> str:
    """A number of bytes as text for people, in whole or half units."""
    units = ("B", "KiB", "MiB", "GiB")
    size, unit = float(count), 0
    while size >= 1024 and unit < len(units) - 1:
        size, unit = size / 1024, unit + 1
    return f"{size:.1f}".removesuffix(".0") + f" {units[unit]}"
