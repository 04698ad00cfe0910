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
        agents: false                 # whether `lazyoci mcp` may use the credentials for it
        chunkSize: 32MiB              # upload larger blobs in chunks; only where one request is limited

Unknown keys are left alone: the Go tool's `theme` and `mode` live in the same file. Its `password` is still read.
"""

from __future__ import annotations

from lazyoci.errors import SettingsError
from lazyoci.settings.model import KEYS, TLS_MODES, RegistrySettings, Settings
from lazyoci.settings.read import load, path
from lazyoci.settings.server import Server

__all__ = ["KEYS", "TLS_MODES", "RegistrySettings", "Server", "Settings", "SettingsError", "load", "path"]
