"""The way to one registry host: by which scheme, over which connections, and where redirects may lead.

Without retry and authentication, which are the session's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

from lazyoci.registry import errors, redact
from lazyoci.registry.errors import Task
from lazyoci.registry.http import redirect, tls
from lazyoci.registry.http.body import Body
from lazyoci.registry.http.light_httpx import can_be_asked, httpx
from lazyoci.registry.http.proxy import ProxyError
from lazyoci.registry.http.transport import Transport
from lazyoci.registry.http.unreachable import bad_proxy
from lazyoci.registry.request import Reply, Request, RetryLater
from lazyoci.registry.token_requests import redirected

_SAFE_ELSEWHERE = frozenset({"accept", "range", "content-type", "content-range"})
# where the registry of that name listens
_SERVERS = {"docker.io": "registry-1.docker.io"}


class Connection:
    """The connections to a registry host, and to where it leads. Thread-safe once `find_channel` has returned."""

    def __init__(
        self,
        name: str,
        transport: Transport,
        policy: tls.TlsPolicy,
        *,
        insecure: bool,
        warn: Callable[[str], None],
        elsewhere: Callable[[str], httpx.Client],
    ) -> None:
        """`insecure` lets it fall back from verified HTTPS; `elsewhere` gives the connections to other origins."""
        self.name = name
        self.channel = tls.first_channel(policy)
        self._transport = transport
        self._policy = policy
        self._insecure = insecure
        self._warn = warn
        self._elsewhere = elsewhere
        self._netloc = _SERVERS.get(name, name)
        self._client: httpx.Client | None = None

    @property
    def base(self) -> str:
        """The root of the registry's addresses."""
        return f"{self.channel.scheme}://{self._netloc}"

    @property
    def may_be_plain(self) -> bool:
        """Whether plain HTTP would be tried where nothing listens for HTTPS."""
        return self._next_channel("refused") is not None

    def own(self, url: str) -> bool:
        """Whether a URL is of this registry's own origin: only there go credentials."""
        return redirect.origin(url) == redirect.origin(self.base)

    def close(self) -> None:
        """Close all connections to the registry itself."""
        if self._client is not None:
            self._client.close()

    def find_channel(self, ping: Callable[[Task, bool], Reply]) -> Reply:
        """The reply to `ping`, over the first channel that works and that the policy allows; raises a Failure.

        `ping` is told whether it may ask again after a failure; where it may not, it raises RetryLater.
        """
        task = Task(self.name, doing=f"connection to {self.name}")
        self.channel = tls.first_channel(self._policy)
        if not can_be_asked(self.base):
            message = f"{task.what} failed: there is no host named {self.name}"
            raise errors.Unreachable(message, task, reason="dns", hint="Check its spelling.")
        if tls.plain_first(self._policy, self.name):
            reply = self._over_plain_http(ping, task)
            if reply is not None:
                return reply
        while True:
            with _telling_of_proxies(task):
                self._client = self._transport.client(self.channel, self._policy, httpx.URL(self.base))
            try:
                return ping(task, True)
            except errors.Failure as failure:
                self._client.close()
                self.channel = self._lower(failure)

    def _over_plain_http(self, ping: Callable[[Task, bool], Reply], task: Task) -> Reply | None:
        """The reply of a registry that speaks plain HTTP; None from one that does not.

        A server that wants TLS says so at once: with a 400, a redirect, or by hanging up.
        """
        first, self.channel = self.channel, tls.PLAIN
        self._client = self._transport.client(self.channel, self._policy, httpx.URL(self.base))
        try:
            reply = ping(task, False)
            if reply.status != 400 and self.own(reply.url):
                return reply
        except RetryLater as later:
            if later.outcome.kind == "status":
                return ping(task, True)
        except errors.Failure as failure:
            if tls.trouble(failure) == "refused" and urlsplit(self.base).port is not None:
                raise  # nothing listens at that port, for HTTPS no more than for plain HTTP
            # else HTTPS is next, and after it plain HTTP with as many attempts as elsewhere: they tell what is wrong
        self._client.close()
        self.channel = first
        return None

    def _lower(self, failure: errors.Failure) -> tls.Channel:
        """The channel to try after one that failed so, with a warning; raises the failure where there is none."""
        if isinstance(failure, errors.Unreachable) and failure.reason == "proxy":
            raise failure  # only the registry itself can say that it has no TLS
        why = tls.trouble(failure)
        lower = self._next_channel(why)
        if lower is None:
            raise failure
        if lower is tls.PLAIN:
            self._check_same_proxy(failure)
        if self._insecure:  # loopback falls back to plain HTTP without a word, as everywhere
            self._warn(f"{self.name}: {tls.TROUBLES[why]}; going on with {lower.words}")
        return lower

    def _next_channel(self, why: tls.TlsTrouble) -> tls.Channel | None:
        return tls.fall_back(self.channel, why, self._policy, self.name, insecure=self._insecure)

    def _check_same_proxy(self, failure: errors.Failure) -> None:
        """Raise where plain HTTP would not take the proxy that HTTPS takes: it is there to be passed by no one."""
        with _telling_of_proxies(failure.task):
            secured = self._transport.proxy(httpx.URL(self.base))
            plain = self._transport.proxy(httpx.URL(f"http://{self._netloc}"))
        if secured is not None and plain is None:
            hint = f"Plain HTTP is not tried, since it would go past {secured.words}: set HTTP_PROXY, too."
            raise errors.TlsError(failure.message, failure.task, hint=hint) from failure

    def resolve(self, base: str, location: str, task: Task) -> str:
        """The checked absolute URL of a `Location`, `Link` or redirect; raises ProtocolError."""
        try:
            url = redirect.target(base, location, registry=self.name)
            if not can_be_asked(url):
                raise redirect.Unsafe("an address that cannot be read")
            return url
        except redirect.Unsafe as error:
            message = f"{task.what} stopped: {self.name} points to {redact.clean(str(error))}"
            hint = ""
            if "from HTTPS" in str(error):
                hint = "A proxy in front of the registry does not tell it that clients use HTTPS (X-Forwarded-Proto)."
            raise errors.ProtocolError(message, task, hint=hint) from None

    def follow(self, request: Request, first: str, authorization: str) -> tuple[httpx.Response, str]:
        """Send to `first`, and go where redirects lead; the last response, its body unread, and its address.

        Credentials and the registry's own headers stay at the first origin. Raises what `Transport.send` raises,
        ProxyError and ProtocolError.
        """
        url, method, body, left = first, request.method, request.body, False
        for _ in range(redirect.HOPS + 1):
            left = left or redirect.origin(url) != redirect.origin(first)
            headers = dict(request.headers)
            if left or not (request.anonymous or self.own(first)):
                headers = {name: value for name, value in headers.items() if name.lower() in _SAFE_ELSEWHERE}
            elif authorization:
                headers["Authorization"] = authorization
            response = self.send(method, url, headers, body)
            location = response.headers.get("location", "")
            if response.status_code in request.ok or response.status_code not in redirect.STATUSES or not location:
                return response, url
            status = response.status_code
            response.close()
            there = self.resolve(url, location, request.task)
            if request.secret and redirect.origin(there) != redirect.origin(url):
                raise redirected(request, url, there, self.name)
            url = there
            if status == 303 and method not in ("GET", "HEAD"):
                method, body = "GET", None
        message = f"{request.task.what} stopped: {self.name} redirects more than {redirect.HOPS} times"
        raise errors.ProtocolError(message, request.task)

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: Body | None = None,
        *,
        read: float | None = None,
        force: bool = False,
    ) -> httpx.Response:
        """Send one request to a URL, over the connections to its origin; see `Transport.send`."""
        client = self._client if self.own(url) else None
        return self._transport.send(
            client or self._elsewhere(url), method, httpx.URL(url), headers=headers, body=body, read=read, force=force
        )


@contextmanager
def _telling_of_proxies(task: Task) -> Iterator[None]:
    """Tell of a proxy that is not one as of any other way on which nobody is reached."""
    try:
        yield
    except ProxyError as error:
        raise bad_proxy(error, task) from None
