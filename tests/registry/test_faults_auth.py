"""Tokens that end, challenges of all shapes, helpers that misbehave."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lazyoci.errors import SettingsError
from lazyoci.registry.credentials.chain import Chain
from lazyoci.registry.credentials.credential import Credential
from lazyoci.registry.errors import Denied, Unauthorized
from lazyoci.transfer.preflight import preflight
from tests.registry.fake import Basic, Bearer, Exchange, FakeRegistry
from tests.registry.kit import ALICE, Kit, artifact, kit, noise, run, run_after, states, wanted

Fakes = Callable[..., FakeRegistry]
USERS = {"alice": "s3cret"}


# ---------------------------------------------------------------------- tokens end
def test_a_token_that_ends_between_post_and_put(fakes: Fakes) -> None:
    guard = Bearer(USERS)
    fake = fakes(guard=guard)

    def serve_then_expire(exchange: Exchange) -> None:
        reply = exchange.serve()
        guard.expire()
        exchange.send(reply)

    fake.script.on("POST", r"/blobs/uploads/", serve_then_expire)
    layers = [noise(200_000, i) for i in range(12)]
    pushed = run(kit(keys=ALICE), wanted(f"{fake.host}/a/b:v1"), artifact(*layers))
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    assert fake.count("GET", "/token") == 2  # the first one, and one for all workers
    assert fake.count("*", status=401) >= 2  # the ping, and whoever met the dead token


def test_a_token_is_renewed_before_a_large_body(fakes: Fakes) -> None:
    tools = kit(keys=ALICE)
    fake = fakes(guard=Bearer(USERS, clock=tools.clock, expires_in=100, lifetime=100))

    def serve_late(exchange: Exchange) -> None:
        reply = exchange.serve()
        tools.clock.now += 80  # the 20 s that are left do not carry a large body
        exchange.send(reply)

    fake.script.on("POST", r"/blobs/uploads/", serve_late)
    pushed = run(tools, wanted(f"{fake.host}/a/b:v1"), artifact(noise(9_000_000)), jobs=1)
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    assert fake.count("PUT", r"/blobs/", status=401) == 0
    assert fake.count("GET", "/token") == 2


def test_a_token_that_the_clock_ended_is_renewed_unasked(fakes: Fakes) -> None:
    tools = kit(keys=ALICE)
    fake = fakes(guard=Bearer(USERS, clock=tools.clock, expires_in=300, lifetime=300))
    references = wanted(f"{fake.host}/a/b:v1")
    found = preflight([references], tools.client)
    assert not found.errors
    tools.clock.now += 295
    (pushed,) = run_after(tools, found, [(references, artifact(b"one"))])
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    assert fake.count("*", status=401) == 1  # the ping's


# ---------------------------------------------------------------------- 401 for ever
def test_401_for_ever_is_one_refresh_and_a_clear_error(fakes: Fakes) -> None:
    fake = fakes(guard=Bearer(USERS, reject_all=True))
    (error,) = preflight([wanted(f"{fake.host}/a/b:v1")], kit(keys=ALICE).client).errors
    assert isinstance(error, Denied)  # the token server took the credentials: a right is missing
    assert fake.count("GET", "/token") == 2
    assert 'the token of user "alice" (from the test)' in error.message


def test_wrong_basic_credentials_are_tried_once(fakes: Fakes) -> None:
    fake = fakes(guard=Basic({"alice": "another"}))
    (error,) = preflight([wanted(f"{fake.host}/a/b:v1")], kit(keys=ALICE).client).errors
    assert isinstance(error, Unauthorized)
    assert error.message == (
        f'push to {fake.host}/a/b failed: {fake.host} refused the credentials of user "alice" (from the test)'
    )
    assert len(fake.log) <= 3


def test_a_wrong_password_at_the_token_server(fakes: Fakes) -> None:
    fake = fakes(guard=Bearer({"alice": "another"}))
    (error,) = preflight([wanted(f"{fake.host}/a/b:v1")], kit(keys=ALICE).client).errors
    assert isinstance(error, Unauthorized)
    assert "refused the credentials" in error.message
    assert "s3cret" not in f"{error.message} {error.hint}"
    assert fake.count("GET", "/token") == 1


def test_no_credentials_at_all(fakes: Fakes) -> None:
    for guard in (Basic(USERS), Bearer(USERS)):
        fake = fakes(guard=guard)
        (error,) = preflight([wanted(f"{fake.host}/a/b:v1")], kit().client).errors
        assert isinstance(error, Unauthorized), error
        assert f"lazyoci registry add {fake.host}" in error.hint


# ---------------------------------------------------------------------- shapes of tokens and challenges
@pytest.mark.parametrize("field", ["token", "access_token"])
def test_either_name_of_the_token_and_no_lifetime(fakes: Fakes, field: str) -> None:
    fake = fakes(guard=Bearer(USERS, fields=(field,), expires_in=None, opaque=True))
    pushed = run(kit(keys=ALICE), wanted(f"{fake.host}/a/b:v1"), artifact(b"one"))
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    assert fake.count("GET", "/token") == 1


@pytest.mark.parametrize(
    "challenge",
    [
        lambda realm, scope: ["Negotiate", 'Basic realm="x"', f'Bearer realm="{realm}",service="fake"'],
        lambda realm, scope: [f'Negotiate, Basic realm="a, b", BEARER Realm="{realm}" , Service="fake"'],
        lambda realm, scope: [f'Bearer realm="{realm}",service="fake",scope="repository:user/image:pull"'],
        lambda realm, scope: [f'Bearer error="a, \\"b\\"",scope="repository:a/b:pull,push",realm="{realm}"'],
        lambda realm, scope: ['Bearer realm="/token",service=fake'],
    ],
    ids=["three headers", "three in one", "a placeholder scope", "commas and quotes", "a relative realm"],
)
def test_challenges(fakes: Fakes, challenge: Callable[[str, str], list[str]]) -> None:
    fake = fakes(guard=Bearer(USERS, challenge=challenge))
    pushed = run(kit(keys=ALICE), wanted(f"{fake.host}/a/b:v1"), artifact(b"one"))
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    (asked,) = fake.requests("GET", "/token")
    assert asked.target.endswith("scope=repository:a/b:pull,push")


# ---------------------------------------------------------------------- POST
IDENTITY = Credential("the test", "", identity_token="refresh-me")


def test_an_identity_token_is_exchanged_by_post(fakes: Fakes) -> None:
    fake = fakes(guard=Bearer(USERS, refresh_tokens={"refresh-me": "alice"}))
    pushed = run(kit(keys=IDENTITY), wanted(f"{fake.host}/a/b:v1"), artifact(b"one"))
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    (asked,) = fake.requests("POST", "/token")
    assert b"grant_type=refresh_token" in asked.body and b"refresh_token=refresh-me" in asked.body
    assert not fake.requests("GET", "/token")


@pytest.mark.parametrize("status", [400, 401, 404, 405])
def test_without_post_the_token_comes_by_get(fakes: Fakes, status: int) -> None:
    fake = fakes(guard=Bearer({"<token>": "refresh-me"}, post=status))
    pushed = run(kit(keys=IDENTITY), wanted(f"{fake.host}/a/b:v1"), artifact(b"one"))
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    assert fake.count("POST", "/token", status=status) == 1
    assert fake.count("GET", "/token", status=200) == 1


# ---------------------------------------------------------------------- helpers
def with_helper(tmp_path: Path, script: str, host: str, timeout: float = 30.0) -> Kit:
    """A client whose credentials come from the Docker helper `docker-credential-test`, a Python program."""
    if os.name == "nt":
        pytest.skip("the stand-in for a helper is a script with #!")
    program = tmp_path / "bin" / "docker-credential-test"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nimport sys, time, json\n{script}\n", "utf-8")
    program.chmod(0o755)
    (tmp_path / "config.json").write_text(json.dumps({"credHelpers": {host: "test"}}), "utf-8")
    environ = {"DOCKER_CONFIG": str(tmp_path), "PATH": str(program.parent), "HOME": str(tmp_path)}
    return kit(keys=Chain(environ, timeout=timeout))


def test_a_helper_gives_the_credentials(fakes: Fakes, tmp_path: Path) -> None:
    fake = fakes(guard=Basic(USERS))
    answer = 'print(json.dumps({"ServerURL": sys.stdin.read(), "Username": "alice", "Secret": "s3cret"}))'
    pushed = run(with_helper(tmp_path, answer, fake.host), wanted(f"{fake.host}/a/b:v1"), artifact(b"one"))
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}


@pytest.mark.parametrize(
    ("script", "timeout", "words"),
    [
        ("time.sleep(60)", 1.0, "did not answer within 1 s"),
        ("print('junk')", 30.0, "answered for"),
        ("print('the vault is sealed'); sys.exit(1)", 30.0, "the vault is sealed"),
    ],
    ids=["hangs", "junk", "fails"],
)
def test_a_helper_that_misbehaves_is_an_error(
    fakes: Fakes, tmp_path: Path, script: str, timeout: float, words: str
) -> None:
    fake = fakes(guard=Basic(USERS))
    tools = with_helper(tmp_path, script, fake.host, timeout)
    (error,) = preflight([wanted(f"{fake.host}/a/b:v1")], tools.client).errors
    assert isinstance(error, SettingsError)
    assert "docker-credential-test" in error.message and words in error.message


def test_a_helper_that_has_nothing_means_anonymous(fakes: Fakes, tmp_path: Path) -> None:
    fake = fakes()
    script = "print('credentials not found in native keychain'); sys.exit(1)"
    pushed = run(with_helper(tmp_path, script, fake.host), wanted(f"{fake.host}/a/b:v1"), artifact(b"one"))
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    assert not any("authorization" in entry.headers for entry in fake.log)
