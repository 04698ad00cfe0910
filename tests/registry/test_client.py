"""The client as a whole, against the fake registry: what the numbered faults of tests/registry leave open."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from lazyoci.errors import Interrupted
from lazyoci.oci import digest, mediatype
from lazyoci.oci.descriptor import Descriptor
from lazyoci.oci.reference import Repository
from lazyoci.registry import catalog, errors
from lazyoci.registry.client import Client, Timeouts, TlsPolicy
from lazyoci.registry.http.tls import plain_first
from tests import certs
from tests.hosts import Named
from tests.registry.fake import Bearer, Exchange, FakeRegistry, Reply, error_reply, faults, json_reply
from tests.registry.kit import ALICE, Kit, kit, noise, stream


def described(data: bytes) -> Descriptor:
    return Descriptor(mediatype.OCTET_STREAM, digest.of(data), len(data))


def test_the_host_is_asked_once_how_to_speak_to_it(fake: FakeRegistry) -> None:
    with kit().client as client:
        threads = [threading.Thread(target=client.ping, args=(fake.host,)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert client.ping(fake.host) == 200
    assert fake.count("GET", r"^/v2/$") == 1


def test_a_host_that_is_down_is_not_waited_for_by_every_worker() -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{taken.getsockname()[1]}"
    one = kit()
    with one.client as client:
        for _ in range(3):
            with pytest.raises(errors.Unreachable):
                client.ping(host)
        assert len(one.requests) == 1, "nothing listens there, for HTTPS no more than for HTTP"
        one.clock.now += 11
        with pytest.raises(errors.Unreachable):
            client.ping(host)
        assert len(one.requests) == 2


def test_a_web_server_is_no_registry(fake: FakeRegistry) -> None:
    fake.script.on("GET", r"^/v2/$", faults.answer(404, body=b"<html><title>Welcome</title></html>"))
    with kit().client as client, pytest.raises(errors.ProtocolError) as caught:
        client.ping(fake.host)
    assert caught.value.message == f"{fake.host} is not an OCI registry: GET /v2/ answered 404"
    assert caught.value.said == "Welcome"


def test_a_registry_open_at_the_door_and_guarded_inside(fakes: Callable[..., FakeRegistry]) -> None:
    registry = fakes(guard=Bearer({"alice": "s3cret"}))
    registry.script.on("GET", r"^/v2/$", faults.answer(200, body=b"{}"))
    with kit(keys=ALICE).client as client:
        data = b"guarded"
        remote = client.repository(Repository(registry.host, "a/b"))
        assert remote.authorize(push=True).scheme == "none"
        assert remote.push_blob(described(data), stream(data)) == "uploaded"
    assert registry.count("GET", "/token") == 1


def test_a_realm_may_be_relative(fakes: Callable[..., FakeRegistry]) -> None:
    guard = Bearer({"alice": "s3cret"}, challenge=lambda realm, scope: ['Bearer realm="/token",service="fake"'])
    registry = fakes(guard=guard)
    with kit(keys=ALICE).client as client:
        assert client.repository(Repository(registry.host, "a/b")).authorize(push=True).may_push is True


def test_warnings_are_shown_once_each(fake: FakeRegistry) -> None:
    fake.script.on("HEAD", "", faults.header("Warning", '299 - "going\x07 away soon"'), nth=None)
    one = kit()
    with one.client as client:
        remote = client.repository(Repository(fake.host, "a/b"))
        for tag in ("v1", "v2", "v1"):
            assert remote.head_manifest(tag) is None
    assert one.warnings == [f"{fake.host}: going away soon"]


def test_requests_are_told_without_their_secrets(fake: FakeRegistry) -> None:
    data = noise(1000)
    one = kit(keys=ALICE)
    with one.client as client:
        client.repository(Repository(fake.host, "a/b")).push_blob(described(data), stream(data))
    put = one.requests[-1]
    assert put.startswith(f"PUT http://{fake.host}/v2/a/b/blobs/uploads/")
    assert f"digest={digest.of(data)} 201 (" in put
    assert "_state=…" in put or "_state" not in put
    assert "s3cret" not in "".join(one.requests)


def test_abort_ends_a_read_that_hangs(fake: FakeRegistry) -> None:
    release, reached = threading.Event(), threading.Event()
    fake.script.on("HEAD", "/manifests/", faults.hold(release, reached=reached))
    one: Kit = kit()
    raised: list[BaseException] = []

    def work(client: Client) -> None:
        try:
            client.repository(Repository(fake.host, "a/b")).head_manifest("v1")
        except Interrupted as error:
            raised.append(error)

    with one.client as client:
        thread = threading.Thread(target=work, args=(client,))
        thread.start()
        reached.wait()
        client.abort()
        thread.join()
        release.set()
        assert len(raised) == 1
        with pytest.raises(Interrupted):
            client.repository(Repository(fake.host, "a/b")).head_manifest("v1")


def test_abort_ends_the_direct_read_of_a_large_blob(fake: FakeRegistry) -> None:
    data = noise(4 << 20)
    half_sent, release = threading.Event(), threading.Event()

    def half(exchange: Exchange) -> None:
        reply = exchange.serve()

        def pieces() -> Iterator[bytes]:
            yield reply.body[: len(reply.body) // 2]
            half_sent.set()
            release.wait(30)

        headers = [*reply.without("Content-Length").headers, ("Content-Length", str(len(reply.body)))]
        exchange.send_slowly(Reply(reply.status, headers, b""), pieces())
        exchange.hang_up()

    with kit().client as client:
        remote = client.repository(Repository(fake.host, "a/b"))
        remote.push_blob(described(data), stream(data))
        fake.script.on("GET", "/blobs/", half)

        def stop() -> None:
            half_sent.wait()
            client.abort()

        thread = threading.Thread(target=stop)
        thread.start()
        with pytest.raises(Interrupted):
            b"".join(remote.read_blob(described(data)))
        thread.join()
        release.set()


def test_a_large_blob_is_the_same_however_it_is_cut(fake: FakeRegistry) -> None:
    with kit().client as client:
        remote = client.repository(Repository(fake.host, "a/b"))
        for size in (2 << 20, (2 << 20) + 1, (3 << 20) + 65537):
            data = noise(size, size)
            remote.push_blob(described(data), stream(data), check=False)
            assert b"".join(remote.read_blob(described(data))) == data
            assert b"".join(remote.read_blob(described(data), offset=12345)) == data[12345:]


def test_never_plain_http_again_after_a_silence() -> None:
    with closing(socket.socket()) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        one = kit(insecure=True, timeouts=Timeouts(connect=0.1, read=0.1), attempts=2)
        with one.client as client, pytest.raises(errors.Unreachable) as caught:
            client.ping(host)
    assert caught.value.reason == "timeout"
    assert "GET http://" in one.requests[0]  # as to any registry on this machine
    assert len(one.requests) > 1 and all("https://" in line for line in one.requests[1:])


def test_insecure_names_each_step(fakes: Callable[..., FakeRegistry], tmp_path: Path) -> None:
    context = certs.make(tmp_path, "self", "127.0.0.1").server_context()
    host, one = fakes(tls=context).host, kit(insecure=True)
    with one.client as client:
        client.ping(host)
    assert one.warnings == [
        f"{host}: its certificate is not trusted; going on with HTTPS without verifying the certificate"
    ]


def test_a_registry_on_this_machine_speaks_plain_http_without_a_word(fake: FakeRegistry) -> None:
    one = kit(insecure=True)
    with one.client as client:
        client.ping(fake.host)
    assert (one.warnings, len(one.requests)) == ([], 1)


@pytest.mark.parametrize("policy", [TlsPolicy("verify"), TlsPolicy(ca=Path("ca.pem"))])
def test_where_tls_is_asked_for_plain_http_is_not_first(fake: FakeRegistry, policy: TlsPolicy) -> None:
    assert not plain_first(policy, fake.host)
    assert plain_first(TlsPolicy(), fake.host)
    assert not plain_first(TlsPolicy(), "registry.example:5000")


def test_credentials_do_not_go_over_plain_http_to_who_knows_where(
    fakes: Callable[..., FakeRegistry],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lazyoci.registry.session.sends_credentials_in_clear", lambda netloc: False)
    registry = fakes(guard=Bearer({"alice": "s3cret"}))
    with kit(keys=ALICE).client as client:
        remote = client.repository(Repository(registry.host, "a/b"))
        access = remote.authorize(push=True)
        assert access.credential is None
        with pytest.raises(errors.Unauthorized, match=r"credentials are not sent to .* over plain HTTP"):
            remote.check_push(access)
    assert not any("basic" in entry.headers.get("authorization", "").lower() for entry in registry.log)
    trusted = kit(keys=ALICE, policies=lambda host: TlsPolicy("plain-http", trusted=True))
    with trusted.client as client:
        assert client.repository(Repository(registry.host, "a/b")).authorize(push=True).may_push is True


def test_docker_hub_is_searched_where_its_search_is(fakes: Callable[..., FakeRegistry], named: Named) -> None:
    hub = fakes()
    found = {
        "results": [
            {"repo_name": "acme/nginx", "short_description": "a\x1b[1m b", "star_count": 1, "pull_count": 5},
            {"repo_name": "nginx", "short_description": "", "star_count": 9, "pull_count": 10, "is_official": True},
            "junk",
        ]
    }
    hub.script.on("GET", "/v2/search/repositories/", lambda exchange: exchange.send(json_reply(200, found)))
    with kit(hosts=named({"hub.docker.com": hub.url})).client as client:
        hits = catalog.search(client, "docker.io", "ng inx")
    assert [(hit.name, hit.pulls, hit.official) for hit in hits] == [("nginx", 10, True), ("acme/nginx", 5, False)]
    assert hits[1].description == "a [1m b"
    assert hub.log[-1].target == "/v2/search/repositories/?query=ng%20inx&page_size=25"
    assert "authorization" not in hub.log[-1].headers


def test_a_registry_that_lists_nothing_says_what_to_do(fakes: Callable[..., FakeRegistry], named: Named) -> None:
    registry = fakes()
    registry.script.on("GET", "_catalog", lambda exchange: exchange.send(error_reply(404, "UNSUPPORTED")), nth=None)
    with kit(hosts=named({"registry-1.docker.io": registry.url})).client as client:
        with pytest.raises(errors.Unsupported, match=r"docker\.io does not list repositories") as caught:
            catalog.repositories(client, "docker.io")
        assert "lazyoci browse search docker.io QUERY" in caught.value.hint
        with pytest.raises(errors.Unsupported) as other:
            catalog.repositories(client, registry.host)
        assert "browse tags" in other.value.hint
        assert "search" not in other.value.hint


def test_a_location_that_is_no_address_is_a_clean_error(fake: FakeRegistry) -> None:
    for location in ("https://xn--\x7f/", "http://[::1", "javascript:alert(1)"):
        fake.script.clear()
        fake.script.on("POST", "/uploads/", faults.header("Location", location))
        with kit().client as client, pytest.raises(errors.ProtocolError):
            client.repository(Repository(fake.host, "a/b")).push_blob(described(b"x"), stream(b"x"))


def test_httpx_keeps_the_query_of_a_location() -> None:
    url = "https://h/v2/a/blobs/uploads/1?_state=a%2Bb%3D%3D&sig=x%2Fy&digest=sha256:00"
    assert str(httpx.URL(url)) == url
