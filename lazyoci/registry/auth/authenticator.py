"""Who asks a registry, and with which token: one `Authenticator` for each host, shared by all workers.

It sends nothing itself. `authorize` and `renew` are generators: they yield requests for tokens, are sent the replies,
and return what to show; `drive` runs them. Tokens are kept by credential and scopes, and however many workers wait for
one, it is asked for once. Where a run needs several repositories, one token may do for all of them.

https://distribution.github.io/distribution/spec/auth/token/, https://distribution.github.io/distribution/spec/auth/oauth/
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from typing import TypeVar

from lazyoci.frozen import replace
from lazyoci.registry import errors
from lazyoci.registry.auth import scope, token
from lazyoci.registry.auth.authorization import Authorization, Need, Terms, TokenReply
from lazyoci.registry.auth.challenge import Challenge
from lazyoci.registry.auth.scope import Scopes
from lazyoci.registry.auth.token import TokenRequest
from lazyoci.registry.credentials.credential import Credential, Credentials
from lazyoci.registry.errors import Task
from lazyoci.registry.refusals.classify import classify
from lazyoci.registry.refusals.error_body import parse_body, words
from lazyoci.registry.refusals.refusal import Refusal, unauthorized
from lazyoci.registry.sent_secrets import SENT

# statuses with which token servers answer a POST they do not know: then GET (GCR, Gitea 404; JFrog 401; ACR 400)
_POST_UNKNOWN = frozenset({400, 401, 404, 405})

_TOGETHER = 64  # scopes in one request for a token: servers limit the length of an address

T = TypeVar("T")


Flow = Generator[TokenRequest, TokenReply, T]


class Authenticator:
    """Finds credentials, asks for tokens, remembers both. Thread-safe."""

    def __init__(
        self,
        host: str,
        terms: Terms,
        credentials: Credentials,
        *,
        resolve: Callable[[str, Task], str],
        clock: Callable[[], float],
        now: Callable[[], float],
        warn: Callable[[str], None],
    ) -> None:
        """`resolve` gives the checked address that a challenge's realm means; it raises ProtocolError.

        `clock` is in seconds and never goes back: tokens expire by it. `now` is Unix time, to read dates by.
        """
        self._host = host
        self._terms = terms
        self._challenge = terms.challenge  # a later reply may bring another
        self._credentials = credentials
        self._resolve = resolve
        self._clock = clock
        self._now = now
        self._warn = warn
        self._lock = threading.Lock()
        self._finding = threading.Lock()  # apart: a credential helper may take seconds
        self._asking: dict[tuple[Credential | None, Scopes], threading.Lock] = {}  # held while a token is asked for
        self._asked_for_all: set[tuple[Credential | None, Scopes]] = set()
        self._tokens: list[token.Token] = []
        self._found: dict[str, Credential | None] = {}
        self._refresh: dict[Credential, str] = {}
        self._rejected: dict[str, Credential | None] = {}  # repositories read anonymously, and what was refused

    @property
    def challenge(self) -> Challenge | None:
        """What the registry wants to be shown; None for nothing, or for what cannot be given."""
        return self._challenge

    @property
    def withhold(self) -> str:
        """Why credentials must not be sent to the registry; empty where they may."""
        return self._terms.withhold

    def credential(self, path: str, *, refresh: bool = False) -> Credential | None:
        """The credential for a repository of this host, looked up once; `refresh` asks the helpers anew."""
        with self._finding:
            if refresh or path not in self._found:
                self._found[path] = self._credentials.find(self._host, path, refresh=refresh)
            return self._found[path]

    def rejected(self, path: str) -> Credential | None:
        """The credential that was refused for a repository, which is therefore read anonymously."""
        return self._rejected.get(path)

    def unanswerable(self, path: str) -> str:
        """Why nothing was shown to a registry that wants credentials, in words; empty where it said how to show them.

        Some answer 401 without a challenge, or with challenges that cannot be answered.
        """
        if self._challenge is not None:
            return ""
        takes = "does not say how to show them (it sends no WWW-Authenticate header)"
        if "Bearer" in self._terms.schemes:
            takes = "does not say where to get a token for them (no realm in its WWW-Authenticate header)"
        elif self._terms.schemes:
            takes = f"takes them only by {self._terms.schemes}, which is not spoken here"
        found = self.credential(path)
        shown = "none were found for it"
        if found is not None:
            shown = f"those of {found.who} (from {found.source}) were not sent"
        return f"{self._host} wants credentials, but {takes}; {shown}; whoever runs it must mend that"

    def authorize(self, need: Need) -> Flow[Authorization]:
        """What to show with a request; asks for a token if none is good for long enough.

        Raises Unauthorized or Denied where the token server refuses, and ProtocolError for a reply that is no token.
        """
        if self._challenge is None:
            return Authorization()
        return (yield from self._answer(self._challenge, need))

    def renew(
        self, old: Authorization, challenge: Challenge | None, need: Need
    ) -> Flow[tuple[Authorization, Scopes] | None]:
        """After a 401: what else to show, and the scopes it was got for; None when there is nothing else."""
        if challenge is not None:
            self._challenge = challenge
            # the registry knows better what it wants, for this repository; placeholders of other names are ignored
            wanted = tuple(s for s in scope.parse(challenge.scope) if s.name in (need.path, "catalog"))
            need = replace(need, scopes=scope.union(need.scopes, wanted))
        if self._challenge is None:
            return None
        if old.token is not None:
            self._drop(old.token)
        if old.credential is not None:  # a helper's password may have expired in the middle of the run
            self.credential(need.path, refresh=True)
        new = yield from self._answer(self._challenge, need)
        if new.header and new.header == old.header:
            if need.writes or new.scheme != "basic":
                return None
            self._leave_out(need.path, new.credential)
            new = Authorization()
        if new.header == old.header == "":
            return None
        return new, need.scopes

    def _answer(self, challenge: Challenge, need: Need) -> Flow[Authorization]:
        """The answer to a challenge: Basic credentials, a token that a file holds, or one that the server gives."""
        left_out = need.path in self._rejected and not need.writes and not need.strict
        credential = None if left_out else self.credential(need.path)
        withheld = ""
        if credential is not None and self.withhold:
            credential, withheld = None, self.withhold
        if challenge.scheme == "basic":
            return self._basic(credential, withheld)
        if credential is not None and credential.registry_token:
            if not credential.registry_token.isascii() or not credential.registry_token.isprintable():
                message = f"{need.task.what} failed: the token from {credential.source} has characters no token has"
                raise errors.Unauthorized(message, need.task)
            return Authorization("bearer", f"Bearer {credential.registry_token}", credential)
        together = () if left_out else scope.beside(need.scopes, need.also, _TOGETHER)
        if together:
            yield from self._for_all(challenge, credential, need, together)
        with self._lock:
            asking = self._asking.setdefault((credential, need.scopes), threading.Lock())
        with asking:
            got = self._kept(credential, need)
            if got is None:
                got = yield from self._fetch(challenge, credential, need)
                with self._lock:
                    self._tokens.append(got)
        return Authorization("bearer", f"Bearer {got.value}", got.credential, got, withheld)

    def _for_all(self, challenge: Challenge, credential: Credential | None, need: Need, together: Scopes) -> Flow[None]:
        """Ask once for a token for scopes of several repositories, and keep it for those that it says it grants.

        One that cannot be read is kept for what is needed now, which was named first: some servers read no further.
        After a refusal each repository has its own token, and its own reason.
        """
        key = (credential, together)
        with self._lock:
            asking = self._asking.setdefault(key, threading.Lock())
        with asking:
            if key in self._asked_for_all or self._kept(credential, need) is not None:
                return
            self._asked_for_all.add(key)
            wanted = scope.union(need.scopes, together)
            try:
                got = yield from self._fetch(challenge, credential, replace(need, scopes=wanted, strict=True))
            except errors.Failure:
                return
            actions = {one.name: token.granted(got.value, one.name) for one in wanted}
            readable = any(found is not None for found in actions.values())
            good = tuple([one for one in wanted if one.actions <= (actions[one.name] or frozenset())])
            with self._lock:
                self._tokens.append(replace(got, scopes=good if readable else need.scopes))

    def _basic(self, credential: Credential | None, withheld: str) -> Authorization:
        if credential is None:
            return Authorization(withheld=withheld)
        if not (credential.username or credential.password):
            return Authorization(
                withheld=f"{self._host} takes a user and a password, and what {credential.source} holds for it is a "
                f"token; log in anew: lazyoci registry login {self._host}"
            )
        return Authorization("basic", token.basic(credential.username, credential.password), credential)

    def _kept(self, credential: Credential | None, need: Need) -> token.Token | None:
        """A token got before that does for this, too."""
        now = self._clock()
        with self._lock:
            self._tokens = [item for item in self._tokens if item.usable(now, margin=0)]
            return next(
                (
                    item
                    for item in self._tokens
                    if item.credential == credential
                    and item.usable(now, margin=need.margin)
                    and scope.covers(item.scopes, need.scopes)
                ),
                None,
            )

    def _drop(self, old: token.Token) -> None:
        with self._lock:
            self._tokens = [item for item in self._tokens if item is not old]

    def _fetch(self, challenge: Challenge, credential: Credential | None, need: Need) -> Flow[token.Token]:
        """A new token: by POST for an identity token, else by GET; for reading also without credentials."""
        realm, scopes, task = self._resolve(challenge.realm, need.task), need.scopes, need.task
        reply: TokenReply | None = None
        secret = ""
        if credential is not None and credential.identity_token:
            secret = self._refresh.get(credential, credential.identity_token)
            reply = yield token.by_post(realm, challenge, scopes, secret)
            if reply.status in _POST_UNKNOWN:
                reply = None
        if reply is None:
            reply = yield token.by_get(realm, challenge, scopes, credential, secret)
        if reply.status in (401, 403) and credential is not None and not (need.strict or need.writes):
            self._leave_out(need.path, credential)
            credential = None
            reply = yield token.by_get(realm, challenge, scopes, None)
        if reply.status != 200:
            raise self._refused(reply, credential, need)
        try:
            made, refresh = token.read_reply(reply.body, scopes, credential, self._clock())
        except token.TokenReplyError as error:
            message = f"{task.what} failed: the token server of {self._host} cannot be understood: {error}"
            raise errors.ProtocolError(message, task) from None
        SENT.add(made.value)
        SENT.add(refresh)
        if credential is not None and refresh:
            self._refresh[credential] = refresh  # kept for this run, never written
        return made

    def _leave_out(self, path: str, credential: Credential | None) -> None:
        """Read anonymously from now on: stored credentials were refused, but public content needs none."""
        self._rejected[path] = credential
        if credential is not None:
            self._warn(
                f"{self._host} refused the credentials of {credential.who} (from {credential.source}); "
                "reading without credentials"
            )

    def _refused(self, reply: TokenReply, credential: Credential | None, need: Need) -> errors.Failure:
        refused = Refusal(
            replace(need.task, method="GET", path="(token)", status=reply.status),
            reply.body,
            reply.headers,
            credential,
            withheld=self.withhold if credential is None else "",
            now=self._now(),
            vendor=need.vendor,
        )
        if reply.status in (400, 403, 404) and credential is None:
            return unauthorized(refused, words(parse_body(reply.body), reply.status))
        return classify(refused)


def drive(flow: Flow[T], send: Callable[[TokenRequest], TokenReply]) -> T:
    """Run a flow: send what it yields, and return what it returns. Raises what it raises, and what `send` raises."""
    try:
        request = next(flow)
        while True:
            request = flow.send(send(request))
    except StopIteration as done:
        result: T = done.value
        return result
    finally:
        flow.close()  # after a failure to send: it holds a lock for as long as it waits for a reply
