import socket

import pytest

from lazyoci.registry.address import (
    is_known_public,
    is_loopback,
    is_private,
    name_of,
    sends_credentials_in_clear,
)


@pytest.mark.parametrize(
    ("netloc", "name"),
    [("Host.Example:5000", "host.example"), ("[::1]:5000", "::1"), ("u:p@h:1", "h"), ("h.example.", "h.example")],
)
def test_name(netloc: str, name: str) -> None:
    assert name_of(netloc) == name


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:5000", "x.localhost", "127.0.0.1", "127.9.9.9:80", "[::1]:5000", "127.1",
             "2130706433", "0x7f.0.0.1", "[::ffff:127.0.0.1]"],
)  # fmt: skip
def test_loopback_however_it_is_spelled(host: str) -> None:
    assert is_loopback(host)
    assert is_private(host)


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "192.168.1.1:5000", "172.16.0.1", "169.254.169.254", "[fe80::1%eth0]", "[fd00::1]",
             "registry:5000", "nas.local", "r.corp", "0.0.0.0"],
)  # fmt: skip
def test_private(host: str) -> None:
    assert is_private(host)
    assert not is_loopback(host)


@pytest.mark.parametrize(
    "host", ["ghcr.io", "registry.example.com:5000", "8.8.8.8", "[2606:4700::1]", "localhost.example.com"]
)
def test_public(host: str) -> None:
    assert not is_private(host)
    assert not is_loopback(host)


def test_registries_known_by_name() -> None:
    for host in ("docker.io", "ghcr.io", "GHCR.io:443", "quay.io", "eu.gcr.io", "europe-docker.pkg.dev",
                 "1.dkr.ecr.eu-west-1.amazonaws.com", "acme.azurecr.io", "registry.gitlab.com"):  # fmt: skip
        assert is_known_public(host), host
    for host in ("localhost:5000", "registry.example.com", "ghcr.io.example.com", "notghcr.io", "10.0.0.1"):
        assert not is_known_public(host), host


def test_credentials_in_clear_only_to_private_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = {"inside.example": ["10.1.2.3", "fd00::1"], "mixed.example": ["10.1.2.3", "8.8.8.8"]}

    def resolve(name: str, *_: object, **__: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        if name not in addresses:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in addresses[name]]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert sends_credentials_in_clear("localhost:5000")
    assert sends_credentials_in_clear("10.0.0.1")
    assert sends_credentials_in_clear("inside.example")
    assert not sends_credentials_in_clear("mixed.example")
    assert not sends_credentials_in_clear("unknown.example")
    assert not sends_credentials_in_clear("8.8.8.8")
    assert not sends_credentials_in_clear("ghcr.io")
