"""Hosts judged by their names: public, private or loopback.

It decides whether plain HTTP may be tried, whether credentials may go over it, and where a redirect may lead.
"""

from __future__ import annotations

import ipaddress
import re
import socket

# suffixes that never name a host of the public internet
_PRIVATE_SUFFIXES = (
    ".local",
    ".localdomain",
    ".lan",
    ".internal",
    ".intranet",
    ".home",
    ".corp",
    ".home.arpa",
    ".test",
)
# well-known registries of the internet: they never fall back to plain HTTP or unverified TLS
_PUBLIC = re.compile(
    r"(?:(?:registry-1\.|index\.)?docker\.io|hub\.docker\.com|auth\.docker\.io|ghcr\.io|docker\.pkg\.github\.com"
    r"|quay\.io|(?:.+\.)?gcr\.io|.+\.pkg\.dev|public\.ecr\.aws|.+\.amazonaws\.com(?:\.cn)?|.+\.azurecr\.(?:io|cn|us)"
    r"|mcr\.microsoft\.com|registry\.gitlab\.com|registry\.digitalocean\.com|.+\.jfrog\.io|registry\.k8s\.io|k8s\.gcr\.io"
    r"|nvcr\.io|registry\.access\.redhat\.com|registry\.redhat\.io|registry\.suse\.com|cgr\.dev|(?:.+\.)?icr\.io"
    r"|.+\.ocir\.io|.+\.cr\.aliyuncs\.com|.+\.scw\.cloud|registry\.fly\.io|registry\.heroku\.com|codeberg\.org)",
    re.IGNORECASE,
)


def name_of(netloc: str) -> str:
    """The host of `host[:port]` without port, brackets and final dot, in lower case."""
    text = netloc.rpartition("@")[2]
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    return text.rstrip(".").lower()


def _ip(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        # resolvers also read 127.1, 2130706433 and 0x7f.0.0.1 as addresses
        if not re.fullmatch(r"[0-9a-fx.]+", name) or not name[:1].isdigit():
            return None
        try:
            address = ipaddress.IPv4Address(socket.inet_aton(name))
        except (OSError, ValueError):
            return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def is_loopback(netloc: str) -> bool:
    """Whether this names the machine itself: `localhost` and below, 127.0.0.0/8, ::1."""
    name = name_of(netloc)
    if name == "localhost" or name.endswith(".localhost"):
        return True
    address = _ip(name)
    return address is not None and address.is_loopback


def is_private(netloc: str) -> bool:
    """Whether this names a host of a private network: a private or link-local address, a one-word or internal name."""
    name = name_of(netloc)
    address = _ip(name)
    if address is not None:
        return not address.is_global
    return is_loopback(netloc) or "." not in name or name.endswith(_PRIVATE_SUFFIXES)


def is_known_public(netloc: str) -> bool:
    """Whether this is one of the well-known public registries."""
    return _PUBLIC.fullmatch(name_of(netloc)) is not None


def sends_credentials_in_clear(netloc: str) -> bool:
    """Whether credentials may go there over plain HTTP: to loopback and private addresses only.

    A name counts by what it resolves to: all of its addresses must be private. A known public one never does.
    """
    if is_known_public(netloc):
        return False
    if is_loopback(netloc):
        return True
    name = name_of(netloc)
    address = _ip(name)
    if address is not None:
        return not address.is_global
    try:
        found = {str(item[4][0]) for item in socket.getaddrinfo(name, None, proto=socket.IPPROTO_TCP)}
    except OSError:
        return False
    return bool(found) and all((ip := _ip(text.partition("%")[0])) is not None and not ip.is_global for text in found)
