"""Registry addresses as people write them: `ghcr.io`, `https://reg.lan:5000/v2/`, `ghcr.io/team`."""

from __future__ import annotations

import re

from lazyoci.errors import SettingsError
from lazyoci.frozen import frozen
from lazyoci.oci.reference import DOCKER_HUB, HUB_NAMES, ReferenceError, parse_repository


def canonical_host(host: str) -> str:
    """`host` in lower case; every name of Docker Hub becomes `docker.io`."""
    host = host.lower()
    return DOCKER_HUB if host in HUB_NAMES else host


def name_of(host: str) -> str:
    """The name of a host without its port; an IPv6 address keeps its brackets."""
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


@frozen(order=True)
class Server:
    """A registry, or with `path` a part of one; `scheme` is what the user wrote: `http`, `https` or nothing."""

    host: str
    path: str = ""
    scheme: str = ""

    def __str__(self) -> str:
        return f"{self.host}/{self.path}" if self.path else self.host

    def covers(self, host: str, path: str = "") -> bool:
        """Whether the repository `path` of `host` is on this server and below its path."""
        if canonical_host(host) != self.host:
            return False
        return not self.path or path == self.path or path.startswith(self.path + "/")


def parse_server(text: str) -> Server:
    """Parse `[http[s]://]host[:port][/path]`, dropping a final `/`, `/v1` or `/v2`; raise SettingsError."""
    scheme, found, rest = text.strip().partition("://")
    if not found:
        scheme, rest = "", scheme
    if scheme.lower() not in ("", "http", "https", "oci"):
        raise SettingsError(f"{scheme}:// is not how a registry is reached", hint=f"write {rest.rpartition('@')[2]}")
    if "@" in rest:  # not repeated in the message: it may contain a password
        raise SettingsError(
            "a registry's address holds no user, password or digest",
            hint="give the user by --user and the password by --pass-stdin",
        )
    host, _, path = re.sub(r"(?:/v[12])?/*$", "", rest).partition("/")
    host = canonical_host(host)
    if not host:
        raise SettingsError(f"{text!r} names no registry", hint="write its host, such as ghcr.io or localhost:5000")
    try:
        parsed = parse_repository(f"{host}/{path}/x" if path else f"{host}/x/x")
    except ReferenceError as error:
        raise SettingsError(error.message, hint=error.hint) from None
    if parsed.host != host:
        raise SettingsError(
            f"{host!r} is not a registry host: references would take it for a repository of Docker Hub",
            hint=f"write a name with a dot or a port, such as {host}:443",
        )
    return Server(host, path, "" if scheme.lower() == "oci" else scheme.lower())
