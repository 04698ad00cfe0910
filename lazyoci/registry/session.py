"""One registry host: the channel to it, who we are there, retries, redirects and the pause it may ask for.

Everything above sends an `Request` and gets a `Reply`, or one of the failures of `errors.py`.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

from lazyoci.errors import Interrupted
from lazyoci.registry import errors, redact, vendors
from lazyoci.registry.address import is_private, sends_credentials_in_clear
from lazyoci.registry.auth import challenge
from lazyoci.registry.auth.authenticator import Authenticator, Ticket
from lazyoci.registry.auth.token_endpoint import TokenEndpoint, moved
from lazyoci.registry.credentials.credential import Credentials
from lazyoci.registry.errors import Task
from lazyoci.registry.http import redirect, retry, tls
from lazyoci.registry.http.light_httpx import can_be_asked, httpx
from lazyoci.registry.http.proxy import ProxyError
from lazyoci.registry.http.throttle import PARALLEL_BLOBS, Throttle
from lazyoci.registry.http.transport import Room, Transport
from lazyoci.registry.http.unreachable import TransportError, bad_proxy, unreached
from lazyoci.registry.refusals import refusal
from lazyoci.registry.request import Reply, Request, RetryLater

_ANY = frozenset(range(200, 500)) - retry.STATUSES - redirect.STATUSES
_SAFE_ELSEWHERE = frozenset({"accept", "range", "content-type", "content-range"})
_WARNINGS = 20  # of one host that are shown in a run
_FAILED_FOR = 10.0  # seconds that a failure to connect is told to other workers before anyone tries again


class Session:
    """A registry host, for a whole run and all workers. Thread-safe."""

    def __init__(
        self,
        name: str,
        transport: Transport,
        policy: tls.TlsPolicy,
        credentials: Credentials,
        *,
        insecure: bool,
        warn: Callable[[str], None],
        elsewhere: Callable[[str], httpx.Client],
        attempts: int,
        blobs: int = PARALLEL_BLOBS,
        chunk: int = 0,
    ) -> None:
        """`chunk`: bytes of a blob that are sent in one request; 0 for all of them, which is what works everywhere."""
        self.name = name
        self.chunk = chunk
        self.transport = transport
        self.throttle = Throttle(transport.clock, transport.sleep, blobs)
        self.kind = vendors.vendor_of(name)
        self.channel = tls.first_channel(policy)
        endpoint = TokenEndpoint(name, lambda request: self._exchange(request), trusted=policy.trusted)
        self.auth = Authenticator(
            name, credentials, endpoint.ask, clock=transport.clock, now=transport.now, warn=warn, kind=lambda: self.kind
        )
        self.auth.resolve = lambda realm, task: endpoint.address(self.base, realm, task)
        self.ping_status = 0
        self._policy = policy
        self._insecure = insecure
        self._warn = warn
        self._warned: set[str] = set()
        self._elsewhere = elsewhere
        self._attempts = attempts
        self._netloc = "registry-1.docker.io" if name == "docker.io" else name
        self._client: httpx.Client | None = None
        self._connecting = threading.Lock()
        self._connected = False
        self._failed: tuple[float, errors.Failure] | None = None

    @property
    def base(self) -> str:
        """The root of the registry's addresses."""
        return f"{self.channel.scheme}://{self._netloc}"

    @property
    def may_be_plain(self) -> bool:
        """Whether plain HTTP would be tried where nothing listens for HTTPS."""
        return tls.fall_back(self.channel, "refused", self._policy, self.name, insecure=self._insecure) is not None

    def close(self) -> None:
        """Close all connections."""
        if self._client is not None:
            self._client.close()

    def connect(self) -> None:
        """Find the way to speak to the host, and what it wants from who asks: `GET /v2/`, once a run."""
        if self._connected:
            return
        with self._connecting:
            if self._connected:
                return
            if self._failed is not None and self.transport.clock() - self._failed[0] < _FAILED_FOR:
                raise self._failed[1]
            try:
                self._ping()
            except errors.Failure as failure:
                self._failed = (self.transport.clock(), failure)
                raise
            self._connected = True

    def _ping(self) -> None:
        task = Task(self.name, doing=f"connection to {self.name}")
        reply = self._reach(Request("GET", "/v2/", task, ok=_ANY, plain=True))
        self.ping_status = reply.status
        self.kind = vendors.vendor_of(self.name, reply.headers)
        if reply.status == 401:
            found = challenge.parse(reply.headers.get_list("www-authenticate"))
            self.auth.challenge = challenge.choose(found)
            schemes = dict.fromkeys(one.scheme.capitalize() for one in found)
            self.auth.offered = redact.clean(", ".join(schemes), limit=60)
        elif not (reply.status < 300 or reply.status == 403):
            message = f"{self.name} is not an OCI registry: GET /v2/ answered {reply.status}"
            said = refusal.words(refusal.parse_body(reply.body), 0)
            hint = "It speaks HTTPS: set `tls: auto` for it." if "to an https server" in said.lower() else ""
            task = replace(task, method="GET", path="/v2/", status=reply.status)
            raise errors.ProtocolError(message, task, hint=hint, said=said)
        if self.channel.scheme == "http" and not self._policy.trusted and not sends_credentials_in_clear(self.name):
            self.auth.withhold = (
                f"credentials are not sent to {self.name} over plain HTTP; use TLS, "
                f"or trust it: lazyoci registry add {self.name} --insecure"
            )

    def _reach(self, request: Request) -> Reply:
        """The reply to the ping, over the first channel that works and that the policy allows."""
        self.channel = tls.first_channel(self._policy)
        if not can_be_asked(self.base):
            message = f"{request.task.what} failed: there is no host named {self.name}"
            raise errors.Unreachable(message, request.task, reason="dns", hint="Check its spelling.")
        mapped = str(self.transport.physical(httpx.URL(self.base)))
        plain = mapped.startswith("http:")  # a test's server
        if plain and is_private(self.name):
            self.channel = tls.PLAIN
        while True:
            with self._proxied(request.task):
                channel = tls.PLAIN if plain else self.channel
                self._client = self.transport.client(channel, self._policy, httpx.URL(self.base))
            try:
                return self._exchange(request)
            except errors.Failure as failure:
                self._client.close()
                if isinstance(failure, errors.Unreachable) and failure.reason == "proxy":
                    raise  # only the registry itself can say that it has no TLS
                why = tls.trouble(failure)
                lower = tls.fall_back(self.channel, why, self._policy, self.name, insecure=self._insecure)
                if lower is None:
                    raise
                if lower is tls.PLAIN:
                    self._same_proxy(failure)
                if self._insecure:  # loopback falls back to plain HTTP without a word, as everywhere
                    self._warn(f"{self.name}: {tls.TROUBLES[why]}; going on with {lower.words}")
                self.channel = lower

    @contextmanager
    def _proxied(self, task: Task) -> Iterator[None]:
        """Tell of a proxy that is not one as of any other way on which nobody is reached."""
        try:
            yield
        except ProxyError as error:
            raise bad_proxy(error, task) from None

    def _same_proxy(self, failure: errors.Failure) -> None:
        """Raise where plain HTTP would not take the proxy that HTTPS takes: it is there to be passed by no one."""
        with self._proxied(failure.task):
            secured = self.transport.proxy(httpx.URL(self.base))
            plain = self.transport.proxy(httpx.URL(f"http://{self._netloc}"))
        if secured is not None and plain is None:
            hint = f"Plain HTTP is not tried, since it would go past {secured.words}: set HTTP_PROXY, too."
            raise errors.TlsError(failure.message, failure.task, hint=hint) from failure

    def send(self, request: Request) -> Reply:
        """Send, with retries, redirects and authentication; the body is read up to `request.limit` + 1 bytes."""
        self.connect()
        return self._exchange(request)

    def send_plain(self, request: Request) -> Reply:
        """Send to an absolute address that is not the registry's, such as its search; no ping, no credentials."""
        return self._exchange(replace(request, plain=True))

    @contextmanager
    def open(self, request: Request) -> Iterator[tuple[Reply, Callable[[Room | None], Iterator[bytes | memoryview]]]]:
        """As `send`, with the body yet to be read: a reply without one, and its raw bytes as they come."""
        self.connect()
        opened: list[httpx.Response] = []
        reply = self._exchange(request, opened)
        try:
            yield reply, partial(self.transport.stream, opened[0])
        finally:
            opened[0].close()

    def send_once(self, request: Request, *, seconds: float) -> int:
        """Send without retry, renewal or redirect, even when the run was cancelled; the status, or 0 for no answer."""
        client = self._client if self.own(request.url) else None
        headers = dict(request.headers)
        try:
            if client is not None:
                headers["Authorization"] = self.auth.ticket(
                    request.task.repository, request.scopes, request.task
                ).header
            response = self.transport.send(
                client or self._elsewhere(request.url), request.method, httpx.URL(request.url),
                headers=headers, body=None, read=seconds, force=True,
            )  # fmt: skip
        except (TransportError, ProxyError, errors.Failure, Interrupted):
            return 0
        response.close()
        return response.status_code

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

    def own(self, url: str) -> bool:
        """Whether a URL is of this registry's own origin: only there go credentials."""
        return redirect.origin(url) == redirect.origin(self.base)

    def _exchange(self, request: Request, opened: list[httpx.Response] | None = None) -> Reply:
        """The attempts, until a status is in `request.ok` or a failure stands; `opened` gets the response, unread."""
        attempt, renewed = 0, False
        scopes, next_ticket = request.scopes, None
        first = request.url if "://" in request.url else self.base + request.url
        while True:
            attempt += 1
            self.throttle.wait()
            ticket = Ticket()
            if next_ticket is not None:
                ticket, next_ticket = next_ticket, None
            elif not request.plain and self.own(first):
                ticket = self.auth.ticket(request.task.repository, scopes, request.task, margin=request.margin)
            try:
                response, url = self._follow(request, first, ticket)
                if response.status_code in request.ok:
                    self._show_warnings(response)
                    body = b""
                    if opened is None:
                        body = self.transport.read(response, request.limit)
                    else:
                        opened.append(response)
                    return Reply(response.status_code, response.headers, body, url, ticket)
            except ProxyError as error:  # of a host that a redirect, or the token server's address, leads to
                raise bad_proxy(error, self._task(request)) from None
            except TransportError as error:
                outcome = retry.Outcome(error.kind)
                failure = unreached(
                    error, self._task(request), self._name_of(request), attempt, self.transport.timeouts.connect
                )
                self._pause_or_raise(request, attempt, outcome, failure, error)
                continue
            if response.status_code == 401 and request.renew and not renewed and not request.plain and self.own(url):
                renewed = True
                found = challenge.choose(challenge.parse(response.headers.get_list("www-authenticate")))
                fresh = self.auth.renew(ticket, found, request.task.repository, scopes, request.task)
                if fresh is not None:
                    response.close()
                    next_ticket, scopes = fresh
                    attempt -= 1  # not a failure of the registry
                    continue
            failure = self._refused(response, request, ticket, attempt)
            # GitHub limits the rate with 403 too: whatever the status, a limited rate is waited for
            status = 429 if isinstance(failure, errors.RateLimited) else response.status_code
            outcome = retry.Outcome("status", status, response.headers.get("retry-after", ""))
            self._pause_or_raise(request, attempt, outcome, failure, None)

    def _pause_or_raise(
        self,
        request: Request,
        attempt: int,
        outcome: retry.Outcome,
        failure: errors.Failure,
        cause: BaseException | None,
    ) -> None:
        """Sleep before the next attempt, or raise: the failure, or RetryLater where nothing may be repeated."""
        now = self.transport.now()
        asked = retry.wait_asked(outcome, now)
        if outcome.status == 429 or asked is not None:
            wait = min(asked or 0.0, retry.RETRY_AFTER_CAP)
            self.throttle.close_for(wait, limited=outcome.status == 429)
        seconds = retry.delay(attempt, outcome, now=now, jitter=random.random(), attempts=self._attempts)
        if not request.again and retry.delay(1, outcome, now=now) is not None:
            raise RetryLater(outcome, failure) from cause
        if seconds is None:
            raise failure from cause
        if asked is None:  # else the gate, closed for all, does the waiting
            self.transport.sleep(seconds)

    def _follow(self, request: Request, first: str, ticket: Ticket) -> tuple[httpx.Response, str]:
        """Send, and go where redirects lead; credentials and the registry's own headers stay at the first origin."""
        url, method, body, left = first, request.method, request.body, False
        for _ in range(redirect.HOPS + 1):
            left = left or redirect.origin(url) != redirect.origin(first)
            headers = dict(request.headers)
            if left or not (request.plain or self.own(first)):
                headers = {name: value for name, value in headers.items() if name.lower() in _SAFE_ELSEWHERE}
            elif ticket.header:
                headers["Authorization"] = ticket.header
            client = self._client if self.own(url) else None
            response = self.transport.send(
                client or self._elsewhere(url), method, httpx.URL(url), headers=headers, body=body
            )
            location = response.headers.get("location", "")
            if response.status_code in request.ok or response.status_code not in redirect.STATUSES or not location:
                return response, url
            status = response.status_code
            response.close()
            there = self.resolve(url, location, request.task)
            if request.secret and redirect.origin(there) != redirect.origin(url):
                raise moved(request, url, there, self.name)
            url = there
            if status == 303 and method not in ("GET", "HEAD"):
                method, body = "GET", None
        raise errors.ProtocolError(
            f"{request.task.what} stopped: {self.name} redirects more than {redirect.HOPS} times", request.task
        )

    def _task(self, request: Request, status: int = 0) -> Task:
        path = urlsplit(request.url).path
        return replace(request.task, method=request.method, path=redact.clean(path, limit=300), status=status)

    def _name_of(self, request: Request) -> str:
        return urlsplit(request.url).netloc if "://" in request.url else self.name

    def _refused(self, response: httpx.Response, request: Request, ticket: Ticket, attempt: int) -> errors.Failure:
        try:
            body = self.transport.read(response, refusal.BODY_LIMIT)
        except TransportError:
            body = b""  # the status is known, its words are lost
        if self.kind is vendors.GENERIC:
            self.kind = vendors.vendor_of(self.name, response.headers)
        return refusal.classify(
            refusal.Refusal(
                self._task(request, response.status_code),
                body,
                response.headers,
                ticket.credential or self.auth.rejected(request.task.repository),
                proven=ticket.token is not None and ticket.credential is not None,
                withheld=ticket.withheld or self._unasked(response, request, ticket),
                now=self.transport.now(),
                attempts=attempt,
                kind=self.kind,
                exists=request.exists,
            )
        )

    def _unasked(self, response: httpx.Response, request: Request, ticket: Ticket) -> str:
        plain = request.plain or ticket.header
        return "" if response.status_code != 401 or plain else self.auth.unasked(request.task.repository)

    def _show_warnings(self, response: httpx.Response) -> None:
        """`Warning: 299 - "text"` headers (distribution-spec "Warnings"), each once a run."""
        for value in response.headers.get_list("warning"):
            code, _, rest = value.strip().partition(" ")
            said = redact.text(rest.partition(" ")[2].strip().strip('"'))
            if code == "299" and said and said not in self._warned and len(self._warned) < _WARNINGS:
                self._warned.add(said)
                self._warn(f"{self.name}: {said}")
