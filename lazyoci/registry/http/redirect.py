"""Where a reply may lead: the rules for redirects, `Location`, `Link` and the realms of token servers. Without I/O."""

from __future__ import annotations

from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from lazyoci.registry.address import is_private

HOPS = 10
STATUSES = frozenset({301, 302, 303, 307, 308})
_PORTS = {"https": 443, "http": 80}


class Unsafe(ValueError):
    """An address that must not be asked; the text says why."""


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of a URL, the default port filled in (RFC 6454)."""
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").rstrip("."), parts.port or _PORTS.get(parts.scheme, 0)


def target(base: str, location: str, *, registry: str) -> str:
    """The absolute URL that `location` means at `base`, its query untouched; raises Unsafe.

    Refused are schemes other than HTTP(S), HTTPS → HTTP, and addresses of private networks from a registry whose name
    is public: a hostile registry could otherwise have us ask services inside.
    """
    try:
        url = urljoin(base, location.strip())
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Unsafe("an address that cannot be read") from None
    if parts.scheme not in _PORTS or not host:
        raise Unsafe(f"the address scheme {parts.scheme!r}")
    if any(letter <= " " or letter == "\x7f" for letter in url):
        raise Unsafe("an address with white space in it")
    if urlsplit(base).scheme == "https" and parts.scheme == "http":
        raise Unsafe("plain HTTP, from HTTPS")
    if is_private(host) and not is_private(registry):
        raise Unsafe(f"{host}, an address of a private network")
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != _PORTS[parts.scheme]:
        netloc += f":{port}"
    return urlunsplit((parts.scheme, netloc, parts.path, parts.query, ""))


def with_query(url: str, **parameters: str) -> str:
    """`url` with parameters appended; its own query, which holds the state of an upload, is kept letter by letter."""
    added = "&".join(f"{key}={quote(value, safe=':/')}" for key, value in parameters.items())
    return f"{url}{'&' if '?' in url else '?'}{added}"
