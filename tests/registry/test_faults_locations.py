"""Locations and redirects: where replies send us, and whom TLS lets us trust."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import Descriptor
from lazyoci.oci.digest import of
from lazyoci.oci.reference import parse_repository
from lazyoci.registry.errors import ProtocolError, TlsError
from lazyoci.registry.repository import RemoteRepository
from lazyoci.transfer.preflight import preflight
from tests import certs
from tests.hosts import Named
from tests.registry.fake import Basic, Bearer, Exchange, FakeRegistry, Reply, Traits, faults
from tests.registry.kit import ALICE, Kit, artifact, kit, noise, run, states, stream, wanted

Fakes = Callable[..., FakeRegistry]
USERS = {"alice": "s3cret"}
UPLOADS = r"/blobs/uploads/"
DATA = noise(200_000)
BLOB = Descriptor(mediatype.OCTET_STREAM, of(DATA), len(DATA))


def push_blob(tools: Kit, host: str) -> str:
    """Push `BLOB` to a/b of a host."""
    return repository(tools, host).push_blob(BLOB, stream(DATA))


def repository(tools: Kit, host: str) -> RemoteRepository:
    """a/b of a host."""
    return tools.client.repository(parse_repository(f"{host}/a/b"))


# ---------------------------------------------------------------------- Location
@pytest.mark.parametrize("absolute", [True, False], ids=["absolute", "relative"])
def test_locations_with_a_query(fakes: Fakes, absolute: bool) -> None:
    fake = fakes(traits=Traits(absolute_locations=absolute))
    assert push_blob(kit(), fake.host) == "uploaded"  # the fake knows no session without its _state
    (put,) = fake.requests("PUT")
    assert "_state=" in put.target and put.target.endswith(f"&digest={BLOB.digest}")


def test_a_location_without_a_query(fakes: Fakes) -> None:
    fake = fakes()

    def plain(exchange: Exchange) -> None:
        exchange.read_all()
        exchange.send(Reply(202, [("Location", "/v2/a/b/blobs/uploads/plain")]))

    fake.script.on("POST", UPLOADS, plain)
    fake.script.on("PUT", r"/uploads/plain\?digest=sha256:", faults.answer(201, body=b""))
    assert push_blob(kit(), fake.host) == "uploaded"


def test_a_location_that_drops_443_is_the_same_registry(fakes: Fakes, named: Named) -> None:
    guard = Basic(USERS)
    fake = fakes(guard=guard)
    fake.distribution.base = "https://registry.example.com"
    hosts = named({"registry.example.com:443": fake.url})
    assert push_blob(kit(keys=ALICE, hosts=hosts), "registry.example.com:443") == "uploaded"
    (put,) = fake.requests("PUT")
    assert put.headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize("guard", [Basic(USERS), Bearer(USERS)], ids=["basic", "bearer"])
def test_another_host_gets_no_credentials(fakes: Fakes, guard: Basic | Bearer) -> None:
    fake, storage = fakes(guard=guard), fakes()
    elsewhere = f"{storage.url}/bucket/object?sig=abc%2Fdef&expires=9"
    fake.script.on("POST", UPLOADS, faults.header("Location", elsewhere))
    storage.script.on("PUT", "/bucket/", faults.answer(201, body=b""))
    assert push_blob(kit(keys=ALICE), fake.host) == "uploaded"
    (put,) = storage.requests()
    assert put.target == f"/bucket/object?sig=abc%2Fdef&expires=9&digest={BLOB.digest}"
    assert "authorization" not in put.headers
    assert put.body == DATA


# ---------------------------------------------------------------------- 307
def to_storage(storage: FakeRegistry) -> faults.Action:
    """Redirect a PUT to a storage of another origin."""
    return faults.redirect(307, f"{storage.url}/bucket/object?sig=abc")


def test_a_redirected_upload_carries_no_credentials(fakes: Fakes) -> None:
    fake, storage = fakes(guard=Bearer(USERS)), fakes()
    fake.script.on("PUT", UPLOADS, to_storage(storage))
    storage.script.on("PUT", "/bucket/", faults.answer(201, body=b""))
    assert push_blob(kit(keys=ALICE), fake.host) == "uploaded"
    (put,) = storage.requests()
    assert "authorization" not in put.headers
    assert put.body == DATA


def test_a_retry_starts_at_the_registry_again(fakes: Fakes) -> None:
    fake, storage = fakes(guard=Bearer(USERS)), fakes()
    fake.script.on("PUT", UPLOADS, to_storage(storage), nth=(1, 2))
    storage.script.on("PUT", "/bucket/", faults.reset(after=1000), nth=1)
    storage.script.on("PUT", "/bucket/", faults.answer(201, body=b""), nth=2)
    assert push_blob(kit(keys=ALICE), fake.host) == "uploaded"
    assert [entry.method for entry in fake.requests("*", "/blobs/")] == ["HEAD", "POST", "PUT", "HEAD", "POST", "PUT"]
    assert all("authorization" in entry.headers for entry in fake.requests("*", "/blobs/"))
    assert not any("authorization" in entry.headers for entry in storage.requests())


def test_a_redirected_download_carries_no_credentials(fakes: Fakes) -> None:
    fake, storage = fakes(guard=Bearer(USERS)), fakes()
    fake.seed_blob("a/b", DATA)
    fake.script.on("GET", "/blobs/", faults.redirect(307, f"{storage.url}/bucket/object?sig=abc"))
    storage.script.on("GET", "/bucket/", faults.answer(200, body=DATA))
    got = b"".join(repository(kit(keys=ALICE), fake.host).read_blob(BLOB))
    assert got == DATA
    assert "authorization" not in storage.requests()[0].headers


def test_a_circle_of_redirects_ends(fake: FakeRegistry) -> None:
    fake.script.on("HEAD", "/manifests/", faults.redirect(307, lambda request: request.target), nth=None)
    with pytest.raises(ProtocolError, match="redirects more than 10 times"):
        repository(kit(), fake.host).head_manifest("v1")


# ---------------------------------------------------------------------- places that are refused
PUBLIC = "registry.example.com"


def public(fakes: Fakes, named: Named, **options: object) -> tuple[FakeRegistry, Kit]:
    """A fake behind a public name."""
    fake = fakes(**options)
    fake.distribution.base = f"https://{PUBLIC}"
    return fake, kit(keys=ALICE, hosts=named({PUBLIC: fake.url}))


@pytest.mark.parametrize(
    ("location", "words"),
    [
        (f"http://{PUBLIC}/v2/a/b/blobs/uploads/1", "plain HTTP, from HTTPS"),
        ("https://127.0.0.1:1/x", "127.0.0.1, an address of a private network"),
        ("https://169.254.169.254/latest/meta-data", "169.254.169.254, an address of a private network"),
        ("https://[::1]/x", "::1, an address of a private network"),
        ("https://2130706433/x", "an address of a private network"),
        ("https://localhost/x", "localhost, an address of a private network"),
        ("file:///etc/passwd", "the address scheme 'file'"),
    ],
)
def test_locations_that_are_not_followed(fakes: Fakes, named: Named, location: str, words: str) -> None:
    fake, tools = public(fakes, named)
    fake.script.on("POST", UPLOADS, faults.header("Location", location))
    with pytest.raises(ProtocolError) as raised:
        push_blob(tools, PUBLIC)
    assert words in raised.value.message
    assert not fake.requests("PUT")


def test_redirects_that_are_not_followed(fakes: Fakes, named: Named) -> None:
    fake, tools = public(fakes, named)
    fake.script.on("HEAD", "/manifests/", faults.redirect(307, "https://10.0.0.1/x"))
    with pytest.raises(ProtocolError, match="private network"):
        repository(tools, PUBLIC).head_manifest("v1")


def test_a_realm_that_is_not_asked(fakes: Fakes, named: Named) -> None:
    _fake, tools = public(fakes, named, guard=Bearer(USERS, realm="https://127.0.0.1:1/token"))
    (error,) = preflight([wanted(f"{PUBLIC}/a/b:v1")], tools.client).errors
    assert isinstance(error, ProtocolError)
    assert "127.0.0.1, an address of a private network" in error.message


# ---------------------------------------------------------------------- cookies
def test_cookies_are_never_returned(fake: FakeRegistry) -> None:
    def cookie(reply: Reply) -> Reply:
        return reply.replaced("Set-Cookie", "sid=1234; Path=/")

    fake.script.on("*", ".", faults.rewrite(cookie), nth=None)
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1"), artifact(b"one"))
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    assert not any("cookie" in entry.headers for entry in fake.log)


# ---------------------------------------------------------------------- TLS
@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> certs.Certificate:
    """A CA that no system knows."""
    return certs.make(tmp_path_factory.mktemp("ca"), "authority", authority=True)


def test_self_signed(fakes: Fakes, tmp_path: Path) -> None:
    fake = fakes(tls=certs.make(tmp_path, "self", "127.0.0.1").server_context())
    (error,) = preflight([wanted(f"{fake.host}/a/b:v1")], kit().client).errors
    assert isinstance(error, TlsError)
    assert f"the certificate of {fake.host} is not trusted" in error.message
    assert "--ca" in error.hint and "tls:" in error.hint
    assert not fake.log


@pytest.mark.parametrize(("hosts", "expired", "words"), [
    (("127.0.0.1",), True, "expired"),
    (("another.example",), False, "mismatch"),
])  # fmt: skip
def test_expired_and_wrong_host(
    fakes: Fakes, tmp_path: Path, authority: certs.Certificate, hosts: tuple[str, ...], expired: bool, words: str
) -> None:
    certificate = certs.make(tmp_path, "server", *hosts, issuer=authority, expired=expired)
    fake = fakes(tls=certificate.server_context())
    (error,) = preflight([wanted(f"{fake.host}/a/b:v1")], kit(ca=authority.cert).client).errors
    assert isinstance(error, TlsError)
    assert words in error.message
    assert not fake.log


def test_a_ca_of_ones_own(fakes: Fakes, tmp_path: Path, authority: certs.Certificate) -> None:
    fake = fakes(tls=certs.make(tmp_path, "server", "127.0.0.1", issuer=authority).server_context())
    pushed = run(kit(ca=authority.cert), wanted(f"{fake.host}/a/b:v1"), artifact(b"one"))
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}


def test_insecure_takes_a_self_signed_certificate_with_a_warning(fakes: Fakes, tmp_path: Path) -> None:
    fake = fakes(tls=certs.make(tmp_path, "self", "127.0.0.1").server_context())
    tools = kit(insecure=True)
    pushed = run(tools, wanted(f"{fake.host}/a/b:v1"), artifact(b"one"))
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    assert any("without verifying the certificate" in text for text in tools.warnings)


def test_a_public_registry_never_falls_back(fakes: Fakes, named: Named, tmp_path: Path) -> None:
    fake = fakes(tls=certs.make(tmp_path, "self", "127.0.0.1").server_context())
    tools = kit(insecure=True, hosts=named({"ghcr.io": fake.url}))
    (error,) = preflight([wanted("ghcr.io/acme/api:v1")], tools.client).errors
    assert isinstance(error, TlsError)
    assert not fake.log
