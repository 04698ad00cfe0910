"""Who asks, with which token: one `Authenticator` a host, shared by all workers (wire.md A2).

Tokens are cached by credential and scope set, and got once however many workers wait for one ("single-flight").
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from lazyoci.registry import errors, vendors
from lazyoci.registry.auth import scope, token
from lazyoci.registry.auth.challenge import Challenge
from lazyoci.registry.auth.scope import Scopes
from lazyoci.registry.credentials.credential import Credential, Credentials
from lazyoci.registry.errors import Task
from lazyoci.registry.refusals import refusal
from lazyoci.registry.sent_secrets import SENT

# statuses with which token servers answer a POST they do not know: then GET (GCR, Gitea 404; JFrog 401; ACR 400)
_POST_UNKNOWN = frozenset({400, 401, 404, 405})


@dataclass(frozen=True, slots=True)
class Answer:
    """A token server's reply; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class TokenServer(Protocol):
    """Sends a token request, under the rules for redirects, retries and private addresses."""

    def __call__(self, request: token.TokenRequest, task: Task) -> Answer:
        """Raises errors.Failure when there is no reply."""
        ...


@dataclass(frozen=True, slots=True)
class Ticket:
    """What one request shows: `header` is the value of Authorization, empty for none."""

    scheme: Literal["bearer", "basic", "none"] = "none"
    header: str = field(default="", repr=False)
    credential: Credential | None = None
    token: token.Token | None = field(default=None, repr=False)
    withheld: str = ""  # why the credentials that exist are not used


class Authenticator:
    """Finds credentials, gets tokens, remembers both. Thread-safe."""

    def __init__(
        self,
        host: str,
        credentials: Credentials,
        ask: TokenServer,
        *,
        clock: Callable[[], float],
        now: Callable[[], float],
        warn: Callable[[str], None],
        kind: Callable[[], vendors.Vendor],
    ) -> None:
        self._host = host
        self._credentials = credentials
        self._ask = ask
        self._clock = clock
        self._now = now
        self._warn = warn
        self._kind = kind
        self._lock = threading.Lock()
        self._finding = threading.Lock()  # apart: a credential helper may take seconds
        self._flights: dict[tuple[Credential | None, Scopes], threading.Lock] = {}
        self._tokens: list[token.Token] = []
        self._found: dict[str, Credential | None] = {}
        self._refresh: dict[Credential, str] = {}
        self._rejected: dict[str, Credential | None] = {}  # repositories read anonymously, and what was refused
        self.challenge: Challenge | None = None
        self.offered = ""  # the schemes of challenges that cannot be answered
        self.resolve: Callable[[str, Task], str] = lambda realm, task: realm  # realm → absolute URL, checked
        self.withhold = ""  # not empty: credentials must not be sent to this host, and why

    def credential(self, path: str, *, refresh: bool = False) -> Credential | None:
        """The credential for a repository of this host, looked up once; `refresh` asks the helpers anew."""
        with self._finding:
            if refresh or path not in self._found:
                self._found[path] = self._credentials.find(self._host, path, refresh=refresh)
            return self._found[path]

    def rejected(self, path: str) -> Credential | None:
        """The credential that was refused for a repository, which is therefore read anonymously."""
        return self._rejected.get(path)

    def unasked(self, path: str) -> str:
        """Why nothing was shown to a registry that wants to be shown something; empty where it said what it takes."""
        if self.challenge is not None:
            return ""
        takes = "does not say how to show them (it sends no WWW-Authenticate header)"
        if "Bearer" in self.offered:
            takes = "does not say where to get a token for them (no realm in its WWW-Authenticate header)"
        elif self.offered:
            takes = f"takes them only by {self.offered}, which is not spoken here"
        found = self.credential(path)
        shown = "none were found for it"
        if found is not None:
            shown = f"those of {found.who} (from {found.source}) were not sent"
        return f"{self._host} wants credentials, but {takes}; {shown}; whoever runs it must mend that"

    def ticket(
        self,
        path: str,
        scopes: Scopes,
        task: Task,
        *,
        margin: float = token.RENEW_EARLY,
        strict: bool = False,
    ) -> Ticket:
        """What to show with a request that needs `scopes`; gets a token if none is good for `margin` seconds more.

        Stored credentials that are refused are left out for reading, with a warning; `strict` raises instead.
        """
        challenge = self.challenge
        if challenge is None:
            return Ticket()
        return self._make(challenge, path, scopes, task, margin=margin, strict=strict)

    def renew(
        self, old: Ticket, challenge: Challenge | None, path: str, scopes: Scopes, task: Task
    ) -> tuple[Ticket, Scopes] | None:
        """After a 401: another ticket, and the scopes it was got for; None when nothing else can be shown."""
        if challenge is not None:
            self.challenge = challenge
            # the registry knows better what it wants, for this repository; placeholders of other names are ignored
            wanted = tuple(s for s in scope.parse(challenge.scope) if s.name in (path, "catalog"))
            scopes = scope.union(scopes, wanted)
        if self.challenge is None:
            return None
        if old.token is not None:
            self._drop(old.token)
        if old.credential is not None:  # a helper's password may have expired in the middle of the run
            self.credential(path, refresh=True)
        new = self._make(self.challenge, path, scopes, task)
        if new.header and new.header == old.header:
            if any(s.writes for s in scopes) or new.scheme != "basic":
                return None
            self._without(path, new.credential)
            new = Ticket()
        if new.header == old.header == "":
            return None
        return new, scopes

    def _make(
        self,
        challenge: Challenge,
        path: str,
        scopes: Scopes,
        task: Task,
        *,
        margin: float = token.RENEW_EARLY,
        strict: bool = False,
    ) -> Ticket:
        writes = any(s.writes for s in scopes)
        credential = None if path in self._rejected and not writes and not strict else self.credential(path)
        withheld = ""
        if credential is not None and self.withhold:
            credential, withheld = None, self.withhold
        if challenge.scheme == "basic":
            if credential is None or not (credential.username or credential.password):
                if credential is not None:  # log in anew: what is kept is of no use here
                    withheld = (
                        f"{self._host} takes a user and a password, and what {credential.source} holds for it is a "
                        f"token; log in anew: lazyoci registry login {self._host}"
                    )
                return Ticket(withheld=withheld)
            return Ticket("basic", token.basic(credential.username, credential.password), credential)
        if credential is not None and credential.registry_token:
            if not credential.registry_token.isascii() or not credential.registry_token.isprintable():
                message = f"{task.what} failed: the token from {credential.source} has characters no token has"
                raise errors.Unauthorized(message, task)
            return Ticket("bearer", f"Bearer {credential.registry_token}", credential)
        with self._lock:
            flight = self._flights.setdefault((credential, scopes), threading.Lock())
        with flight:  # whoever waited here finds the token in the cache
            got = self._cached(credential, scopes, margin)
            if got is None:
                got = self._fetch(challenge, path, credential, scopes, task, strict=strict or writes)
                with self._lock:
                    self._tokens.append(got)
        return Ticket("bearer", f"Bearer {got.value}", got.credential, got, withheld)

    def _cached(self, credential: Credential | None, scopes: Scopes, margin: float) -> token.Token | None:
        now = self._clock()
        with self._lock:
            self._tokens = [item for item in self._tokens if item.usable(now, margin=0)]
            return next(
                (
                    item
                    for item in self._tokens
                    if item.credential == credential
                    and item.usable(now, margin=margin)
                    and scope.covers(item.scopes, scopes)
                ),
                None,
            )

    def _drop(self, old: token.Token) -> None:
        with self._lock:
            self._tokens = [item for item in self._tokens if item is not old]

    def _fetch(
        self,
        challenge: Challenge,
        path: str,
        credential: Credential | None,
        scopes: Scopes,
        task: Task,
        *,
        strict: bool,
    ) -> token.Token:
        realm = self.resolve(challenge.realm, task)
        answer: Answer | None = None
        secret = ""
        if credential is not None and credential.identity_token:
            secret = self._refresh.get(credential, credential.identity_token)
            answer = self._ask(token.by_post(realm, challenge, scopes, secret), task)
            if answer.status in _POST_UNKNOWN:
                answer = None
        if answer is None:
            answer = self._ask(token.by_get(realm, challenge, scopes, credential, secret), task)
        if answer.status in (401, 403) and credential is not None and not strict:
            self._without(path, credential)
            credential = None
            answer = self._ask(token.by_get(realm, challenge, scopes, None), task)
        if answer.status != 200:
            raise self._refused(answer, credential, task)
        try:
            made, refresh = token.read_reply(answer.body, scopes, credential, self._clock())
        except token.TokenReplyError as error:
            raise errors.ProtocolError(
                f"{task.what} failed: the token server of {self._host} cannot be understood: {error}", task
            ) from None
        SENT.add(made.value)
        SENT.add(refresh)
        if credential is not None and refresh:
            self._refresh[credential] = refresh  # kept for this run, never written
        return made

    def _without(self, path: str, credential: Credential | None) -> None:
        """Read anonymously from now on: stored credentials were refused, but public content needs none."""
        self._rejected[path] = credential
        if credential is not None:
            self._warn(
                f"{self._host} refused the credentials of {credential.who} (from {credential.source}); "
                "reading without credentials"
            )

    def _refused(self, answer: Answer, credential: Credential | None, task: Task) -> errors.Failure:
        refused = refusal.Refusal(
            replace(task, method="GET", path="(token)", status=answer.status),
            answer.body,
            answer.headers,
            credential,
            withheld=self.withhold if credential is None else "",
            now=self._now(),
            kind=self._kind(),
        )
        if answer.status in (400, 403, 404) and credential is None:
            return refusal.unauthorized(refused, refusal.words(refusal.parse_body(answer.body), answer.status))
        return refusal.classify(refused)
