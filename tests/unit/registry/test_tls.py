import ssl
import threading
from pathlib import Path

import pytest

from lazyoci.errors import SettingsError
from lazyoci.registry.http import tls
from lazyoci.registry.http.tls import (
    HTTPS,
    PLAIN,
    UNVERIFIED,
    Channel,
    Mode,
    TlsPolicy,
    TlsTrouble,
    certificates,
    context,
    fall_back,
    first_channel,
    kind_of,
    trouble,
)
from tests.certs import make


@pytest.mark.parametrize(
    ("mode", "channel"), [("auto", HTTPS), ("verify", HTTPS), ("skip-verify", UNVERIFIED), ("plain-http", PLAIN)]
)
def test_what_is_tried_first(mode: Mode, channel: Channel) -> None:
    assert first_channel(TlsPolicy(mode)) == channel


@pytest.mark.parametrize(
    ("why", "host", "insecure", "lower"),
    [
        # with --insecure: unverified after a certificate error, plain HTTP after a refusal or what is not TLS
        ("certificate", "registry.example.com", True, UNVERIFIED),
        ("refused", "registry.example.com", True, PLAIN),
        ("not-tls", "registry.example.com", True, PLAIN),
        ("other", "registry.example.com", True, None),
        # public registries never fall back
        ("certificate", "ghcr.io", True, None),
        ("refused", "docker.io", True, None),
        ("not-tls", "1.dkr.ecr.eu-west-1.amazonaws.com", True, None),
        # without it only loopback does, and only to plain HTTP
        ("refused", "localhost:5000", False, PLAIN),
        ("not-tls", "127.0.0.1:5000", False, PLAIN),
        ("certificate", "localhost:5000", False, None),
        ("not-tls", "10.0.0.1:5000", False, None),
        ("refused", "registry.example.com", False, None),
    ],
)
def test_falling_back(why: TlsTrouble, host: str, insecure: bool, lower: Channel | None) -> None:
    assert fall_back(HTTPS, why, TlsPolicy(), host, insecure=insecure) == lower


@pytest.mark.parametrize("mode", ["verify", "skip-verify", "plain-http"])
def test_what_was_set_is_not_fallen_from(mode: Mode) -> None:
    policy = TlsPolicy(mode)
    assert fall_back(first_channel(policy), "not-tls", policy, "localhost:5000", insecure=True) is None


def test_from_unverified_only_to_plain() -> None:
    assert fall_back(UNVERIFIED, "certificate", TlsPolicy(), "r.example", insecure=True) is None
    assert fall_back(UNVERIFIED, "not-tls", TlsPolicy(), "r.example", insecure=True) == PLAIN
    assert fall_back(PLAIN, "refused", TlsPolicy(), "r.example", insecure=True) is None


def test_the_cause_decides_however_deep_it_is() -> None:
    outer = OSError("wrapped")
    outer.__cause__ = ConnectionRefusedError(111, "refused")
    assert trouble(outer) == "refused"
    assert kind_of(outer) == "refused"
    untrusted = RuntimeError()
    untrusted.__context__ = ssl.SSLCertVerificationError("bad")
    assert trouble(untrusted) == "certificate"
    assert kind_of(untrusted) == "tls"
    assert trouble(TimeoutError()) == "other"
    assert kind_of(ssl.SSLEOFError(8, "EOF")) == "reset"


def test_the_system_context_is_made_once() -> None:
    assert context(HTTPS, TlsPolicy()) is context(HTTPS, TlsPolicy())
    unverified = context(UNVERIFIED, TlsPolicy())
    assert unverified.verify_mode == ssl.CERT_NONE


def test_the_system_context_is_prepared_only_for_hosts_with_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr(tls, "_system", lambda: made.append(threading.current_thread().name))
    tls.prepare(["127.0.0.1:5000", "localhost"])
    tls.prepare([])
    assert made == []
    before = set(threading.enumerate())
    tls.prepare(["localhost:5000", "ghcr.io"])
    for thread in set(threading.enumerate()) - before:
        thread.join()
    assert made == ["system's CAs"]


def test_files_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"CA file .*none\.pem cannot be used: there is no such file"):
        context(HTTPS, TlsPolicy(ca=tmp_path / "none.pem"))
    junk = tmp_path / "junk.pem"
    junk.write_text("junk", "ascii")
    with pytest.raises(SettingsError, match=r"CA file .*junk\.pem cannot be used"):
        context(HTTPS, TlsPolicy(ca=junk))
    with pytest.raises(SettingsError, match=r"client certificate .*junk\.pem cannot be used"):
        context(HTTPS, TlsPolicy(cert=junk))


def test_certs_d_of_docker_and_podman(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / ".config/containers/certs.d/registry.example.com:5000"
    folder.mkdir(parents=True)
    (folder / "ca.crt").write_text("", "ascii")
    (folder / "old.crt").write_text("", "ascii")
    (folder / "lonely.cert").write_text("", "ascii")
    client = make(tmp_path, "client")
    (folder / "me.cert").write_bytes(client.cert.read_bytes())
    (folder / "me.key").write_bytes(client.key.read_bytes())
    found = certificates("registry.example.com:5000")
    assert found == TlsPolicy(
        cert=folder / "me.cert", key=folder / "me.key", more=(folder / "ca.crt", folder / "old.crt")
    )
    assert certificates("other.example.com") == TlsPolicy()
