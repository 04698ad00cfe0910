from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import pytest

from lazyoci.registry import errors
from lazyoci.registry.auth.authenticator import Authenticator, drive
from lazyoci.registry.auth.authorization import Authorization, Need, Terms, TokenReply
from lazyoci.registry.auth.challenge import Challenge, parse
from lazyoci.registry.auth.scope import PULL, PUSH, Scopes, repository
from lazyoci.registry.auth.token import TokenRequest
from lazyoci.registry.credentials.credential import Credential
from lazyoci.registry.errors import Task
from tests.registry.kit import Clock

TASK = Task("reg.example", "acme/api", "push to reg.example/acme/api")
PUSHING = (repository("acme/api", *PUSH),)
PULLING = (repository("acme/api", *PULL),)
BEARER = Challenge("bearer", {"realm": "https://t.example/token", "service": "reg.example"})
ANNA = Credential("a file", "anna", "pw")


@dataclass
class Server:
    """A token server in a function: gives numbered tokens, or what `refuse` says."""

    refuse: Callable[[TokenRequest], int] = lambda request: 0
    extra: dict[str, object] = field(default_factory=dict)
    requests: list[TokenRequest] = field(default_factory=list)

    def __call__(self, request: TokenRequest) -> TokenReply:
        self.requests.append(request)
        status = self.refuse(request)
        if status:
            return TokenReply(status, {}, b'{"errors":[{"code":"UNAUTHORIZED","message":"no"}]}')
        return TokenReply(
            200, {}, json.dumps({"token": f"t{len(self.requests)}", "expires_in": 300, **self.extra}).encode()
        )

    def scopes(self) -> list[list[str]]:
        return [parse_qs(urlsplit(request.url).query).get("scope", []) for request in self.requests]


@dataclass
class Keys:
    found: list[Credential | None]
    asked: list[bool] = field(default_factory=list)

    def find(self, host: str, path: str = "", *, refresh: bool = False) -> Credential | None:
        self.asked.append(refresh)
        return self.found[min(len(self.asked), len(self.found)) - 1]

    def may_have(self, host: str, path: str = "") -> bool:
        return any(self.found)


@dataclass
class Bench:
    server: Server
    keys: Keys
    clock: Clock
    warnings: list[str]
    auth: Authenticator

    def authorize(self, scopes: Scopes, task: Task = TASK, *, strict: bool = False) -> Authorization:
        return drive(self.auth.authorize(Need(task, scopes, strict=strict)), self.server)

    def renew(
        self, old: Authorization, challenge: Challenge | None, scopes: Scopes
    ) -> tuple[Authorization, Scopes] | None:
        return drive(self.auth.renew(old, challenge, Need(TASK, scopes)), self.server)


def bench(
    *found: Credential | None,
    server: Server | None = None,
    challenge: Challenge | None = BEARER,
    withhold: str = "",
) -> Bench:
    server = server or Server()
    keys, clock, warnings = Keys(list(found) or [None]), Clock(), list[str]()
    auth = Authenticator(
        "reg.example",
        Terms(challenge, withhold=withhold),
        keys,
        resolve=lambda realm, task: realm,
        clock=clock,
        now=clock,
        warn=warnings.append,
    )
    return Bench(server, keys, clock, warnings, auth)


def test_a_token_is_used_for_all_that_it_covers_until_shortly_before_its_end() -> None:
    one = bench(ANNA)
    assert one.authorize(PUSHING).header == "Bearer t1"
    assert one.authorize(PULLING).header == "Bearer t1"
    one.clock.now += 289
    assert one.authorize(PUSHING).header == "Bearer t1"
    one.clock.now += 2
    assert one.authorize(PUSHING).header == "Bearer t2"
    assert one.authorize((repository("acme/other", *PULL),), Task("reg.example", "acme/other")).header == "Bearer t3"
    assert one.keys.asked == [False, False], "once a repository"


def test_many_workers_one_token() -> None:
    one = bench(ANNA)
    started = threading.Barrier(8)
    headers: list[str] = []

    def work() -> None:
        started.wait()
        headers.append(one.authorize(PUSHING).header)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert headers == ["Bearer t1"] * 8
    assert len(one.server.requests) == 1


def test_many_workers_one_renewal() -> None:
    one = bench(ANNA)
    old = one.authorize(PUSHING)
    renewed = [one.renew(old, BEARER, PUSHING) for _ in range(4)]
    assert [found and found[0].header for found in renewed] == ["Bearer t2"] * 4
    assert len(one.server.requests) == 2


def test_the_registry_may_ask_for_more_but_not_for_another_repository() -> None:
    one = bench(ANNA)
    old = one.authorize(PULLING)
    (more,) = parse(['Bearer realm="https://t.example/token",scope="repository:acme/api:pull,push,delete"'])
    found = one.renew(old, more, PULLING)
    assert found is not None
    assert found[1] == (repository("acme/api", "pull", "push", "delete"),)
    (placeholder,) = parse(['Bearer realm="https://t.example/token",scope="repository:user/image:pull"'])
    again = one.renew(found[0], placeholder, PULLING)
    assert again is not None
    assert again[1] == PULLING
    assert one.server.scopes()[-1] == ["repository:acme/api:pull"]


def test_a_helper_is_asked_anew_when_its_password_ended() -> None:
    newer = Credential("a helper", "anna", "pw2")
    one = bench(ANNA, newer, challenge=Challenge("basic", {"realm": "x"}))
    old = one.authorize(PUSHING)
    found = one.renew(old, None, PUSHING)
    assert found is not None
    assert base64.b64decode(found[0].header.removeprefix("Basic ")) == b"anna:pw2"
    assert one.keys.asked == [False, True]
    # the same once more is no use
    assert one.renew(found[0], None, PUSHING) is None


def test_reading_goes_on_without_credentials_that_are_refused_and_pushing_does_not() -> None:
    def refuse(request: TokenRequest) -> int:
        return 401 if request.authorization else 0

    one = bench(ANNA, server=Server(refuse))
    with pytest.raises(errors.Unauthorized, match='refused the credentials of user "anna"'):
        one.authorize(PUSHING)
    with pytest.raises(errors.Unauthorized):
        one.authorize(PULLING, strict=True)
    assert one.warnings == []
    found = one.authorize(PULLING)
    assert (found.header, found.credential) == ("Bearer t4", None)
    assert one.warnings == [
        'reg.example refused the credentials of user "anna" (from a file); reading without credentials'
    ]
    assert one.auth.rejected("acme/api") == ANNA
    one.authorize(PULLING)
    assert len(one.warnings) == 1
    with pytest.raises(errors.Unauthorized):
        one.authorize(PUSHING)


def test_basic_credentials_that_are_refused_are_left_out_for_reading() -> None:
    one = bench(ANNA, challenge=Challenge("basic", {"realm": "x"}))
    old = one.authorize(PULLING)
    found = one.renew(old, None, PULLING)
    assert found is not None
    assert found[0].header == ""
    assert len(one.warnings) == 1


def test_a_registry_token_is_sent_as_it_is() -> None:
    one = bench(Credential("a file", registry_token="as.it.is"))
    found = one.authorize(PUSHING)
    assert found.header == "Bearer as.it.is"
    assert one.server.requests == []
    assert one.renew(found, BEARER, PUSHING) is None
    with pytest.raises(errors.Unauthorized, match="has characters no token has"):
        bench(Credential("a file", registry_token="a\nb")).authorize(PUSHING)


def test_an_identity_token_is_replaced_by_what_the_server_gives_for_this_run() -> None:
    one = bench(Credential("a helper", "0000", identity_token="id1"), server=Server(extra={"refresh_token": "id2"}))
    one.authorize(PUSHING)
    one.clock.now += 300
    one.authorize(PUSHING)
    assert [request.method for request in one.server.requests] == ["POST", "POST"]
    assert [(request.form or {})["refresh_token"] for request in one.server.requests] == ["id1", "id2"]


@pytest.mark.parametrize("status", [400, 401, 404, 405])
def test_a_server_without_post_is_asked_by_get(status: int) -> None:
    one = bench(
        Credential("a helper", identity_token="id1"),
        server=Server(lambda request: status if request.method == "POST" else 0),
    )
    assert one.authorize(PUSHING).header == "Bearer t2"
    sent = base64.b64decode(one.server.requests[1].authorization.removeprefix("Basic "))
    assert sent == b"<token>:id1"


def test_credentials_that_must_not_be_sent_are_not() -> None:
    for challenge in (BEARER, Challenge("basic", {"realm": "x"})):
        one = bench(ANNA, challenge=challenge, withhold="credentials are not sent in clear")
        found = one.authorize(PUSHING)
        assert found.credential is None
        assert found.withheld == "credentials are not sent in clear"
        assert all(not request.authorization for request in one.server.requests)


def test_an_answer_that_is_no_token() -> None:
    one = bench(ANNA, server=Server(extra={"token": ""}))
    with pytest.raises(errors.ProtocolError, match="cannot be understood: its reply holds no token"):
        one.authorize(PUSHING)


def test_a_token_server_that_lacks_the_right_and_not_the_password() -> None:
    one = bench(ANNA, server=Server(lambda request: 403))
    with pytest.raises(errors.Denied, match=r'the token of user "anna" .* has no write access'):
        one.authorize(PUSHING)
    nobody = bench(server=Server(lambda request: 403))
    with pytest.raises(errors.Unauthorized, match="none were found"):
        nobody.authorize(PUSHING)


def test_without_a_challenge_nothing_is_sent() -> None:
    one = bench(ANNA, challenge=None)
    scopes: Scopes = PUSHING
    assert one.authorize(scopes).header == ""
    assert one.keys.asked == []


def test_a_flow_that_is_not_answered_leaves_the_way_free_for_the_next() -> None:
    one = bench(ANNA)

    def cut(request: TokenRequest) -> TokenReply:
        raise errors.Unreachable("the connection was cut", TASK, reason="reset")

    for _ in range(2):
        with pytest.raises(errors.Unreachable):
            drive(one.auth.authorize(Need(TASK, PUSHING)), cut)
    assert one.authorize(PUSHING).header == "Bearer t1"


def test_a_flow_yields_requests_and_sends_none() -> None:
    one = bench(ANNA)
    flow = one.auth.authorize(Need(TASK, PUSHING))
    asked = next(flow)
    assert (asked.method, asked.url.partition("?")[0]) == ("GET", "https://t.example/token")
    with pytest.raises(StopIteration) as done:
        flow.send(TokenReply(200, {}, b'{"token": "abc"}'))
    assert done.value.value.header == "Bearer abc"
    assert one.server.requests == []
