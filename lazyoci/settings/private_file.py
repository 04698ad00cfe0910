"""Files that may hold secrets: readable by their owner only, and replaced as a whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from lazyoci.errors import SettingsError


def write(path: Path, text: str) -> None:
    """Replace the content of `path` by `text` (UTF-8, mode 0600, a new directory 0700); raise SettingsError.

    A symlink stays one: the file that it points to is replaced. After a crash the file is the old one or the new one.
    """
    target = Path(os.path.realpath(path))
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
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
        return path.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SettingsError(f"{path}:{line}: not UTF-8 text") from None
