"""Registries that know their clients by certificate (mutual TLS), with the files where Docker and Podman look."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lazyoci.oci.reference import parse_repository
from lazyoci.registry.errors import Failure, TlsError
from lazyoci.registry.http.tls import TlsPolicy
from tests import certs
from tests.registry.fake import FakeRegistry, faults
from tests.registry.kit import artifact, kit, noise, run, states, stream, wanted
from tests.registry.test_client import described

Fakes = Callable[..., FakeRegistry]


@pytest.fixture
def authority(tmp_path: Path) -> certs.Certificate:
    return certs.make(tmp_path, "authority", authority=True)


@pytest.fixture
def guarded(fakes: Fakes, tmp_path: Path, authority: certs.Certificate) -> FakeRegistry:
    """A registry that lets in only who shows a certificate of the authority."""
    server = certs.make(tmp_path, "server", "127.0.0.1", issuer=authority)
    return fakes(tls=server.server_context(client_ca=authority.cert))


def lay_out(home: Path, host: str, **files: Path) -> None:
    """Put files where containers-certs.d(5) says: `me_cert` as `me.cert`."""
    folder = home / ".config/containers/certs.d" / host
    folder.mkdir(parents=True)
    for name, path in files.items():
        (folder / name.replace("_", ".")).write_bytes(path.read_bytes())


def test_certs_d_opens_the_door(
    guarded: FakeRegistry, authority: certs.Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    me = certs.make(tmp_path, "me", issuer=authority)
    other = certs.make(tmp_path, "other", authority=True)
    lay_out(tmp_path, guarded.host, a_crt=other.cert, b_crt=authority.cert, me_cert=me.cert, me_key=me.key)
    pushed = run(kit(), wanted(f"{guarded.host}/a/b:v1"), artifact(b"one"))
    assert states(pushed) == {f"{guarded.host}/a/b:v1": "new"}


def test_settings_open_it_too_and_nobody_asked_for_shows_none(
    guarded: FakeRegistry, authority: certs.Certificate, tmp_path: Path
) -> None:
    me = certs.make(tmp_path, "me", issuer=authority)
    policy = TlsPolicy("verify", ca=authority.cert, cert=me.cert, key=me.key)
    assert kit(policies=lambda host: policy).client.ping(guarded.host) == 200
    with pytest.raises(Failure):
        kit(policies=lambda host: policy, certificates=False, attempts=1).client.ping(guarded.host)


def test_without_one_it_stays_shut_and_says_why(guarded: FakeRegistry, authority: certs.Certificate) -> None:
    with pytest.raises(TlsError, match="certificate required") as raised:
        kit(ca=authority.cert, attempts=1).client.ping(guarded.host)
    assert f"certs.d/{guarded.host}/" in raised.value.hint


def test_a_key_that_is_not_the_certificates_is_named(
    guarded: FakeRegistry, authority: certs.Certificate, tmp_path: Path
) -> None:
    me, other = certs.make(tmp_path, "me", issuer=authority), certs.make(tmp_path, "other", issuer=authority)
    policy = TlsPolicy("verify", ca=authority.cert, cert=me.cert, key=other.key)
    with pytest.raises(Exception, match=r"client certificate .*me.* cannot be used"):
        kit(policies=lambda host: policy).client.ping(guarded.host)


def test_storage_elsewhere_is_not_shown_it(
    fakes: Fakes, guarded: FakeRegistry, authority: certs.Certificate, tmp_path: Path
) -> None:
    curious = certs.make(tmp_path, "storage", "127.0.0.1", issuer=authority)
    storage = fakes(tls=curious.server_context(client_ca=authority.cert))  # would let in whoever shows one
    data = noise(10_000)
    storage.seed_blob("a/b", data)
    me = certs.make(tmp_path, "me", issuer=authority)
    policy = TlsPolicy("verify", ca=authority.cert, cert=me.cert, key=me.key)
    one = kit(
        policies=lambda host: policy if host == guarded.host else TlsPolicy("verify", ca=authority.cert), attempts=1
    )
    remote = one.client.repository(parse_repository(f"{guarded.host}/a/b"))
    remote.push_blob(described(data), stream(data))
    url = f"{storage.url}/v2/a/b/blobs/{described(data).digest}"
    guarded.script.on("GET", "/blobs/", faults.redirect(307, url), nth=None)
    with pytest.raises(Failure):
        b"".join(remote.read_blob(described(data)))
    assert storage.log == []
