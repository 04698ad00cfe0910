"""The fake is honest: what it claims of the distribution specification, asked over a socket.

Each test follows a section of the conformance suite; the same are run against the real docker-registry where that
one implements them, so that the fake cannot drift from a real peer.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.registry.fake import FakeRegistry, Traits, digest_of, faults
from tests.servers import docker_registry

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
ACCEPT = f"{MANIFEST}, {INDEX}"
MISSING = "sha256:" + "0" * 64


@dataclass(slots=True)
class Answer:
    """A reply, read whole."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def code(self) -> str:
        """The first error code."""
        return str(json.loads(self.body)["errors"][0]["code"])


@dataclass(slots=True)
class Peer:
    """A registry as a bare HTTP server."""

    host: str
    is_fake: bool

    def ask(self, method: str, target: str, body: bytes | None = None, **headers: str) -> Answer:
        """One request; `target` may be an absolute Location."""
        parts = urlsplit(target)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection = http.client.HTTPConnection(self.host, timeout=10)
        given = {key.replace("_", "-"): value for key, value in headers.items()}
        connection.request(method, path, body, given)
        reply = connection.getresponse()
        answer = Answer(reply.status, reply.headers, reply.read())
        connection.close()
        return answer

    def begin(self, repository: str) -> str:
        """A new upload's Location."""
        answer = self.ask("POST", f"/v2/{repository}/blobs/uploads/", b"")
        assert answer.status == 202
        return str(answer.headers["Location"])

    def push_blob(self, repository: str, data: bytes) -> str:
        """POST and PUT; returns the digest."""
        digest = digest_of(data)
        answer = self.ask("PUT", f"{self.begin(repository)}&digest={digest}", data)
        assert (answer.status, answer.headers["Docker-Content-Digest"]) == (201, digest)
        return digest

    def push_manifest(self, repository: str, target: str, raw: bytes, media_type: str = MANIFEST) -> Answer:
        """PUT of a manifest."""
        return self.ask("PUT", f"/v2/{repository}/manifests/{target}", raw, Content_Type=media_type)


@pytest.fixture(params=["fake", "docker-registry"])
def peer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Peer]:
    """The fake, and then the real one."""
    if request.param == "fake":
        with FakeRegistry() as registry:
            yield Peer(registry.host, True)
    else:
        with docker_registry(tmp_path / "registry") as real:
            yield Peer(real.host, False)


def manifest(config: bytes, *layers: bytes) -> bytes:
    """An image manifest of such content."""

    def described(data: bytes, media_type: str) -> dict[str, object]:
        return {"mediaType": media_type, "digest": digest_of(data), "size": len(data)}

    document = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": described(config, "application/vnd.oci.image.config.v1+json"),
        "layers": [described(data, "application/vnd.oci.image.layer.v1.tar") for data in layers],
    }
    return json.dumps(document).encode()


def pushed(peer: Peer, repository: str, *tags: str) -> bytes:
    """A manifest with its blobs, under some tags."""
    peer.push_blob(repository, b"{}")
    peer.push_blob(repository, b"layer")
    raw = manifest(b"{}", b"layer")
    for tag in tags:
        assert peer.push_manifest(repository, tag, raw).status == 201
    return raw


def test_ping(peer: Peer) -> None:
    assert peer.ask("GET", "/v2/").status == 200


def test_blob_post_and_put_then_head_and_get(peer: Peer) -> None:
    digest = peer.push_blob("a/b", b"hello")
    head = peer.ask("HEAD", f"/v2/a/b/blobs/{digest}")
    assert (head.status, head.headers["Content-Length"], head.body) == (200, "5", b"")
    got = peer.ask("GET", f"/v2/a/b/blobs/{digest}")
    assert (got.status, got.body, got.headers["Docker-Content-Digest"]) == (200, b"hello", digest)


def test_blob_range(peer: Peer) -> None:
    digest = peer.push_blob("a/b", b"0123456789")
    got = peer.ask("GET", f"/v2/a/b/blobs/{digest}", Range="bytes=3-5")
    assert (got.status, got.body, got.headers["Content-Range"]) == (206, b"345", "bytes 3-5/10")
    rest = peer.ask("GET", f"/v2/a/b/blobs/{digest}", Range="bytes=7-")
    assert (rest.status, rest.body) == (206, b"789")
    if peer.is_fake:  # docker-registry 2.8.2 answers 416 with a Content-Length and no body
        assert peer.ask("GET", f"/v2/a/b/blobs/{digest}", Range="bytes=99-").status == 416


def test_blob_unknown_and_malformed(peer: Peer) -> None:
    answer = peer.ask("GET", f"/v2/a/b/blobs/{MISSING}")
    assert (answer.status, answer.code) == (404, "BLOB_UNKNOWN")
    assert peer.ask("HEAD", f"/v2/a/b/blobs/{MISSING}").status == 404


def test_empty_blob_and_sha512(peer: Peer) -> None:
    peer.push_blob("a/b", b"")
    digest = digest_of(b"long", "sha512:")
    answer = peer.ask("PUT", f"{peer.begin('a/b')}&digest={digest}", b"long")
    assert answer.status == 201


def test_wrong_digest_kills_the_session(peer: Peer) -> None:
    location = peer.begin("a/b")
    answer = peer.ask("PUT", f"{location}&digest={MISSING}", b"hello")
    assert (answer.status, answer.code) == (400, "DIGEST_INVALID")
    again = peer.ask("PUT", f"{location}&digest={digest_of(b'hello')}", b"hello")
    assert again.status == 404


def test_a_single_post_is_answered_with_a_session(peer: Peer) -> None:
    answer = peer.ask("POST", f"/v2/a/b/blobs/uploads/?digest={digest_of(b'hello')}", b"hello")
    assert answer.status == 202


def test_a_location_without_its_state_is_no_session(peer: Peer) -> None:
    location = peer.begin("a/b").partition("?")[0]
    answer = peer.ask("PUT", f"{location}?digest={digest_of(b'hello')}", b"hello")
    assert (answer.status, answer.code) == (404, "BLOB_UPLOAD_INVALID")


def test_patch_then_put(peer: Peer) -> None:
    answer = peer.ask("PATCH", peer.begin("a/b"), b"hel", Content_Type="application/octet-stream")
    assert (answer.status, answer.headers["Range"]) == (202, "0-2")
    location = answer.headers["Location"]
    assert peer.ask("PUT", f"{location}&digest={digest_of(b'hello')}", b"lo").status == 201


def test_upload_progress_and_cancel(peer: Peer) -> None:
    location = peer.begin("a/b")
    assert peer.ask("GET", location).status == 204
    assert peer.ask("DELETE", location).status == 204
    assert peer.ask("GET", location).status == 404


def test_chunks_in_order_and_out_of_order() -> None:
    # docker-registry 2.8.2 takes chunks out of order, so this is asked of the fake alone
    with FakeRegistry() as registry:
        peer = Peer(registry.host, True)
        location = peer.begin("a/b")
        wrong = peer.ask("PATCH", location, b"lo", Content_Range="3-4")
        assert wrong.status == 416
        first = peer.ask("PATCH", location, b"hel", Content_Range="0-2")
        assert (first.status, first.headers["Range"]) == (202, "0-2")
        last = f"{first.headers['Location']}&digest={digest_of(b'hello')}"
        assert peer.ask("PUT", last, b"lo", Content_Range="3-4").status == 201


def test_mount(peer: Peer) -> None:
    digest = peer.push_blob("a/b", b"hello")
    mounted = peer.ask("POST", f"/v2/c/d/blobs/uploads/?mount={digest}&from=a/b", b"")
    assert mounted.status == 201
    assert peer.ask("HEAD", f"/v2/c/d/blobs/{digest}").status == 200
    missing = peer.ask("POST", f"/v2/c/d/blobs/uploads/?mount={MISSING}&from=a/b", b"")
    assert missing.status == 202
    assert missing.headers["Location"]


def test_manifest_by_tag_and_by_digest(peer: Peer) -> None:
    raw = pushed(peer, "a/b", "v1")
    digest = digest_of(raw)
    for target in ("v1", digest):
        got = peer.ask("GET", f"/v2/a/b/manifests/{target}", Accept=ACCEPT)
        assert (got.status, got.body, got.headers["Content-Type"]) == (200, raw, MANIFEST)
        assert got.headers["Docker-Content-Digest"] == digest
        head = peer.ask("HEAD", f"/v2/a/b/manifests/{target}", Accept=ACCEPT)
        assert (head.status, head.headers["Content-Length"]) == (200, str(len(raw)))


def test_a_manifest_is_hidden_from_who_does_not_accept_it(peer: Peer) -> None:
    pushed(peer, "a/b", "v1")
    answer = peer.ask("GET", "/v2/a/b/manifests/v1", Accept="*/*")
    assert (answer.status, answer.code) == (404, "MANIFEST_UNKNOWN")


def test_manifest_put_by_digest_makes_no_tag(peer: Peer) -> None:
    raw = pushed(peer, "a/b")
    assert peer.push_manifest("a/b", digest_of(raw), raw).status == 201
    assert peer.ask("GET", "/v2/a/b/tags/list").body.find(b'"v1"') < 0


def test_manifest_put_refusals(peer: Peer) -> None:
    raw = pushed(peer, "a/b")
    assert peer.push_manifest("a/b", MISSING, raw).code == "DIGEST_INVALID"
    lacking = peer.push_manifest("a/b", "v1", manifest(b"{}", b"never pushed"))
    assert (lacking.status, lacking.code) == (400, "MANIFEST_BLOB_UNKNOWN")
    assert digest_of(b"never pushed").encode() in lacking.body
    assert peer.push_manifest("a/b", "v1", b"not json").code == "MANIFEST_INVALID"
    large = peer.push_manifest("a/b", "v1", b" " * (4 << 20) + raw)
    assert (large.status, large.code) == (400, "MANIFEST_INVALID")
    plus = peer.push_manifest("a/b", "v1%2B2", raw)
    assert (plus.status, plus.headers["Content-Type"].partition(";")[0]) == (404, "text/plain")


def test_nested_index(peer: Peer) -> None:
    raw = pushed(peer, "a/b")
    inner = json.dumps({
        "schemaVersion": 2, "mediaType": INDEX,
        "manifests": [{"mediaType": MANIFEST, "digest": digest_of(raw), "size": len(raw)}],
    }).encode()  # fmt: skip
    assert peer.push_manifest("a/b", digest_of(inner), inner, INDEX).status == 400
    assert peer.push_manifest("a/b", digest_of(raw), raw).status == 201
    assert peer.push_manifest("a/b", digest_of(inner), inner, INDEX).status == 201
    outer = json.dumps({
        "schemaVersion": 2, "mediaType": INDEX,
        "manifests": [{"mediaType": INDEX, "digest": digest_of(inner), "size": len(inner)}],
    }).encode()  # fmt: skip
    assert peer.push_manifest("a/b", "v1", outer, INDEX).status == 201


def test_tags(peer: Peer) -> None:
    pushed(peer, "a/b", "v2", "v1", "latest")
    answer = peer.ask("GET", "/v2/a/b/tags/list")
    assert json.loads(answer.body) == {"name": "a/b", "tags": ["latest", "v1", "v2"]}
    unknown = peer.ask("GET", "/v2/no/such/tags/list")
    assert (unknown.status, unknown.code) == (404, "NAME_UNKNOWN")


def test_tag_pages() -> None:
    with FakeRegistry() as registry:  # docker-registry 2.8.2 ignores n
        peer = Peer(registry.host, True)
        pushed(peer, "a/b", "v1", "v2", "v3")
        first = peer.ask("GET", "/v2/a/b/tags/list?n=2")
        assert json.loads(first.body)["tags"] == ["v1", "v2"]
        link = first.headers["Link"]
        assert link.endswith('>; rel="next"')
        second = peer.ask("GET", link[1 : link.index(">")])
        assert (json.loads(second.body)["tags"], second.headers["Link"]) == (["v3"], None)


def test_referrers() -> None:
    with FakeRegistry(traits=Traits(referrers=True)) as registry:
        peer = Peer(registry.host, True)
        subject = pushed(peer, "a/b", "v1")
        document = json.loads(subject) | {"artifactType": "application/x-test", "annotations": {"k": "v"}}
        document["subject"] = {"mediaType": MANIFEST, "digest": digest_of(subject), "size": len(subject)}
        raw = json.dumps(document).encode()
        answer = peer.push_manifest("a/b", digest_of(raw), raw)
        assert (answer.status, answer.headers["OCI-Subject"]) == (201, digest_of(subject))
        listed = peer.ask("GET", f"/v2/a/b/referrers/{digest_of(subject)}?artifactType=application/x-test")
        assert listed.headers["OCI-Filters-Applied"] == "artifactType"
        (entry,) = json.loads(listed.body)["manifests"]
        assert (entry["digest"], entry["artifactType"], entry["annotations"]) == (
            digest_of(raw), "application/x-test", {"k": "v"},
        )  # fmt: skip
        none = peer.ask("GET", f"/v2/a/b/referrers/{MISSING}")
        assert (none.status, json.loads(none.body)["manifests"]) == (200, [])


def test_no_referrers(peer: Peer) -> None:
    assert peer.ask("GET", f"/v2/a/b/referrers/{MISSING}").status == 404


def test_deletion(peer: Peer) -> None:
    raw = pushed(peer, "a/b", "v1", "v2")
    by_tag = peer.ask("DELETE", "/v2/a/b/manifests/v1")
    assert (by_tag.status, by_tag.code) == (400, "DIGEST_INVALID")
    assert peer.ask("DELETE", f"/v2/a/b/manifests/{digest_of(raw)}").status == 202
    assert peer.ask("GET", "/v2/a/b/manifests/v1", Accept=ACCEPT).status == 404
    assert peer.ask("DELETE", f"/v2/a/b/blobs/{digest_of(b'layer')}").status == 202
    assert peer.ask("HEAD", f"/v2/a/b/blobs/{digest_of(b'layer')}").status == 404


def test_the_script_counts_and_acts() -> None:
    with FakeRegistry() as registry:
        peer = Peer(registry.host, True)
        registry.script.on("GET", r"/v2/$", faults.answer(503, "UNAVAILABLE"), nth=2)
        registry.script.on("GET", r"/never", faults.reset())
        assert [peer.ask("GET", "/v2/").status for _ in range(3)] == [200, 503, 200]
        assert registry.script.unused == ["GET /never"]
        assert [str(entry) for entry in registry.requests("GET")] == [
            "GET /v2/ → 200",
            "GET /v2/ → 503",
            "GET /v2/ → 200",
        ]
        registry.script.on("PUT", r"/uploads/", faults.reset(after=3))
        with pytest.raises(OSError):
            peer.push_blob("a/b", b"hello")
        assert registry.requests("PUT")[0].status == 0
