"""Texts that a client shows as files: in the user's cache directory, each replacing the one before it."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from pathlib import Path

from lazyoci import settings
from lazyoci.errors import SettingsError

log = logging.getLogger(__name__)


def put(environ: Mapping[str, str], name: str, about: str, text: str) -> Path | None:
    """Write a text; `name` is `dry-run.txt`, and `about` tells apart what may be shown side by side, such as a URI.

    For the user alone to read, as values may be in it. None where it cannot be written.
    """
    try:
        directory = Path(settings.load(environ).effective("cache-dir", environ)[0]) / "shown"
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        stem, dot, ending = name.partition(".")
        mark = f"-{hashlib.blake2b(about.encode(), digest_size=4).hexdigest()}" if about else ""
        path = directory / f"{stem}{mark}{dot}{ending}"
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8", newline="\n")
    except (OSError, SettingsError) as error:
        log.warning("a file to be shown cannot be written: %s", error)
        return None
    return path
