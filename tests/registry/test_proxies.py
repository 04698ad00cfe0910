"""Registries behind a proxy, named as everywhere by HTTPS_PROXY, HTTP_PROXY and NO_PROXY."""

from __future__ import annotations

import io
import json
import os
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from lazyoci.oci.reference import parse_repository
from lazyoci.registry.errors import TlsError, Unreachable
from lazyoci.registry.http.tls import TlsPolicy
from tests import certs
from tests.e2e.cli import lazyoci
from tests.proxy import Proxy
from tests.registry.fake import FakeRegistry
from tests.registry.fake.auth import Bearer
from tests.registry.kit import ALICE, artifact, kit, noise, run, states, wanted
from tests.registry.test_faults_auth import USERS

NAME = "registry.example.test"  # which no name server knows (RFC 6761): only the proxy leads there
Fakes = Callable[..., FakeRegistry]


@pytest.fixture(autouse=True)
def no_other_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.fixture
def authority(tmp_path: Path) -> certs.Certificate:
    return certs.make(tmp_path, "authority", authority=True)


@pytest.fixture
def secured(fakes: Fakes, tmp_path: Path, authority: certs.Certificate) -> FakeRegistry:
    """A registry by HTTPS that wants tokens, also from its own name."""
    certificate = certs.make(tmp_path, "server", NAME, issuer=authority)
    fake = fakes(tls=certificate.server_context(), guard=Bearer(USERS, realm=f"https://{NAME}/token"))
    fake.distribution.base = f"https://{NAME}"
    return fake


@pytest.fixture
def proxies() -> Iterator[Callable[..., Proxy]]:
    with ExitStack() as stack:
        yield lambda routes, **options: stack.enter_context(Proxy(routes, **options))


def test_https_goes_through_a_tunnel(
    secured: FakeRegistry,
    authority: certs.Certificate,
    proxies: Callable[..., Proxy],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proxy = proxies({f"{NAME}:443": secured.host})
    monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.address}")
    data = noise(3_000_000)
    one = kit(keys=ALICE, ca=authority.cert)
    assert states(run(one, wanted(f"{NAME}/a/b:v1"), artifact(data))) == {f"{NAME}/a/b:v1": "new"}
    assert set(proxy.log) == {f"CONNECT {NAME}:443"}
    assert secured.tag("a/b", "v1")
    remote = one.client.repository(parse_repository(f"{NAME}/a/b"))
    layer = remote.get_manifest("v1").layers[0]
    file = io.BytesIO()
    remote.fetch_blob(layer, file)
    assert file.getvalue() == data


def test_the_proxys_own_password(
    secured: FakeRegistry,
    authority: certs.Certificate,
    proxies: Callable[..., Proxy],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proxy = proxies({f"{NAME}:443": secured.host}, user="me", password="sesame")
    monkeypatch.setenv("https_proxy", f"http://me:sesame@{proxy.address}")
    assert kit(keys=ALICE, ca=authority.cert).client.ping(NAME) == 401
    assert all("authorization" not in entry.headers for entry in secured.requests("GET", "/v2/$"))

    monkeypatch.setenv("https_proxy", f"http://me:open@{proxy.address}")
    with pytest.raises(
        Unreachable, match=r"the proxy http://127\.0\.0\.1:\d+ of https_proxy does not let it through"
    ) as raised:
        kit(keys=ALICE, ca=authority.cert).client.ping(NAME)
    assert raised.value.reason == "proxy"
    assert "407" in raised.value.message and "open" not in raised.value.message
    assert raised.value.hint.endswith(f"that it wants into https_proxy: http://USER:PASSWORD@{proxy.address}")


@pytest.mark.parametrize("no_proxy", [NAME, ".example.test", "other,example.test", "*"])
def test_no_proxy_goes_straight_there(
    no_proxy: str, proxies: Callable[..., Proxy], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = proxies({})
    monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.address}")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    with pytest.raises(Unreachable) as raised:
        kit().client.ping(NAME)
    assert raised.value.reason == "dns"
    assert proxy.log == []


def test_what_no_proxy_does_not_name_goes_through(
    secured: FakeRegistry,
    authority: certs.Certificate,
    proxies: Callable[..., Proxy],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proxy = proxies({f"{NAME}:443": secured.host})
    monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.address}")
    monkeypatch.setenv("NO_PROXY", "elsewhere.example.test,10.0.0.0/8")
    assert kit(ca=authority.cert).client.ping(NAME) == 401
    assert proxy.log == [f"CONNECT {NAME}:443"]


def test_loopback_is_never_behind_a_proxy(
    fake: FakeRegistry, proxies: Callable[..., Proxy], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = proxies({})
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://{proxy.address}")
    assert kit().client.ping(fake.host) == 200
    assert proxy.log == []


def test_plain_http_goes_through_too(
    fake: FakeRegistry, proxies: Callable[..., Proxy], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = proxies({f"{NAME}:5000": fake.host})
    fake.distribution.base = f"http://{NAME}:5000"
    monkeypatch.setenv("HTTP_PROXY", f"http://{proxy.address}")
    plain = kit(policies=lambda host: TlsPolicy("plain-http"))
    pushed = run(plain, wanted(f"{NAME}:5000/a/b:v1"), artifact(noise(100_000)))
    assert states(pushed) == {f"{NAME}:5000/a/b:v1": "new"}
    assert fake.tag("a/b", "v1")
    assert f"GET http://{NAME}:5000/v2/" in proxy.log and not any(line.startswith("CONNECT") for line in proxy.log)


def test_a_proxy_that_does_not_know_the_way(proxies: Callable[..., Proxy], monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = proxies({})
    monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.address}")
    with pytest.raises(Unreachable, match=f"the proxy .* does not let it through to {NAME}: .*502") as raised:
        kit(attempts=2).client.ping(NAME)
    assert raised.value.hint.startswith(f"Ask who runs it, or, if {NAME} can be reached without a proxy")


def test_the_command_line_through_a_proxy(
    secured: FakeRegistry, authority: certs.Certificate, proxies: Callable[..., Proxy], tmp_path: Path
) -> None:
    proxy = proxies({f"{NAME}:443": secured.host})
    (tmp_path / "a.txt").write_text("a\n", "utf-8")
    (tmp_path / "app.lazy").write_text(
        "version: 1\nartifacts:\n  - type: artifact\n    name: a\n    mediaType: application/vnd.example.a\n"
        f"    files: [{{path: a.txt, mediaType: text/plain}}]\n    targets: [{{registry: {NAME}/a/b, tags: [v1]}}]\n",
        "utf-8",
    )
    environ = {"HTTPS_PROXY": f"http://{proxy.address}", "SSL_CERT_FILE": str(authority.cert)}
    keys = {"LAZYOCI_AUTH_HOST": NAME, "LAZYOCI_USERNAME": ALICE.username, "LAZYOCI_PASSWORD": ALICE.password}
    ran = lazyoci("build", "app.lazy", "-o", "json", cwd=tmp_path, **environ, **keys)
    assert ran.code == 0, ran
    assert json.loads(ran.out)[0]["targets"][0]["state"] == "new"
    told = lazyoci("registry", "test", f"{NAME}/a/b", "--push", cwd=tmp_path, **environ, **keys)
    assert told.code == 0, told
    assert f"left to the proxy http://{proxy.address} of HTTPS_PROXY" in told.out


def closed_port() -> int:
    """A port of this machine that nothing listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def dead() -> str:
    return f"http://127.0.0.1:{closed_port()}"


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_proxy_that_is_down_is_named(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", address := dead())
    one = kit(policies=lambda host: TlsPolicy("plain-http" if scheme == "http" else "auto"))
    with pytest.raises(Unreachable) as raised:
        one.client.ping(NAME)
    assert f"nothing listens at the proxy {address} of ALL_PROXY" in raised.value.message
    assert "NO_PROXY" in raised.value.hint and raised.value.reason == "proxy"


def test_a_proxy_whose_name_is_unknown_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid:3128")
    with pytest.raises(Unreachable, match=r"the proxy http://proxy\.invalid:3128 of HTTPS_PROXY") as raised:
        kit(attempts=1).client.ping("ghcr.io")
    assert raised.value.reason == "proxy"


def test_what_is_no_proxy_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), _Mumbles) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{server.server_address[1]}")
        with pytest.raises(Unreachable, match=r"the proxy .* does not speak as a proxy"):
            kit().client.ping("ghcr.io")
        thread.join()


class _Mumbles(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request.recv(65536)
        self.request.sendall(b"SSH-2.0-OpenSSH\r\n")


def test_a_proxy_spoken_to_by_tls_that_is_not_trusted(
    authority: certs.Certificate, tmp_path: Path, fakes: Fakes, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = fakes(tls=certs.make(tmp_path, "proxy", "localhost", issuer=authority).server_context())
    monkeypatch.setenv("HTTPS_PROXY", f"https://localhost:{there.host.rpartition(':')[2]}")
    with pytest.raises(Unreachable, match="no TLS with the proxy https://localhost:"):
        kit(insecure=True).client.ping(NAME)


@pytest.mark.parametrize("status", [None, 502], ids=["down", "refusing"])
def test_insecure_never_goes_past_a_proxy_that_fails(
    status: int | None, fake: FakeRegistry, proxies: Callable[..., Proxy], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is no word of the registry's is no reason to send it credentials in clear."""
    monkeypatch.setenv("HTTPS_PROXY", dead() if status is None else f"http://{proxies({}).address}")
    plainly = proxies({f"{NAME}:5000": fake.host})
    monkeypatch.setenv("HTTP_PROXY", f"http://{plainly.address}")
    one = kit(keys=ALICE, insecure=True)
    with pytest.raises(Unreachable) as raised:
        one.client.ping(f"{NAME}:5000")
    assert raised.value.reason == "proxy" and one.warnings == [] and plainly.log == [] and not fake.requests("GET", "")


def test_insecure_falls_back_through_the_same_way_only(
    fake: FakeRegistry, proxies: Callable[..., Proxy], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = proxies({f"{NAME}:5000": fake.host})
    monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.address}")
    with pytest.raises(TlsError, match="does not speak TLS") as raised:
        kit(insecure=True).client.ping(f"{NAME}:5000")
    assert f"it would go past the proxy http://{proxy.address} of HTTPS_PROXY" in raised.value.hint
    monkeypatch.setenv("HTTP_PROXY", f"http://{proxy.address}")
    one = kit(insecure=True)
    assert one.client.ping(f"{NAME}:5000") == 200
    assert one.warnings == [f"{NAME}:5000: its answer is not TLS; going on with plain HTTP"]
    assert proxy.log[-1] == f"GET http://{NAME}:5000/v2/"


def test_a_password_that_the_proxy_wants_on_the_way_by_plain_http(
    fake: FakeRegistry, proxies: Callable[..., Proxy], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = proxies({f"{NAME}:5000": fake.host}, user="me", password="sesame")
    monkeypatch.setenv("HTTP_PROXY", proxy.address)
    with pytest.raises(Unreachable, match="407"):
        kit(policies=lambda host: TlsPolicy("plain-http")).client.ping(f"{NAME}:5000")
    monkeypatch.setenv("HTTP_PROXY", f"me:sesame@{proxy.address}")
    assert kit(policies=lambda host: TlsPolicy("plain-http")).client.ping(f"{NAME}:5000") == 200


WRONG = {
    "port": ("http://p:abc", "its port is no number from 1 to 65535"),
    "socks": ("socks5h://127.0.0.1:1080", "names a SOCKS proxy"),
    "down": ("", "nothing listens at the proxy"),
}


@pytest.mark.parametrize("what", WRONG)
@pytest.mark.parametrize(
    "command",
    [
        ["build", "app.lazy"],
        ["build", "app.lazy", "--insecure"],
        ["browse", "tags", f"{NAME}/a/b"],
        ["browse", "manifest", f"{NAME}/a/b:v1"],
        ["pull", f"{NAME}/a/b:v1"],
        ["registry", "test", NAME],
        ["registry", "test", f"{NAME}/a/b", "--push", "--insecure"],
        ["registry", "login", NAME, "--user", "u", "--pass", "p"],
        ["validate", "app.lazy", "--online"],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_every_command_tells_of_the_proxy(what: str, command: list[str], tmp_path: Path) -> None:
    value, words = WRONG[what]
    (tmp_path / "a.txt").write_text("a\n", "utf-8")
    (tmp_path / "app.lazy").write_text(
        "version: 1\nartifacts:\n  - type: artifact\n    name: a\n    mediaType: application/vnd.example.a\n"
        f"    files: [{{path: a.txt, mediaType: text/plain}}]\n    targets: [{{registry: {NAME}/a/b, tags: [v1]}}]\n",
        "utf-8",
    )
    address = value or dead()
    ran = lazyoci(*command, cwd=tmp_path, HTTPS_PROXY=address, NO_PROXY="localhost,fd07:b51a:cc66:f0::/64,[::1]")
    shown = " ".join((ran.out + ran.err).split())
    assert "HTTPS_PROXY" in shown and words in shown, ran
    assert ran.code == (0 if command[0] == "validate" else 1), ran
    assert "ok TLS" not in shown and "a bug in" not in shown and "Traceback" not in shown, ran
