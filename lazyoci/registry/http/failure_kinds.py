"""Of which kind a failure of httpx is, for the retry policy and for messages."""

from __future__ import annotations

import re

from lazyoci.registry.http import tls
from lazyoci.registry.http.head_limits import LongHead, SlowHead
from lazyoci.registry.http.light_httpx import httpx
from lazyoci.registry.http.proxy import Proxy
from lazyoci.registry.http.retry import Kind

# what httpx calls a protocol error, and is a connection that ended too soon
_CUT = r"(?i)server disconnected|peer closed|.*\bclosed\b"


def classify(error: BaseException) -> Kind:
    """The kind of an httpx error, for the retry policy."""
    for cause in tls.causes(error):
        if isinstance(cause, SlowHead | LongHead):
            return "slow" if isinstance(cause, SlowHead) else "flood"
    if isinstance(error, httpx.ConnectTimeout):
        return "connect-timeout"
    if isinstance(error, httpx.TimeoutException):
        return "timeout"
    if isinstance(error, httpx.ProxyError):
        return "proxy"
    if isinstance(error, UnicodeError):  # httpx reads the host of every redirect, also where it is told not to follow
        return "protocol"
    kind = tls.kind_of(error)
    if kind is not None:
        return kind
    if isinstance(error, httpx.RemoteProtocolError) and re.match(_CUT, str(error)):
        return "reset"
    if isinstance(error, httpx.ProtocolError | httpx.UnsupportedProtocol | httpx.InvalidURL):
        return "protocol"
    return "reset"


class Way:
    """How far a request came, to tell a failure of the proxy from one of the host behind it."""

    def __init__(self, proxy: Proxy | None, scheme: str) -> None:
        self.proxy = proxy
        self._past = "proxy.start_tls.started" if scheme == "https" else "http11.send_request_headers.started"
        self._outside = False

    def heed(self, event: str) -> None:
        """Note what httpcore tells of the request."""
        if event == "connection.connect_tcp.started":
            self._outside = self.proxy is not None
        elif event == self._past:
            self._outside = False

    def kind(self, error: BaseException) -> Kind:
        """The kind of an httpx error on this way."""
        return "proxy" if self._outside else classify(error)
