"""Where credentials lie: the files of lazyoci, Podman, Docker and Helm, in the order in which they are asked."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from lazyoci.frozen import frozen
from lazyoci.settings import directories


@frozen
class Location:
    """A file that may hold credentials; `label` names it for people; `flat` is the old ~/.dockercfg."""

    path: Path
    label: str
    flat: bool = False


def own(environ: Mapping[str, str]) -> Location:
    """lazyoci's own file: a config.json of Docker's kind that only lazyoci reads."""
    return _at(directories.config_dir(environ) / "auth.json", environ)


def docker(environ: Mapping[str, str]) -> Location:
    """Docker's config.json; $DOCKER_CONFIG names its directory."""
    given = environ.get("DOCKER_CONFIG", "")
    directory = directories.expand(given, environ) if given else directories.home(environ) / ".docker"
    return _at(directory / "config.json", environ)


def foreign(environ: Mapping[str, str]) -> Iterator[Location]:
    """The files of other programs, the first to count first; a file of two names comes once."""
    seen: set[Path] = set()
    for location in _foreign(environ):
        if location.path not in seen:
            seen.add(location.path)
            yield location


def _foreign(environ: Mapping[str, str]) -> Iterator[Location]:
    given = environ.get("REGISTRY_AUTH_FILE", "")
    if given:
        yield _at(directories.expand(given, environ), environ)
    yield from (_at(path, environ) for path in _podman(environ))
    yield docker(environ)
    yield Location(directories.home(environ) / ".dockercfg", "~/.dockercfg", flat=True)
    yield _at(_helm(environ), environ)


def _podman(environ: Mapping[str, str]) -> Iterator[Path]:
    """containers-auth.json(5)."""
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    if runtime:
        yield Path(runtime, "containers", "auth.json")
    elif sys.platform == "linux":
        yield Path("/run/containers", str(os.getuid()), "auth.json")
    given = environ.get("XDG_CONFIG_HOME", "")
    yield (Path(given) if given else directories.home(environ) / ".config") / "containers" / "auth.json"


def _helm(environ: Mapping[str, str]) -> Path:
    """https://helm.sh/docs/helm/helm/, "Helm stores cache, configuration, and data"."""
    if environ.get("HELM_REGISTRY_CONFIG"):
        return Path(environ["HELM_REGISTRY_CONFIG"])
    if environ.get("HELM_CONFIG_HOME"):
        directory = Path(environ["HELM_CONFIG_HOME"])
    elif environ.get("XDG_CONFIG_HOME"):
        directory = Path(environ["XDG_CONFIG_HOME"], "helm")
    elif sys.platform == "darwin":
        directory = directories.home(environ) / "Library" / "Preferences" / "helm"
    elif sys.platform == "win32" and environ.get("APPDATA"):
        directory = Path(environ["APPDATA"], "helm")
    else:
        directory = directories.home(environ) / ".config" / "helm"
    return directory / "registry" / "config.json"


def _at(path: Path, environ: Mapping[str, str]) -> Location:
    return Location(path, directories.tilde(path, environ))
