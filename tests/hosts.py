"""Servers of a test under names of the internet: a proxy leads there, as a user's HTTPS_PROXY would.

So what runs in the test is what users run: names, TLS, certificates and proxies included.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from lazyoci.registry.http.proxy import Proxies
from tests import certs
from tests.proxy import Proxy


class Hosts:
    """Names → the URLs of servers on loopback, for a `with`.

    A name, with its port if that is not 443, speaks TLS with a certificate of an authority of the test, `ca`, also
    where its server speaks plain HTTP. What a server with TLS of its own shows is passed on as it is. A key such as
    `http://registry.lan:5000` is a name that speaks plain HTTP.
    """

    def __init__(
        self, directory: Path, servers: Mapping[str, str], *, authority: certs.Certificate | None = None
    ) -> None:
        authority = authority or certs.make(directory, "hosts-authority", authority=True)
        routes, secured = {}, set()
        for name, url in servers.items():
            named = urlsplit(name if "://" in name else f"https://{name}")
            place = f"{named.hostname}:{named.port or (443 if named.scheme == 'https' else 80)}"
            routes[place] = urlsplit(url).netloc
            if named.scheme == "https" and url.startswith("http:"):
                secured.add(place)
        context = None
        if secured:
            certificate = certs.make(directory, "hosts", *(one.rpartition(":")[0] for one in secured), issuer=authority)
            context = certificate.server_context()
        self.ca = authority.cert
        self.proxy = Proxy(routes, secured=secured, context=context)

    def __enter__(self) -> Hosts:
        self.proxy.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.proxy.__exit__(kind, error, at)

    @property
    def environ(self) -> dict[str, str]:
        """What makes a program find the servers."""
        address = f"http://{self.proxy.address}"
        return {"HTTPS_PROXY": address, "HTTP_PROXY": address, "SSL_CERT_FILE": str(self.ca)}

    @property
    def proxies(self) -> Proxies:
        """The same for a client in this process, which also needs `ca`."""
        return Proxies(self.environ)


Named = Callable[[Mapping[str, str]], Hosts]  # the fixture `named`
