"""One registry host for a run: connected once, then asked by all workers, with tokens, retries and pauses.

Everything above sends a `Request` and gets a `Reply`, or one of the failures of `errors.py`.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from urllib.parse import urlsplit

from lazyoci.errors import Interrupted
from lazyoci.frozen import replace
from lazyoci.registry import errors, redact, vendors
from lazyoci.registry.address import sends_credentials_in_clear
from lazyoci.registry.auth import challenge, realm, scope, token
from lazyoci.registry.auth.authenticator import Authenticator, Flow, T, drive
from lazyoci.registry.auth.authorization import Authorization, Need, Terms, TokenReply
from lazyoci.registry.auth.scope import Scopes
from lazyoci.registry.connection import Connection
from lazyoci.registry.credentials.credential import Credentials
from lazyoci.registry.early import Early
from lazyoci.registry.errors import Task
from lazyoci.registry.http import redirect, retry, tls
from lazyoci.registry.http.light_httpx import httpx
from lazyoci.registry.http.proxy import ProxyError
from lazyoci.registry.http.throttle import PARALLEL_BLOBS, Throttle
from lazyoci.registry.http.transport import Room, Transport
from lazyoci.registry.http.unreachable import TransportError, bad_proxy, unreached
from lazyoci.registry.refusals import error_body
from lazyoci.registry.refusals.classify import classify
from lazyoci.registry.refusals.refusal import Refusal
from lazyoci.registry.request import Reply, Request, RetryLater
from lazyoci.registry.token_requests import to_send

_PINGED = frozenset(range(200, 500)) - retry.STATUSES - redirect.STATUSES
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
        self.vendor = vendors.vendor_of(name)
        self.connection = Connection(name, transport, policy, insecure=insecure, warn=warn, elsewhere=elsewhere)
        self.ping_status = 0
        self._expected: Scopes = ()
        self._early = Early()
        self._trusted = policy.trusted
        self._credentials = credentials
        self._authenticator: Authenticator | None = None  # from the first reply on, which says what it wants
        self._warn = warn
        self._warned: set[str] = set()
        self._attempts = attempts
        self._connecting = threading.Lock()
        self._connected = False
        self._failed: tuple[float, errors.Failure] | None = None

    @property
    def auth(self) -> Authenticator:
        """What knows the registry's challenge and our credentials; only once it is connected."""
        assert self._authenticator is not None, "connect first"
        return self._authenticator

    def close(self) -> None:
        """Close all connections."""
        self.connection.close()

    def connect(self) -> None:
        """Find the way to speak to the host, and what it wants from who asks: `GET /v2/`, once a run.

        What `ask_early` noted is asked at the same time.
        """
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
        reply = self.connection.find_channel(
            lambda task, again: self._early.beside(
                lambda: self._exchange(Request("GET", "/v2/", task, ok=_PINGED, anonymous=True, repeatable=again)),
                self._try,
            )
        )
        self.ping_status = reply.status
        if reply.status >= 300:
            self._early.forget()
        self.vendor = vendors.vendor_of(self.name, reply.headers)
        if not (reply.status < 300 or reply.status in (401, 403)):
            message = f"{self.name} is not an OCI registry: GET /v2/ answered {reply.status}"
            said = error_body.words(error_body.parse_body(reply.body), 0)
            hint = "It speaks HTTPS: set `tls: auto` for it." if "to an https server" in said.lower() else ""
            task = Task(self.name, "", f"connection to {self.name}", "GET", "/v2/", reply.status)
            raise errors.ProtocolError(message, task, hint=hint, said=said)
        self._authenticator = Authenticator(
            self.name,
            self._terms(reply),
            self._credentials,
            resolve=partial(realm.address, self.name, self.connection.base),
            clock=self.transport.clock,
            now=self.transport.now,
            warn=self._warn,
        )

    def _terms(self, reply: Reply) -> Terms:
        """What the reply to the ping says of authentication, and whether it may be given over this channel."""
        found = challenge.parse(reply.headers.get_list("www-authenticate")) if reply.status == 401 else []
        schemes = dict.fromkeys(one.scheme.capitalize() for one in found)
        withhold = ""
        plain = self.connection.channel.scheme == "http"
        if plain and not self._trusted and not sends_credentials_in_clear(self.name):
            withhold = (
                f"credentials are not sent to {self.name} over plain HTTP; use TLS, "
                f"or trust it: lazyoci registry add {self.name} --insecure"
            )
        return Terms(challenge.choose(found), redact.clean(", ".join(schemes), limit=60), withhold)

    def ask_early(self, request: Request) -> None:
        """Note what is to be asked along with the first request, if nobody is known to the registry; `send` has the
        answer."""
        if not self._connected and not self._credentials.may_have(self.name, request.task.repository):
            self._early.note(request)

    def _try(self, request: Request) -> Reply | None:
        """The answer to a request that is sent once, without credentials; None if none comes."""
        try:
            response, url = self._follow(request, self.connection.base + request.url, "")
            body = self.transport.read(response, request.limit)
        except TransportError as error:
            self._heed(retry.Failed(error.kind))
            return None
        except (ProxyError, errors.Failure):
            return None
        refused = retry.Failed("status", response.status_code, response.headers.get("retry-after", ""))
        if (retry.wait_asked(refused, self.transport.now()) or 0.0) <= retry.RETRY_AFTER_CAP:
            self._heed(refused)  # a longer wait is for nobody; whoever asks again in turn tells of it at once
        return Reply(response.status_code, response.headers, body, url, Authorization())

    def expect(self, scopes: Scopes) -> None:
        """Note what the run will need of this host, so that one token may be asked for all of it."""
        self._expected = scope.union(self._expected, scopes)

    def authorize(
        self, task: Task, scopes: Scopes, *, margin: float = token.RENEW_EARLY, strict: bool = False
    ) -> Authorization:
        """What to show with a request; asks the token server where that is needed. See `Authenticator.authorize`."""
        return self._drive(self.auth.authorize(Need(task, scopes, self.vendor, margin, strict, self._expected)), task)

    def _drive(self, flow: Flow[T], task: Task) -> T:
        """Send the requests of a flow of the authenticator to the token server."""

        def send(wanted: token.TokenRequest) -> TokenReply:
            reply = self._exchange(to_send(wanted, self.name, task, trusted=self._trusted))
            return TokenReply(reply.status, reply.headers, reply.body)

        return drive(flow, send)

    def send(self, request: Request) -> Reply:
        """Send, with retries, redirects and authentication; the body is read up to `request.limit` + 1 bytes."""
        if request.early:
            self.ask_early(request)
        self.connect()
        reply = self._early.take(request) if request.early else None
        if reply is None:
            return self._exchange(request)
        self._show_warnings(reply.headers)
        return reply

    def send_anonymously(self, request: Request) -> Reply:
        """Send to an absolute address that is not the registry's, such as its search; no ping, no credentials."""
        return self._exchange(replace(request, anonymous=True))

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
        headers = dict(request.headers)
        try:
            if self.connection.own(request.url):
                headers["Authorization"] = self.authorize(request.task, request.scopes).header
            response = self.connection.send(request.method, request.url, headers, read=seconds, force=True)
        except (TransportError, ProxyError, errors.Failure, Interrupted):
            return 0
        response.close()
        return response.status_code

    def _exchange(self, request: Request, opened: list[httpx.Response] | None = None) -> Reply:
        """The attempts, until a status is in `request.ok` or a failure stands; `opened` gets the response, unread."""
        attempt, renewed = 0, False
        scopes, renewal = request.scopes, None
        first = request.url if "://" in request.url else self.connection.base + request.url
        while True:
            attempt += 1
            self.throttle.wait()
            shown = Authorization()
            if renewal is not None:
                shown, renewal = renewal, None
            elif not request.anonymous and self.connection.own(first):
                shown = self.authorize(request.task, scopes, margin=request.margin)
            try:
                response, url = self._follow(request, first, shown.header)
                if response.status_code in request.ok:
                    self._show_warnings(response.headers)
                    body = b""
                    if opened is None:
                        body = self.transport.read(response, request.limit)
                    else:
                        opened.append(response)
                    return Reply(response.status_code, response.headers, body, url, shown)
            except ProxyError as error:  # of a host that a redirect, or the token server's address, leads to
                raise bad_proxy(error, _task(request)) from None
            except TransportError as error:
                outcome = retry.Failed(error.kind)
                name = urlsplit(request.url).netloc if "://" in request.url else self.name
                failure = unreached(error, _task(request), name, attempt, self.transport.timeouts.connect)
                self._pause_or_raise(request, attempt, outcome, failure, error)
                continue
            refused = response.status_code == 401 and not request.anonymous and self.connection.own(url)
            if refused and request.renew and not renewed:
                renewed = True
                found = challenge.choose(challenge.parse(response.headers.get_list("www-authenticate")))
                need = Need(request.task, scopes, self.vendor)
                fresh = self._drive(self.auth.renew(shown, found, need), request.task)
                if fresh is not None:
                    self._read_refusal(response)
                    renewal, scopes = fresh
                    attempt -= 1  # not a failure of the registry
                    continue
            failure = self._refused(response, request, shown, attempt)
            # GitHub limits the rate with 403 too: whatever the status, a limited rate is waited for
            status = 429 if isinstance(failure, errors.RateLimited) else response.status_code
            outcome = retry.Failed("status", status, response.headers.get("retry-after", ""))
            self._pause_or_raise(request, attempt, outcome, failure, None)

    def _follow(self, request: Request, first: str, authorization: str) -> tuple[httpx.Response, str]:
        """See `Connection.follow`; how long a small request took tells how long the link is."""
        with self.throttle.request() if request.waits else nullcontext():
            began = self.transport.clock()
            response, url = self.connection.follow(request, first, authorization)
            if request.body is None and url == first:
                self.throttle.took(self.transport.clock() - began)
        return response, url

    def _pause_or_raise(
        self,
        request: Request,
        attempt: int,
        outcome: retry.Failed,
        failure: errors.Failure,
        cause: BaseException | None,
    ) -> None:
        """Sleep before the next attempt, or raise: the failure, or RetryLater where the request is not repeatable."""
        now = self.transport.now()
        asked = self._heed(outcome)
        seconds = retry.delay(attempt, outcome, now=now, jitter=random.random(), attempts=self._attempts)
        if not request.repeatable and retry.delay(1, outcome, now=now) is not None:
            raise RetryLater(outcome, failure) from cause
        if seconds is None:
            raise failure from cause
        if asked is None:  # else the throttle, closed for all, does the waiting
            self.transport.sleep(seconds)

    def _heed(self, outcome: retry.Failed) -> float | None:
        """Have all workers wait as long as a refusal asks for, and send less to a host that has had too much.

        The seconds asked for, or None.
        """
        asked = retry.wait_asked(outcome, self.transport.now())
        if outcome.status == 429 or asked is not None:
            wait = min(asked or 0.0, retry.RETRY_AFTER_CAP)
            self.throttle.close_for(wait, limited=outcome.status == 429)
        elif outcome.kind == "reset":
            self.throttle.cut()
        return asked

    def _read_refusal(self, response: httpx.Response) -> bytes:
        """What a refusal says; read to its end, so that the connection can be used again."""
        try:
            return self.transport.read(response, error_body.BODY_LIMIT)
        except TransportError:
            return b""  # the status is known, its words are lost

    def _refused(
        self, response: httpx.Response, request: Request, shown: Authorization, attempt: int
    ) -> errors.Failure:
        """The typed failure for a response whose status is none of those hoped for."""
        body = self._read_refusal(response)
        if self.vendor is vendors.GENERIC:
            self.vendor = vendors.vendor_of(self.name, response.headers)
        credential, withheld, path = shown.credential, shown.withheld, request.task.repository
        if self._authenticator is not None:
            credential = credential or self.auth.rejected(path)
            if not withheld and response.status_code == 401 and not request.anonymous and not shown.header:
                withheld = self.auth.unanswerable(path)
        return classify(
            Refusal(
                _task(request, response.status_code),
                body,
                response.headers,
                credential,
                proven=shown.token is not None and shown.credential is not None,
                withheld=withheld,
                now=self.transport.now(),
                attempts=attempt,
                vendor=self.vendor,
                exists=request.exists,
            )
        )

    def _show_warnings(self, headers: httpx.Headers) -> None:
        """`Warning: 299 - "text"` headers (distribution-spec "Warnings"), each once a run."""
        for value in headers.get_list("warning"):
            code, _, rest = value.strip().partition(" ")
            said = redact.text(rest.partition(" ")[2].strip().strip('"'))
            if code == "299" and said and said not in self._warned and len(self._warned) < _WARNINGS:
                self._warned.add(said)
                self._warn(f"{self.name}: {said}")


def _task(request: Request, status: int = 0) -> Task:
    path = redact.clean(urlsplit(request.url).path, limit=300)
    return replace(request.task, method=request.method, path=path, status=status)
