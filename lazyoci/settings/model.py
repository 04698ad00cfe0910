"""The settings as values: what the file says, and what is effective."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from lazyoci.frozen import field, frozen
from lazyoci.settings import directories
from lazyoci.settings.server import Server

TLS_MODES = ("verify", "skip-verify", "plain-http", "auto")

# setting → its key in the file; how `lazyoci config` names them
KEYS: Mapping[str, str] = {
    "artifact-dir": "artifactDir",
    "cache-dir": "cacheDir",
    "default-registry": "defaultRegistry",
}


@frozen
class RegistrySettings:
    """One entry of `registries`; `tls` is one of TLS_MODES or empty, paths are absolute."""

    server: Server
    name: str = ""
    username: str = ""
    password: str = field(default="", secret=True)
    insecure: bool = False
    tls: str = ""
    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None
    agents: bool = False  # whether agents may use the credentials for it
    chunk_size: int = 0  # bytes of a blob in one request; 0 for all


@frozen
class Settings:
    """The settings file as read; `values` holds what it says under KEYS, by the names of settings."""

    path: Path
    exists: bool = False
    registries: tuple[RegistrySettings, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)

    def registry(self, host: str, path: str = "") -> RegistrySettings | None:
        """The entry for the repository `path` of `host`: the one with the longest path, or the last of equals."""
        found = [entry for entry in self.registries if entry.server.covers(host, path)]
        return max(reversed(found), key=lambda entry: len(entry.server.path), default=None)

    def host(self, host: str) -> RegistrySettings | None:
        """The entry that says how to reach `host`: that of the whole host, or else the first one of a part of it."""
        parts = (entry for entry in self.registries if entry.server.covers(host, entry.server.path))
        return self.registry(host) or next(parts, None)

    def effective(self, key: str, environ: Mapping[str, str] | None = None) -> tuple[str, str]:
        """The effective value of one of KEYS, and its source: an environment variable, this file, or `default`."""
        environ = os.environ if environ is None else environ
        if key == "artifact-dir" and environ.get("LAZYOCI_ARTIFACT_DIR"):
            return str(directories.expand(environ["LAZYOCI_ARTIFACT_DIR"], environ)), "LAZYOCI_ARTIFACT_DIR"
        written = self.values.get(key, "")
        if key == "default-registry":
            return (written, str(self.path)) if written else ("docker.io", "default")
        if written:
            return str(directories.expand(written, environ, self.path.parent)), str(self.path)
        cache = directories.cache_dir(environ)
        return str(cache / "artifacts" if key == "artifact-dir" else cache), "default"
