"""The client against the real docker-registry behind Basic, Bearer and TLS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from lazyoci.oci import digest, mediatype
from lazyoci.oci.descriptor import Descriptor
from lazyoci.oci.reference import Repository
from lazyoci.registry import catalog, errors
from lazyoci.registry.client import TlsPolicy
from lazyoci.registry.credentials.credential import Credential
from lazyoci.registry.probe import NAMES, Step, probe
from tests.certs import Certificate, make
from tests.registry.kit import ALICE, BOB, Kit, kit, noise, stream
from tests.registry.token_server import TokenServer
from tests.servers import RealRegistry, docker_registry

DATA = noise(200_000)
BLOB = Descriptor(mediatype.OCTET_STREAM, digest.of(DATA), len(DATA))
WRONG = Credential("the test", "alice", "wrong-secret")


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as held:
        yield held


@pytest.fixture(scope="module")
def basic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealRegistry]:
    with docker_registry(tmp_path_factory.mktemp("basic"), basic=True) as running:
        yield running


@pytest.fixture(scope="module")
def bearer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RealRegistry, TokenServer]]:
    directory = tmp_path_factory.mktemp("bearer")
    certificate = make(directory, "tokens", use_rsa=True)
    with (
        TokenServer(certificate) as tokens,
        docker_registry(directory / "registry", token=(tokens.realm, certificate)) as running,
    ):
        yield running, tokens


@pytest.fixture
def asked(bearer: tuple[RealRegistry, TokenServer]) -> list[str]:
    """The token requests of this test."""
    bearer[1].asked.clear()
    return bearer[1].asked


def by_name(steps: list[Step]) -> dict[str, str]:
    assert tuple(step.name for step in steps) == NAMES
    return {step.name: step.state for step in steps}


# Basic


def test_basic(basic: RealRegistry, stack: ExitStack) -> None:
    one = kit(keys=ALICE)
    remote = stack.enter_context(one.client).repository(Repository(basic.host, "guarded/basic"))
    access = remote.authorize(push=True)
    assert (access.scheme, access.granted, access.credential, access.may_push) == ("basic", None, ALICE, None)
    remote.check_push(access)
    assert remote.push_blob(BLOB, stream(DATA)) == "uploaded"
    # Basic goes along from the start: nothing is asked twice
    assert [line for line in basic.requests(path="/v2/guarded/") if line.endswith("401")] == []
    assert catalog.repositories(one.client, basic.host) == ["guarded/basic"]


def test_basic_with_a_wrong_password(basic: RealRegistry, stack: ExitStack) -> None:
    one = kit(keys=WRONG)
    remote = stack.enter_context(one.client).repository(Repository(basic.host, "guarded/wrong"))
    with pytest.raises(errors.Unauthorized, match=r'refused the credentials of user "alice".') as caught:
        remote.authorize(push=True)
    assert "wrong-secret" not in caught.value.message + caught.value.hint
    with pytest.raises(errors.Unauthorized, match='refused the credentials of user "alice"'):
        remote.get_manifest("v1")
    assert len(one.warnings) == 1, "reading falls back to no credentials, with a warning"
    steps = probe(one.client, basic.host)
    assert by_name(steps)["token"] == "failed"


def test_basic_without_credentials(basic: RealRegistry, stack: ExitStack) -> None:
    remote = stack.enter_context(kit().client).repository(Repository(basic.host, "guarded/none"))
    with pytest.raises(errors.Unauthorized, match="wants credentials, and none were found"):
        remote.authorize(push=True)
    with pytest.raises(errors.Unauthorized):
        remote.push_blob(BLOB, stream(DATA))


# Bearer


def test_one_token_for_a_whole_push(
    bearer: tuple[RealRegistry, TokenServer], asked: list[str], stack: ExitStack
) -> None:
    registry, _ = bearer
    one = kit(keys=ALICE)
    remote = stack.enter_context(one.client).repository(Repository(registry.host, "guarded/bearer"))
    access = remote.authorize(push=True)
    assert (access.scheme, access.may_push, access.credential) == ("bearer", True, ALICE)
    assert access.granted == {"pull", "push"}
    assert remote.head_manifest("v1", push=True) is None
    assert remote.push_blob(BLOB, stream(DATA)) == "uploaded"
    assert remote.push_blob(BLOB, stream(DATA)) == "exists"
    assert b"".join(remote.read_blob(BLOB)) == DATA
    assert asked == ["/token?service=test-registry&scope=repository:guarded/bearer:pull,push"]
    other = one.client.repository(Repository(registry.host, "guarded/copy"))
    assert other.push_blob(BLOB, stream(DATA), mount_from=["guarded/bearer"], check=False) == "mounted"
    assert asked[1:] == [
        "/token?service=test-registry&scope=repository:guarded/copy:pull,push&scope=repository:guarded/bearer:pull"
    ]


def test_a_user_who_may_only_pull(bearer: tuple[RealRegistry, TokenServer], stack: ExitStack) -> None:
    registry, _ = bearer
    remote = stack.enter_context(kit(keys=BOB).client).repository(Repository(registry.host, "guarded/bob"))
    access = remote.authorize(push=True)
    assert access.granted == {"pull"}
    assert access.may_push is False
    with pytest.raises(errors.Denied, match=r'denied: the token of user "bob" .from the test. has no write access'):
        remote.check_push(access)
    with pytest.raises(errors.Denied):
        remote.push_blob(BLOB, stream(DATA))


def test_nobody_may_pull(bearer: tuple[RealRegistry, TokenServer], stack: ExitStack) -> None:
    registry, _ = bearer
    remote = stack.enter_context(kit().client).repository(Repository(registry.host, "guarded/nobody"))
    assert remote.head_manifest("v1") is None
    access = remote.authorize(push=True)
    with pytest.raises(errors.Unauthorized, match="wants credentials"):
        remote.check_push(access)


def test_a_wrong_password_at_the_token_server(bearer: tuple[RealRegistry, TokenServer], stack: ExitStack) -> None:
    registry, _ = bearer
    one = kit(keys=WRONG)
    remote = stack.enter_context(one.client).repository(Repository(registry.host, "guarded/wrong"))
    with pytest.raises(errors.Unauthorized, match='refused the credentials of user "alice"'):
        remote.authorize(push=True)
    assert one.warnings == []
    # for reading, one try without them
    assert remote.head_manifest("v1") is None
    assert one.warnings == [
        f'{registry.host} refused the credentials of user "alice" (from the test); reading without credentials'
    ]


def test_an_identity_token(bearer: tuple[RealRegistry, TokenServer], asked: list[str], stack: ExitStack) -> None:
    registry, tokens = bearer
    tokens.refresh["the-identity-token"] = "alice"
    key = Credential("a helper", identity_token="the-identity-token")
    one = kit(keys=key)
    remote = stack.enter_context(one.client).repository(Repository(registry.host, "guarded/identity"))
    assert remote.authorize(push=True).may_push is True
    assert remote.push_blob(BLOB, stream(DATA)) == "uploaded"
    assert asked == ["/token"]
    assert not any("the-identity-token" in line for line in one.requests)


def test_deleting_asks_for_that_scope(
    bearer: tuple[RealRegistry, TokenServer], asked: list[str], stack: ExitStack
) -> None:
    registry, _ = bearer
    remote = stack.enter_context(kit(keys=ALICE).client).repository(Repository(registry.host, "guarded/delete"))
    with pytest.raises(errors.NotFound):
        remote.delete_manifest(digest.of(b"none"))
    assert asked == ["/token?service=test-registry&scope=repository:guarded/delete:pull,push,delete"]


# TLS


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make(tmp_path_factory.mktemp("ca"), "authority", authority=True)


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory, authority: Certificate) -> Iterator[RealRegistry]:
    directory = tmp_path_factory.mktemp("tls")
    certificate = make(directory, "server", "localhost", "127.0.0.1", issuer=authority)
    with docker_registry(directory / "registry", tls=certificate) as running:
        yield running


def push_to(one: Kit, host: str, path: str) -> str:
    with one.client:
        return one.client.repository(Repository(host, path)).push_blob(BLOB, stream(DATA))


def test_tls_with_its_ca(secured: RealRegistry, authority: Certificate) -> None:
    one = kit(ca=authority.cert)
    assert push_to(one, secured.host, "tls/ca") == "uploaded"
    assert one.warnings == []
    mine = kit(policies=lambda host: TlsPolicy("verify", ca=authority.cert))
    assert push_to(mine, secured.host, "tls/policy") == "uploaded"


def test_tls_without_its_ca(secured: RealRegistry) -> None:
    with pytest.raises(errors.TlsError) as caught:
        push_to(kit(), secured.host, "tls/none")
    assert caught.value.message.startswith(
        f"connection to {secured.host} failed: the certificate of {secured.host} is not trusted: "
    )
    for remedy in ("--ca FILE", "`tls: skip-verify`", "--insecure"):
        assert remedy in caught.value.hint


def test_tls_unverified_only_when_asked_for(secured: RealRegistry) -> None:
    one = kit(policies=lambda host: TlsPolicy("skip-verify"))
    assert push_to(one, secured.host, "tls/skip") == "uploaded"
    assert one.warnings == []
    told = kit(insecure=True)
    assert push_to(told, secured.host, "tls/insecure") == "uploaded"
    assert told.warnings == [
        f"{secured.host}: its certificate is not trusted; going on with HTTPS without verifying the certificate"
    ]


def test_plain_http_to_a_tls_port_says_so(secured: RealRegistry) -> None:
    with pytest.raises(errors.ProtocolError) as caught:
        push_to(kit(policies=lambda host: TlsPolicy("plain-http")), secured.host, "tls/plain")
    assert "set `tls: auto`" in caught.value.hint


@pytest.mark.parametrize(
    ("hosts", "expired", "reason"),
    [(["127.0.0.1"], True, "expired"), (["192.0.2.1"], False, "mismatch")],
)
def test_expired_and_for_another_host(
    tmp_path: Path, authority: Certificate, hosts: list[str], expired: bool, reason: str
) -> None:
    certificate = make(tmp_path, "server", *hosts, issuer=authority, expired=expired)
    with (
        docker_registry(tmp_path / "registry", tls=certificate) as running,
        pytest.raises(errors.TlsError, match=reason),
    ):
        push_to(kit(ca=authority.cert), running.host, "tls/bad")


# the probe


def test_the_probe_of_a_bearer_registry(bearer: tuple[RealRegistry, TokenServer], stack: ExitStack) -> None:
    registry, _ = bearer
    name = Repository(registry.host, "guarded/probe")
    alice = stack.enter_context(kit(keys=ALICE).client)
    steps = probe(alice, registry.host, name, push=True)
    found = by_name(steps)
    assert found.pop("TLS") == "skipped"
    assert set(found.values()) == {"ok"}
    assert [step.detail for step in steps[3:]] == [
        "an OCI registry; asks for Bearer credentials",
        'user "alice" from the test',
        "valid for 300 s",
        "pull, push on guarded/probe",
        "an upload to guarded/probe may begin",
    ]
    uploads = registry.root / "docker/registry/v2/repositories/guarded/probe/_uploads"
    assert list(uploads.glob("*/data")) == []

    bob = stack.enter_context(kit(keys=BOB).client)
    steps = probe(bob, registry.host, name, push=True)
    assert steps[6].state == "failed"
    assert steps[6].detail == "the token grants pull on guarded/probe, not push"
    assert (steps[7].state, steps[7].detail) == ("skipped", "not reached")
    assert by_name(probe(bob, registry.host, name))["scopes"] == "ok"
    assert by_name(probe(bob, registry.host))["token"] == "ok"

    wrong = stack.enter_context(kit(keys=WRONG).client)
    steps = probe(wrong, registry.host, name)
    assert steps[5].state == "failed"
    assert 'refused the credentials of user "alice"' in steps[5].detail


def test_the_probe_of_basic_and_tls(basic: RealRegistry, secured: RealRegistry, authority: Certificate) -> None:
    with kit(keys=ALICE).client as client:
        steps = probe(client, basic.host, Repository(basic.host, "guarded/probe"), push=True)
    found = by_name(steps)
    assert (found["token"], found["scopes"], found["push right"]) == ("ok", "skipped", "ok")
    with kit(ca=authority.cert).client as client:
        steps = probe(client, secured.host)
    assert steps[2].state == "ok"
    assert steps[2].detail.startswith("TLSv1.3, verified HTTPS, certificate until ")
    assert steps[5].detail == "none wanted"
    with kit().client as client:
        steps = probe(client, secured.host)
    assert [step.state for step in steps] == ["ok", "ok", "failed", *["skipped"] * 5]


def test_the_probe_of_nothing() -> None:
    with kit().client as client:
        steps = probe(client, "registry.invalid")
        assert [step.state for step in steps] == ["failed", *["skipped"] * 7]
        assert steps[0].detail.startswith("there is no host named registry.invalid")
        steps = probe(client, "127.0.0.1:1")
        assert [step.state for step in steps][:3] == ["ok", "failed", "skipped"]
        assert steps[1].detail == "port 1 of 127.0.0.1 cannot be reached: connection refused"
