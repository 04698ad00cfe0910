"""The token endpoint: credentials go where they are for, and nowhere else; numbers that make no sense do no harm."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lazyoci.oci.reference import parse_repository
from lazyoci.registry.auth import scope
from lazyoci.registry.credentials.credential import Credential
from lazyoci.registry.errors import ProtocolError, Task
from lazyoci.registry.untrusted_numbers import count, header, seconds
from tests import certs
from tests.registry.fake import Bearer, FakeRegistry, Reply, faults
from tests.registry.kit import ALICE, kit

Fakes = Callable[..., FakeRegistry]
USERS = {"alice": "s3cret"}
TOKEN = Credential("the test", identity_token="an-identity-token")


def guarded() -> Bearer:
    return Bearer(USERS, refresh_tokens={TOKEN.identity_token: "alice"})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("who", [ALICE, TOKEN], ids=["password by GET", "identity token by POST"])
def test_a_secret_follows_no_redirect_to_another_origin(status: int, who: Credential, fakes: Fakes) -> None:
    fake, other = fakes(guard=guarded()), fakes()
    method = "POST" if who.identity_token else "GET"
    fake.script.on(method, "^/token", faults.redirect(status, f"{other.url}/steal?x=1"))
    with pytest.raises(ProtocolError) as raised:
        kit(keys=who).client.repository(parse_repository(f"{fake.host}/a/b")).head_manifest("v1")
    assert f"the token endpoint {fake.host} of {fake.host} redirects to {other.url}, and" in raised.value.message
    assert other.log == []
    assert fake.count(method, "^/token") == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("who", [ALICE, TOKEN], ids=["password by GET", "identity token by POST"])
def test_within_its_origin_it_may_move(status: int, who: Credential, fakes: Fakes) -> None:
    fake = fakes(guard=guarded())
    method = "POST" if who.identity_token else "GET"
    fake.script.on(method, "^/token", faults.redirect(status, lambda request: request.target + "&again=1"
                   if "?" in request.target else "/token?again=1"), nth=1)  # fmt: skip
    assert kit(keys=who).client.repository(parse_repository(f"{fake.host}/a/b")).head_manifest("v1") is None
    assert fake.count(method, "^/token") == 2


def test_without_a_secret_a_redirect_is_followed(fakes: Fakes) -> None:
    fake, other = fakes(guard=Bearer(USERS)), fakes()
    other.script.on("GET", "^/elsewhere", faults.answer(200, body=b'{"token": "abc"}'))
    fake.script.on("GET", "^/token", faults.redirect(307, f"{other.url}/elsewhere"))
    # the token of another server is refused, and renewed without a redirect
    assert kit().client.repository(parse_repository(f"{fake.host}/a/b")).head_manifest("v1") is None
    assert other.log[0].path == "/elsewhere"


def test_a_plain_endpoint_of_a_registry_with_tls(fakes: Fakes, tmp_path: Path) -> None:
    authority = certs.make(tmp_path, "authority", authority=True)
    server = certs.make(tmp_path, "server", "127.0.0.1", issuer=authority).server_context()
    fake = fakes(tls=server, guard=Bearer(USERS, realm="http://127.0.0.1:5912/token?account=x&sig=opensesame"))
    with pytest.raises(ProtocolError) as raised:
        kit(keys=ALICE, ca=authority.cert).client.repository(parse_repository(f"{fake.host}/a/b")).head_manifest("v1")
    assert "its token endpoint http://127.0.0.1:5912/token?account=…&sig=… would get the credentials by plain HTTP" in (
        raised.value.message
    )
    assert raised.value.hint.startswith(f"Whoever runs {fake.host} must give that endpoint an https address")
    assert "X-Forwarded-Proto" not in raised.value.hint


@pytest.mark.parametrize("realm", ["ftp://h/token", "http://[::1", "https://h/a token", "http://h:99999/"])
def test_a_realm_that_is_no_address(realm: str, fakes: Fakes) -> None:
    fake = fakes(guard=Bearer(USERS, realm=realm))
    with pytest.raises(ProtocolError, match="as its token endpoint") as raised:
        kit(keys=ALICE).client.repository(parse_repository(f"{fake.host}/a/b")).head_manifest("v1")
    assert "must correct the realm" in raised.value.hint


ABSURD = ["-1", "0", "1e999", "-1e999", "NaN", "Infinity", "1" + "0" * 400, "1e308", '"300"', '"x"', "null", "[]", "{}",
          "true", "1e18", "59.999", "99999999999999999999"]  # fmt: skip


@pytest.mark.parametrize("lifetime", ABSURD)
def test_absurd_lifetimes_count_as_none(lifetime: str, fakes: Fakes) -> None:
    fake = fakes(guard=Bearer(USERS))

    def absurd(exchange: faults.Exchange) -> None:
        reply = exchange.serve()
        document = json.loads(reply.body)
        document["expires_in"] = None
        body = json.dumps(document).replace('"expires_in": null', f'"expires_in": {lifetime}').encode()
        exchange.send(Reply(200, [("Content-Type", "application/json")], body))

    fake.script.on("GET", "^/token", absurd)
    one = kit(keys=ALICE)
    remote = one.client.repository(parse_repository(f"{fake.host}/a/b"))
    assert remote.head_manifest("v1") is None
    scopes = (scope.repository("a/b", *scope.PULL),)
    shown = one.client.session(fake.host).authorize(Task(fake.host, "a/b"), scopes, margin=0)
    assert shown.token is not None and shown.token.lifetime == 60.0


def test_numbers() -> None:
    assert [header(text) for text in ("0", " 12 ", "9223372036854775807")] == [0, 12, (1 << 63) - 1]
    for text in ("", "-1", "+1", "1.5", "1e3", "²", "٣", "9223372036854775808", "9" * 5000, "0x10", "1_0", "x"):
        assert header(text) is None, text
    assert [count(value) for value in (0, 7, 7.0, 7.9)] == [0, 7, 7, 7]
    for value in (-1, True, "7", None, [], float("inf"), float("nan"), 1e308, 10**400, -(10**400)):
        assert count(value) is None
    assert seconds(5) == 5.0 and seconds(5, most=4) is None
