"""The user's own settings: `$XDG_CONFIG_HOME/lazyoci/config.yaml`, read only when something asks for them.

    defaultRegistry: docker.io
    artifactDir: ~/artifacts          # where `lazyoci pull` puts what it fetched
    cacheDir: ~/.cache/lazyoci
    registries:
      - url: registry.lan:5000        # host[:port], or host/path for a part of a registry
        name: lab
        username: anna                # the password lies in a credential store or in auth.json beside this file
        insecure: true                # plain HTTP or an unverified certificate will do, with credentials too
        tls: auto                     # verify | skip-verify | plain-http | auto
        ca: lab-ca.pem                # certificates to trust (PEM), relative to this file
        cert: client.pem              # client certificate and its key
        key: client.key
        chunkSize: 32MiB              # upload larger blobs in chunks; only where one request is limited

Unknown keys are left alone: the Go tool's `theme` and `mode` live in the same file. Its `password` is still read.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lazyoci.errors import SettingsError
from lazyoci.settings import places, private_file
from lazyoci.settings.server import Server

TLS_MODES = ("verify", "skip-verify", "plain-http", "auto")

# setting → its key in the file; how `lazyoci config` names them
KEYS: Mapping[str, str] = {
    "artifact-dir": "artifactDir",
    "cache-dir": "cacheDir",
    "default-registry": "defaultRegistry",
}


@dataclass(frozen=True, slots=True)
class RegistrySettings:
    """One entry of `registries`; `tls` is one of TLS_MODES or empty, paths are absolute."""

    server: Server
    name: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    insecure: bool = False
    tls: str = ""
    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None
    chunk_size: int = 0  # bytes of a blob in one request; 0 for all


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings file as read; `values` holds what it says under KEYS, by the names of settings."""

    path: Path
    exists: bool = False
    registries: tuple[RegistrySettings, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)

    def registry(self, host: str, path: str = "") -> RegistrySettings | None:
        """The entry that governs the repository `path` of `host`: that with the longest path, of equals the last."""
        found = [entry for entry in self.registries if entry.server.covers(host, path)]
        return max(reversed(found), key=lambda entry: len(entry.server.path), default=None)

    def host(self, host: str) -> RegistrySettings | None:
        """The entry that says how to reach `host`: that of the whole host, else the first of a part of it."""
        parts = (entry for entry in self.registries if entry.server.covers(host, entry.server.path))
        return self.registry(host) or next(parts, None)

    def effective(self, key: str, environ: Mapping[str, str] | None = None) -> tuple[str, str]:
        """The value in force of one of KEYS, and where it comes from: an environment variable, this file, `default`."""
        environ = os.environ if environ is None else environ
        if key == "artifact-dir" and environ.get("LAZYOCI_ARTIFACT_DIR"):
            return str(places.expand(environ["LAZYOCI_ARTIFACT_DIR"], environ)), "LAZYOCI_ARTIFACT_DIR"
        written = self.values.get(key, "")
        if key == "default-registry":
            return (written, str(self.path)) if written else ("docker.io", "default")
        if written:
            return str(places.expand(written, environ, self.path.parent)), str(self.path)
        cache = places.cache_dir(environ)
        return str(cache / "artifacts" if key == "artifact-dir" else cache), "default"


def path(environ: Mapping[str, str] | None = None) -> Path:
    """Where the settings file lies, whether it is there or not."""
    return places.config_dir(os.environ if environ is None else environ) / "config.yaml"


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; without a file they are empty. Raises SettingsError, with file and line, if it is broken."""
    environ = os.environ if environ is None else environ
    file = path(environ)
    text = private_file.read(file)
    if text is None:
        return Settings(file)
    from lazyoci.settings.decode import decode

    return decode(text, file, environ)


__all__ = ["KEYS", "TLS_MODES", "RegistrySettings", "Server", "Settings", "SettingsError", "load", "path"]
