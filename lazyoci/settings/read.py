"""Finds and reads the settings file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from lazyoci.settings import directories, private_file
from lazyoci.settings.model import Settings


def path(environ: Mapping[str, str] | None = None) -> Path:
    """The path of the settings file, whether it exists or not."""
    return directories.config_dir(os.environ if environ is None else environ) / "config.yaml"


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; without a file they are empty. Raises SettingsError, with file and line, if it is broken."""
    environ = os.environ if environ is None else environ
    file = path(environ)
    text = private_file.read(file)
    if text is None:
        return Settings(file)
    from lazyoci.settings.decode import decode

    return decode(text, file, environ)
