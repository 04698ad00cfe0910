import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyoci.registry.auth.challenge import Challenge
from lazyoci.registry.auth.scope import PULL, PUSH, repository
from lazyoci.registry.auth.token import Token, TokenReplyError, by_get, by_post, granted, read_reply
from lazyoci.registry.credentials.credential import Credential

NOW = 1_800_000_000.0
SCOPES = (repository("acme/api", *PUSH), repository("acme/base", *PULL))
CHALLENGE = Challenge("bearer", {"realm": "https://t.example/token?account=x", "service": "reg.example"})
ANNA = Credential("here", "anna", "pä:ss")


def jwt(claims: object) -> str:
    part = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"e30.{part}.sig"


def test_get_has_a_parameter_for_each_scope_and_keeps_the_realms_query() -> None:
    request = by_get(CHALLENGE.realm, CHALLENGE, SCOPES, ANNA)
    assert request.method == "GET"
    assert request.url == (
        "https://t.example/token?account=x&service=reg.example"
        "&scope=repository:acme/api:pull,push&scope=repository:acme/base:pull"
    )
    assert request.authorization == "Basic " + base64.b64encode("anna:pä:ss".encode()).decode()
    assert by_get(CHALLENGE.realm, CHALLENGE, SCOPES, None).authorization == ""


def test_post_is_for_identity_tokens_and_joins_the_scopes() -> None:
    request = by_post("https://t.example/token", CHALLENGE, SCOPES, "idt")
    assert request.form == {
        "grant_type": "refresh_token",
        "refresh_token": "idt",
        "service": "reg.example",
        "scope": "repository:acme/api:pull,push repository:acme/base:pull",
        "client_id": "lazyoci",
    }


def test_secrets_are_in_no_repr() -> None:
    token, _ = read_reply(b'{"token":"t0psecret"}', SCOPES, ANNA, NOW)
    for value in (
        by_get(CHALLENGE.realm, CHALLENGE, SCOPES, ANNA),
        by_post("https://t/", CHALLENGE, SCOPES, "idt"),
        token,
    ):
        for secret in ("t0psecret", "idt", "pä:ss", base64.b64encode("anna:pä:ss".encode()).decode()):
            assert secret not in repr(value)


@pytest.mark.parametrize(
    ("reply", "lifetime"),
    [
        ({"token": "t"}, 60),
        ({"access_token": "t", "expires_in": 300}, 300),
        ({"token": "t", "expires_in": 5}, 60),
        ({"token": "t", "expires_in": None}, 60),
        ({"token": "t", "expires_in": "x", "issued_at": "1999-01-01T00:00:00Z"}, 60),
        ({"token": "t", "expires_in": True}, 60),
    ],
)
def test_replies(reply: dict[str, object], lifetime: float) -> None:
    token, refresh = read_reply(json.dumps(reply).encode(), SCOPES, None, NOW)
    assert (token.value, token.expires, refresh) == ("t", NOW + lifetime, "")


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"token":""}', b'{"token":7}', b'{"token":"a b"}', b'{"token":"a\\nb"}', b"x" * 200_000],
)
def test_replies_without_a_token(body: bytes) -> None:
    with pytest.raises(TokenReplyError):
        read_reply(body, SCOPES, None, NOW)


def test_a_refresh_token_is_handed_back() -> None:
    assert read_reply(b'{"access_token":"t","refresh_token":"r"}', SCOPES, None, NOW)[1] == "r"


def test_a_refresh_token_that_cannot_be_sent_is_none() -> None:
    assert read_reply(b'{"token": "t", "refresh_token": "\\ud800"}', (), None, 0.0)[1] == ""


def test_tokens_are_renewed_early_and_earlier_before_a_long_upload() -> None:
    token = Token("t", SCOPES, None, NOW + 300, 300)
    assert token.usable(NOW + 289)
    assert not token.usable(NOW + 290)
    assert not token.usable(NOW + 245, margin=60)
    short = Token("t", SCOPES, None, NOW + 60, 60)
    assert short.usable(NOW, margin=60), "a short-lived one must not be renewed for every blob"


def test_what_a_readable_token_grants() -> None:
    def entry(name: str, *actions: str) -> dict[str, object]:
        return {"type": "repository", "name": name, "actions": list(actions)}

    assert granted(jwt({"access": [entry("a", "pull"), entry("b", "pull", "push")]}), "a") == {"pull"}
    assert granted(jwt({"access": [entry("a", "*")]}), "a") >= {"pull", "push"}  # type: ignore[operator]  # None fails too
    assert granted(jwt({"access": []}), "a") == frozenset()
    assert granted(jwt({"access": [entry("a")]}), "a") == frozenset()


@pytest.mark.parametrize(
    "value",
    [
        "opaque",
        "a.b.c",
        jwt({}),
        jwt([]),
        jwt({"access": None}),
        jwt({"access": [{"type": "repository", "name": "z"}]}),
    ],
)
def test_what_cannot_be_read(value: str) -> None:
    assert granted(value, "a") is None


@given(st.text(max_size=60))
def test_any_token_is_looked_at(value: str) -> None:
    granted(value, "a")
    granted(f"a.{value}.c", "a")
