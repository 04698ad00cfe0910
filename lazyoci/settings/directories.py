"""The user's home directory and lazyoci's own directories, determined from environment variables."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from lazyoci.errors import SettingsError

WINDOWS = sys.platform == "win32"


def home(environ: Mapping[str, str]) -> Path:
    """The user's home directory; raises SettingsError where there is none."""
    for name in ("USERPROFILE", "HOME") if WINDOWS else ("HOME",):
        if environ.get(name):
            return Path(environ[name])
    try:
        return Path.home()
    except RuntimeError:  # no HOME and a user unknown to the system: common in containers
        raise SettingsError(
            "there is no home directory: HOME is not set, and the system knows none for this user",
            hint="set HOME to a directory, such as: export HOME=/tmp/home",
        ) from None


def _directory(environ: Mapping[str, str], variable: str, windows: str, *default: str) -> Path:
    given = environ.get(variable, "")
    if given and Path(given).is_absolute():  # a relative path is to be ignored (XDG base directory specification)
        return Path(given)
    if WINDOWS and environ.get(windows):
        return Path(environ[windows])
    return home(environ).joinpath(*default)


def config_home(environ: Mapping[str, str]) -> Path:
    """The directory of all programs' configuration: `$XDG_CONFIG_HOME`, `%APPDATA%` on Windows, or `~/.config`."""
    return _directory(environ, "XDG_CONFIG_HOME", "APPDATA", ".config")


def config_dir(environ: Mapping[str, str]) -> Path:
    """The directory of lazyoci's own configuration."""
    return config_home(environ) / "lazyoci"


def cache_dir(environ: Mapping[str, str]) -> Path:
    """Where files go that can be fetched again: `$XDG_CACHE_HOME`, `%LOCALAPPDATA%` on Windows, or `~/.cache`."""
    return _directory(environ, "XDG_CACHE_HOME", "LOCALAPPDATA", ".cache") / "lazyoci"


def expand(text: str, environ: Mapping[str, str], base: Path | None = None) -> Path:
    """`text` as a path: a leading `~` is the home directory, and a relative path is taken from `base`, if given."""
    if text == "~" or text.startswith(("~/", "~\\")):
        return home(environ) / text[2:]
    path = Path(text)
    return base / path if base is not None and not path.is_absolute() else path


def tilde(path: Path, environ: Mapping[str, str]) -> str:
    """`path` for messages, with `~` for the home directory."""
    try:
        return "~/" + path.relative_to(home(environ)).as_posix()
    except ValueError:
        return str(path)
