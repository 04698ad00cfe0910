"""`registry test`: every step on the way to a registry and to the right to push, each with its result."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from lazyoci.errors import LazyociError
from lazyoci.oci.reference import Repository
from lazyoci.registry import errors, vendors
from lazyoci.registry.auth import scope, token
from lazyoci.registry.auth.authorization import Authorization
from lazyoci.registry.client import Client
from lazyoci.registry.errors import Task
from lazyoci.registry.http import tls
from lazyoci.registry.http.light_httpx import can_be_asked, httpx
from lazyoci.registry.http.proxy import ProxyError
from lazyoci.registry.http.unreachable import bad_proxy
from lazyoci.registry.refusals import refusal
from lazyoci.registry.request import Request
from lazyoci.registry.session import Session

State = Literal["ok", "failed", "skipped"]
NAMES = ("DNS", "TCP", "TLS", "/v2/", "credentials", "token", "scopes", "push right")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what was found, and for a failed one the remedy."""

    name: str
    state: State
    detail: str = ""
    hint: str = ""


def failed(steps: list[Step]) -> bool:
    """Whether any step failed."""
    return any(step.state == "failed" for step in steps)


class _Stop(Exception):
    """No later step makes sense."""


class _Probe:
    def __init__(self, client: Client, name: str, repository: Repository | None, push: bool) -> None:
        self.client = client
        self.repository = repository
        self.path = repository.path if repository else ""
        self.push = push
        self.steps: list[Step] = []
        self.session: Session = client.session(name)
        self.task = Task(name, self.path, f"{'push to' if push else 'connection to'} {repository or name}")
        self.shown = Authorization()

    def note(self, state: State, detail: str, hint: str = "") -> None:
        self.steps.append(Step(NAMES[len(self.steps)], state, detail, hint))

    def fail(self, error: LazyociError) -> None:
        self.note("failed", error.message, error.hint)
        raise _Stop

    def run(self) -> list[Step]:
        stages: tuple[Callable[[], None], ...] = (
            self.connection,
            self.registry,
            self.credentials,
            self.token,
            self.scopes,
            self.push_right,
        )
        try:
            for stage in stages:
                stage()
        except _Stop:
            pass
        while len(self.steps) < len(NAMES):
            self.note("skipped", "not reached")
        return self.steps

    def connection(self) -> None:
        """DNS and TCP, by sockets of our own; a proxy would do both in our place."""
        if not can_be_asked(self.session.connection.base):
            self.fail(LazyociError(f"there is no host named {self.session.name}", hint="Check its spelling."))
            return
        there = httpx.URL(self.session.connection.base)
        name, port = there.host, there.port or (443 if there.scheme == "https" else 80)
        try:
            proxy = self.client.transport.proxy(there)
        except ProxyError as error:
            self.fail(bad_proxy(error, self.task))
            return
        if proxy is not None:
            self.note("skipped", f"left to {proxy.words}")
            self.note("skipped", f"left to {proxy.words}")
            return
        try:
            found = sorted({str(item[4][0]) for item in socket.getaddrinfo(name, port, proto=socket.IPPROTO_TCP)})
        except OSError as error:
            hint = "Check its spelling and the network."
            self.fail(LazyociError(f"there is no host named {name}: {error.strerror or error}", hint=hint))
            return
        self.note("ok", f"{name} is {', '.join(found[:4])}{' …' if len(found) > 4 else ''}")
        ports = [port]
        if port == 443 and there.port is None and self.session.connection.may_be_plain:
            ports.append(80)
        problem = ""
        for candidate in ports:
            try:
                socket.create_connection((name, candidate), timeout=self.client.transport.timeouts.connect).close()
            except OSError as error:
                problem = problem or (error.strerror or str(error)).lower()
                continue
            self.note("ok", f"port {candidate} is open")
            return
        hint = "Is the registry running, and is the port right?"
        self.fail(LazyociError(f"port {port} of {name} cannot be reached: {problem}", hint=hint))

    def registry(self) -> None:
        """TLS and `/v2/`, as every later request will speak to the host."""
        session = self.session
        try:
            session.connect()
        except errors.TlsError as error:
            self.fail(error)
        except errors.Failure as error:
            if session.connection.channel.scheme == "http":
                self.note("skipped", session.connection.channel.words)
            elif not isinstance(error, errors.Unreachable) or self._handshake() is not None:
                self.note("ok", session.connection.channel.words)
            self.fail(error)  # of TLS, where it was not come to
        channel = session.connection.channel
        if channel.scheme == "http":
            self.note("skipped", "plain HTTP")
        else:
            self.note("ok", self._certificate())
        challenge = session.auth.challenge
        unclear = "asks for credentials, and not for which" if session.ping_status == 401 else "asks for no credentials"
        wants = f"asks for {challenge.scheme.capitalize()} credentials" if challenge else unclear
        product = f", {session.vendor.name}" if session.vendor is not vendors.GENERIC else ""
        self.note("ok", f"an OCI registry{product}; {wants}")

    def _certificate(self) -> str:
        """What the connection is secured with; the one that counts was made already."""
        words = self.session.connection.channel.words
        shaken = self._handshake()
        if shaken is None:
            return words
        version, until = shaken
        return f"{version}, {words}" + (f", certificate until {until}" if until else "")

    def _handshake(self) -> tuple[str, str] | None:
        """The TLS version and until when the certificate is good, by a handshake of our own; None where there is none.

        There is none through a proxy, either.
        """
        there = httpx.URL(self.session.connection.base)
        if there.scheme != "https" or self.client.transport.proxy(there) is not None:
            return None
        policy = self.client.policy(self.session.name)
        context = tls.context(self.session.connection.channel, policy)
        limit = self.client.transport.timeouts.connect
        try:
            with (
                socket.create_connection((there.host, there.port or 443), timeout=limit) as raw,
                context.wrap_socket(raw, server_hostname=there.host) as secured,
            ):
                until = (secured.getpeercert() or {}).get("notAfter", "")
                return secured.version() or "TLS", until if isinstance(until, str) else ""
        except (OSError, ssl.SSLError):
            return None

    def credentials(self) -> None:
        """Which source gives credentials; they are not shown."""
        try:
            found = self.session.auth.credential(self.path)
        except LazyociError as error:
            self.fail(error)
            return
        if found is None:
            self.note("skipped", f"none found for {self.session.name}: anonymous")
        elif self.session.auth.withhold:
            self.fail(LazyociError(self.session.auth.withhold))
        else:
            self.note("ok", f"{found.who} from {found.source}")

    def token(self) -> None:
        """A token for the scopes a push or a pull would want, or the proof that Basic credentials are taken."""
        session = self.session
        if session.auth.challenge is None and session.ping_status == 401:
            self.fail(LazyociError(session.auth.unanswerable(self.path)))
        if session.auth.challenge is None:
            self.note("skipped", "none wanted")
            return
        actions = scope.PUSH if self.push else scope.PULL
        scopes = (scope.repository(self.path, *actions),) if self.path else ()
        try:
            self.shown = session.authorize(self.task, scopes, strict=True)
            if self.shown.token is None:
                request = Request("GET", "/v2/", self.task, scopes, ok=frozenset({200, 403, 404}), renew=False)
                if self.shown.header:
                    session.send(request)
                    self.note("ok", f"none needed: {session.name} takes the credentials as they are")
                    return
                raise refusal.unauthorized(
                    refusal.Refusal(self.task, b"", {}, withheld=self.shown.withheld, vendor=session.vendor)
                )
        except LazyociError as error:
            self.fail(error)
        got = self.shown.token
        if got is not None:
            who = "" if self.shown.credential else "anonymous, "
            self.note("ok", f"{who}valid for {got.lifetime:.0f} s")

    def scopes(self) -> None:
        """What the token grants, where it can be read."""
        if self.repository is None:
            self.note("skipped", "no repository given")
            return
        granted = token.granted(self.shown.token.value, self.path) if self.shown.token else None
        if granted is None:
            self.note("skipped", "the token does not say" if self.shown.token else "no token")
            return
        words = ", ".join(sorted(granted)) or "nothing"
        wanted = "push" if self.push else "pull"
        if wanted not in granted:
            refused = refusal.Refusal(self.task, b"", {}, self.shown.credential, vendor=self.session.vendor)
            error = refusal.denied(refused) if self.shown.credential else refusal.unauthorized(refused)
            self.fail(LazyociError(f"the token grants {words} on {self.path}, not {wanted}", hint=error.hint))
        self.note("ok", f"{words} on {self.path}")

    def push_right(self) -> None:
        """Open an upload session and cancel it."""
        if self.repository is None or not self.push:
            self.note("skipped", "not asked for (--push)" if self.repository else "no repository given")
            return
        try:
            cancelled = self.client.repository(self.repository).probe_push()
        except LazyociError as error:
            self.fail(error)
            return
        rest = "" if cancelled else "; it could not be cancelled and will expire by itself"
        self.note("ok", f"an upload to {self.path} may begin{rest}")


def probe(client: Client, host: str, repository: Repository | None = None, *, push: bool = False) -> list[Step]:
    """All steps for a host, and for one of its repositories if given; always eight, in the order of `NAMES`.

    `push` also proves the right to push, by an upload session that is cancelled at once. Raises nothing but
    Interrupted and SettingsError for unusable certificate files.
    """
    return _Probe(client, host, repository, push).run()
