"""Which proxy leads to a host: the environment's variables, as curl and Go's net/http read them.

`https_proxy` and `http_proxy` are for addresses of that scheme, `all_proxy` for those that have none of their own;
each also in capitals, the lower-case name first, and an empty one as if it were not there. `no_proxy` names hosts that
are reached without. A host of this machine never has a proxy: there, it would mean another machine.

https://curl.se/docs/manpage.html#ENVIRONMENT, https://pkg.go.dev/golang.org/x/net/http/httpproxy
"""

from __future__ import annotations

import ipaddress
import re
import sys
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from lazyoci.errors import SettingsError
from lazyoci.frozen import field, frozen
from lazyoci.registry.address import is_loopback, name_of

_PORTS = {"http": 80, "https": 443}
_SCHEME = r"([A-Za-z][A-Za-z0-9+.-]*)://"
_HOST = r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+(?:%25[A-Za-z0-9._-]+)?\]"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class ProxyError(SettingsError):
    """A variable does not hold the address of a proxy that can be spoken to."""


@frozen
class Proxy:
    """A proxy and the variable that names it; `address` is for people too, user and password are not in it."""

    address: str  # scheme://host:port
    variable: str
    user: str = field(default="", secret=True)
    password: str = field(default="", secret=True)

    @property
    def words(self) -> str:
        """For messages."""
        return f"the proxy {self.address} of {self.variable}"


@frozen
class Proxies:
    """The proxies of an environment. What a variable holds is judged when an address would need it, as curl does."""

    environ: Mapping[str, str] = field(default_factory=dict, secret=True)

    def of(self, url: str) -> Proxy | None:
        """The proxy for a URL, None where there is none; raises ProxyError.

        For the connections, for `registry test` and for messages, so that they cannot disagree.
        """
        parts = urlsplit(url)
        host = name_of(parts.netloc)
        if is_loopback(host):
            return None
        found = self._named(parts.scheme) or self._of_system(parts.scheme, host)
        if found is None or self._direct(host, parts.port or _PORTS.get(parts.scheme, 0)):
            return None
        variable, value = found
        return parse(value, variable, parts.netloc)

    def _named(self, scheme: str) -> tuple[str, str] | None:
        for kind in (scheme, "all"):
            for name in (f"{kind}_proxy", f"{kind}_proxy".upper()):
                # in a CGI program HTTP_PROXY is what a client sent as a header named Proxy (https://httpoxy.org)
                forged = name == "HTTP_PROXY" and "REQUEST_METHOD" in self.environ
                value = self.environ.get(name, "").strip()
                if value and not forged:
                    return name, value
        return None

    def _of_system(self, scheme: str, host: str) -> tuple[str, str] | None:
        """What macOS and Windows are set to, where the environment names no proxy at all."""
        if sys.platform not in ("darwin", "win32") or any(self._named(one) for one in ("https", "http")):
            return None
        import urllib.request

        value = urllib.request.getproxies().get(scheme, "")
        return ("the system's settings", value) if value and not urllib.request.proxy_bypass(host) else None

    def _direct(self, host: str, port: int) -> bool:
        """Whether `no_proxy` names the host."""
        text = self.environ.get("no_proxy") or self.environ.get("NO_PROXY", "")
        address = _address(host)
        return any(_covers(entry, host, port, address) for entry in re.split(r"[\s,]+", text.lower()) if entry)


def _covers(entry: str, host: str, port: int, address: ipaddress.IPv4Address | ipaddress.IPv6Address | None) -> bool:
    """Whether an entry of `no_proxy` names a host. What is no entry at all names none."""
    if entry == "*":
        return True
    if "/" in entry:
        network = _network(entry)
        return network is not None and address is not None and address in network
    name, wanted = _split(entry)
    if wanted is not None and wanted != port:
        return False
    name = name.removeprefix("*").strip(".")
    if not name:
        return False
    if address is not None:
        return _address(name) == address
    return host == name or host.endswith(f".{name}")


def _split(entry: str) -> tuple[str, int | None]:
    """An entry as host and port: `host`, `host:port`, `[v6]`, `[v6]:port` or `v6`."""
    bracketed = re.fullmatch(r"\[([^\]]*)\](?::([0-9]{1,5}))?", entry)
    found = bracketed or re.fullmatch(r"([^:]*):([0-9]{1,5})", entry)
    if found is None:
        return entry, None
    return found[1], int(found[2]) if found[2] else None


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _network(text: str) -> Network | None:
    base, _, bits = text.partition("/")
    try:
        return ipaddress.ip_network(
            f"{base.removeprefix('[').removesuffix(']')}/{bits.removesuffix(']')}", strict=False
        )
    except ValueError:
        return None


def parse(value: str, variable: str, wanted: str = "HOST") -> Proxy:
    """The proxy that a variable's value means; raises ProxyError, whose text never repeats the value.

    Without a scheme it is spoken to by plain HTTP, and without a port at that of its scheme.
    """
    instead = f"or list {wanted} in NO_PROXY, to reach it without a proxy"

    def wrong(problem: str) -> ProxyError:
        hint = f"set it to http://HOST:PORT, {instead}"
        if "@" in value:
            hint += "; special characters of its user and password are written as %40 for @, %2F for /, %23 for #"
        return ProxyError(f"{variable} does not hold the address of a proxy: {problem}", hint=hint)

    found = re.match(_SCHEME, value)
    scheme = found[1].lower() if found else "http"
    if scheme.startswith("socks"):
        raise ProxyError(
            f"{variable} names a SOCKS proxy, and lazyoci speaks to HTTP proxies only",
            hint=f"set it to the address of an HTTP proxy, {instead}",
        )
    if scheme not in _PORTS:
        raise wrong("its scheme is neither http nor https")
    rest = value[found.end() :] if found else value
    if any(letter <= " " or letter == "\x7f" for letter in rest):
        raise wrong("it holds white space or a control character")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    login, _, task = authority.rpartition("@")
    user, _, password = login.partition(":")
    host, port = _authority(task)
    if found is None and host.lower() in _PORTS and "/" in rest:  # http:/proxy
        raise wrong("two slashes belong behind its scheme")
    if not _is_host(host):
        raise wrong("its host cannot be read" if host else "it names no host")
    if not re.fullmatch(r"[0-9]{0,5}", port) or (port and not 0 < int(port) < 65536):
        raise wrong("its port is no number from 1 to 65535")
    return Proxy(f"{scheme}://{host}:{port or _PORTS[scheme]}", variable, unquote(user), unquote(password))


def _is_host(text: str) -> bool:
    """Whether a host can be looked up: an address, or labels of 1 to 63 letters (RFC 1035)."""
    if not re.fullmatch(_HOST, text):
        return False
    if text.startswith("[") or re.fullmatch(r"[0-9.]+", text):
        return _address(text.strip("[]")) is not None
    return all(0 < len(label) < 64 for label in text.removesuffix(".").split("."))


def _authority(text: str) -> tuple[str, str]:
    """`host:port` apart; an IPv6 address without brackets cannot be told from its port, so it is no host."""
    if text.startswith("["):
        host, bracket, rest = text.partition("]")
        return host + bracket, rest.removeprefix(":") if rest.startswith(":") or not rest else "?"
    host, _, port = text.partition(":")
    return host, port
