"""The client against the real docker-registry, open and over plain HTTP."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from lazyoci.errors import Interrupted, RegistryError
from lazyoci.oci import digest, mediatype
from lazyoci.oci.descriptor import EMPTY, EMPTY_BYTES, Descriptor, dump, parse_manifest
from lazyoci.oci.reference import Repository
from lazyoci.registry import catalog, errors
from lazyoci.registry.repository import RemoteRepository
from tests.registry.kit import Kit, kit, noise, stream
from tests.servers import RealRegistry, docker_registry, program


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealRegistry]:
    with docker_registry(tmp_path_factory.mktemp("registry")) as running:
        yield running


@pytest.fixture
def one() -> Iterator[Kit]:
    made = kit()
    with made.client:
        yield made


def repository(one: Kit, registry: RealRegistry, path: str) -> RemoteRepository:
    return one.client.repository(Repository(registry.host, path))


def layer(size: int, seed: int) -> tuple[Descriptor, bytes]:
    data = noise(size, seed)
    return Descriptor(mediatype.OCTET_STREAM, digest.of(data), size), data


def manifest(*layers: Descriptor) -> bytes:
    document = {
        "schemaVersion": 2,
        "mediaType": mediatype.OCI_MANIFEST,
        "artifactType": "application/vnd.example.test",
        "config": EMPTY.to_json(),
        "layers": [item.to_json() for item in layers],
    }
    return dump(document)


def push(remote: RemoteRepository, tag: str, seed: int) -> tuple[Descriptor, bytes]:
    described, data = layer(100_000, seed)
    remote.push_blob(described, stream(data))
    remote.push_blob(EMPTY, stream(EMPTY_BYTES))
    raw = manifest(described)
    remote.put_manifest(raw, mediatype.OCI_MANIFEST, tag, digest=digest.of(raw))
    return described, raw


def test_three_requests_a_blob_and_one_when_it_is_there(one: Kit, registry: RealRegistry) -> None:
    remote = repository(one, registry, "blobs/three")
    described, data = layer(3 << 20, 1)
    moved: list[int] = []
    assert remote.push_blob(described, stream(data), progress=moved.append) == "uploaded"
    assert sum(moved) == described.size
    assert registry.blob(described.digest) == data
    assert len(registry.requests(path="/v2/blobs/three/blobs/")) == 3
    assert remote.push_blob(described, stream(data)) == "exists"
    assert len(registry.requests(path="/v2/blobs/three/blobs/")) == 4
    assert remote.has_blob(described)
    assert not remote.has_blob(EMPTY)


def test_a_tag_comes_and_moves_and_goes(one: Kit, registry: RealRegistry) -> None:
    remote = repository(one, registry, "tags/life")
    assert remote.head_manifest("v1", push=True) is None
    _, raw = push(remote, "v1", 2)
    found = remote.head_manifest("v1")
    assert found == Descriptor(mediatype.OCI_MANIFEST, digest.of(raw), len(raw))
    assert remote.get_manifest("v1").raw == raw
    assert remote.get_manifest(digest.of(raw)).raw == raw
    _, other = push(remote, "v1", 3)
    assert registry.tag("tags/life", "v1") == digest.of(other)
    assert remote.tags() == ["v1"]
    remote.delete_manifest(digest.of(other))
    assert remote.head_manifest("v1") is None
    with pytest.raises(errors.NotFound, match=r"read from .*/tags/life failed: not found"):
        remote.get_manifest("v1")


def test_a_blob_of_another_repository_is_mounted(one: Kit, registry: RealRegistry) -> None:
    push(repository(one, registry, "mount/from"), "v1", 4)
    described, data = layer(100_000, 4)
    remote = repository(one, registry, "mount/to")
    assert remote.push_blob(described, stream(data), mount_from=["mount/nowhere", "mount/from"]) == "uploaded"
    other = repository(one, registry, "mount/other")
    assert other.push_blob(described, stream(data), mount_from=["mount/other", "mount/from"]) == "mounted"
    assert other.has_blob(described)


def test_a_manifest_without_its_blobs_names_them(one: Kit, registry: RealRegistry) -> None:
    remote = repository(one, registry, "lonely/manifest")
    described, _ = layer(10, 5)
    raw = manifest(described)
    with pytest.raises(errors.BlobUnknown) as caught:
        remote.put_manifest(raw, mediatype.OCI_MANIFEST, "v1", digest=digest.of(raw))
    assert set(caught.value.digests) == {described.digest, EMPTY.digest}


def test_bytes_that_are_not_the_descriptors(one: Kit, registry: RealRegistry) -> None:
    remote = repository(one, registry, "changed/file")
    described, data = layer(5000, 6)
    with pytest.raises(errors.ContentChanged, match="it is sha256:"):
        remote.push_blob(described, stream(data[:-1] + b"!"))
    with pytest.raises(errors.ContentChanged, match="it ends 1000 bytes early"):
        remote.push_blob(described, stream(data[:-1000]))
    assert not remote.has_blob(described)
    # here the bytes sent are the right ones, so the registry may have taken the blob before we see that there are more
    with pytest.raises(errors.ContentChanged, match="it has more than 5000 bytes"):
        remote.push_blob(described, stream(data + b"!"))


def test_large_blobs_are_read_whole_from_anywhere(one: Kit, registry: RealRegistry, tmp_path: Path) -> None:
    remote = repository(one, registry, "large/blob")
    described, data = layer((9 << 20) + 17, 7)
    remote.push_blob(described, stream(data))
    assert b"".join(remote.read_blob(described)) == data
    assert b"".join(remote.read_blob(described, offset=described.size - 5)) == data[-5:]
    assert b"".join(remote.read_blob(described, offset=1 << 20)) == data[1 << 20 :]
    for have in (b"", data[: 3 << 20], data, data + b"too much"):
        file = tmp_path / "blob"
        file.write_bytes(have)
        with file.open("r+b") as partial:
            moved: list[int] = []
            remote.fetch_blob(described, partial, progress=moved.append)
        assert file.read_bytes() == data
        assert sum(moved) == described.size


def test_an_empty_blob_can_be_read(one: Kit, registry: RealRegistry) -> None:
    remote = repository(one, registry, "empty/blob")
    described = Descriptor(mediatype.OCTET_STREAM, digest.of(b""), 0)
    assert remote.push_blob(described, stream(b"")) == "uploaded"
    assert b"".join(remote.read_blob(described)) == b""


def test_a_corrupt_blob_is_refused_and_nothing_is_left(one: Kit, registry: RealRegistry, tmp_path: Path) -> None:
    remote = repository(one, registry, "corrupt/blob")
    described, data = layer(3 << 20, 8)
    remote.push_blob(described, stream(data))
    encoded = described.digest.partition(":")[2]
    stored = registry.root / f"docker/registry/v2/blobs/sha256/{encoded[:2]}/{encoded}/data"
    stored.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with (tmp_path / "blob").open("w+b") as file, pytest.raises(errors.DigestMismatch):
        remote.fetch_blob(described, file)
    assert (tmp_path / "blob").read_bytes() == b""


def test_an_illegal_tag_is_a_clean_error(one: Kit, registry: RealRegistry) -> None:
    remote = repository(one, registry, "bad/tag")
    with pytest.raises(errors.NotFound) as caught:
        remote.put_manifest(b"{}", mediatype.OCI_MANIFEST, "a+b", digest=digest.of(b"{}"))
    assert caught.value.said == "404 page not found"


def test_a_manifest_larger_than_it_takes(one: Kit, registry: RealRegistry) -> None:
    remote = repository(one, registry, "big/manifest")
    raw = dump({"schemaVersion": 2, "mediaType": mediatype.OCI_INDEX, "manifests": [], "x": "y" * (5 << 20)})
    with pytest.raises(errors.TooLarge):
        remote.put_manifest(raw, mediatype.OCI_INDEX, "v1", digest=digest.of(raw))


def test_listing(one: Kit, registry: RealRegistry) -> None:
    for path in ("list/a", "list/b/c"):
        push(repository(one, registry, path), "v1", 9)
    found = catalog.repositories(one.client, registry.host)
    assert {"list/a", "list/b/c"} <= set(found)
    assert [hit.name for hit in catalog.search(one.client, registry.host, "LIST/b")] == ["list/b/c"]
    with pytest.raises(errors.RepositoryMissing):
        repository(one, registry, "list/none").tags()


def test_the_push_probe_leaves_no_session(one: Kit, registry: RealRegistry) -> None:
    remote = repository(one, registry, "probe/push")
    assert remote.probe_push() is True
    uploads = registry.root / "docker/registry/v2/repositories/probe/push/_uploads"
    assert list(uploads.glob("*/data")) == []


def test_an_upload_that_is_interrupted_is_cancelled(one: Kit, registry: RealRegistry) -> None:
    remote = repository(one, registry, "interrupted/push")
    described, data = layer(8 << 20, 10)

    def stop(count: int) -> None:
        if count > 0:
            one.client.abort()

    with pytest.raises(Interrupted):
        remote.push_blob(described, stream(data), progress=stop)
    assert registry.requests("DELETE", "/v2/interrupted/push/blobs/uploads/")


def test_skopeo_reads_what_was_pushed(one: Kit, registry: RealRegistry) -> None:
    skopeo = program("skopeo")
    described, raw = push(repository(one, registry, "for/skopeo"), "v1", 11)
    shown = subprocess.run(
        [skopeo, "inspect", "--raw", "--tls-verify=false", f"docker://{registry.host}/for/skopeo:v1"],
        capture_output=True,
        check=True,
    ).stdout
    assert shown == raw
    assert json.loads(shown)["layers"][0]["digest"] == described.digest


def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{taken.getsockname()[1]}"
    made = kit()
    with made.client, pytest.raises(errors.Unreachable) as caught:
        made.client.repository(Repository(host, "a/b")).head_manifest("v1")
    assert caught.value.reason == "down"
    assert caught.value.message == f"connection to {host} failed: nothing listens at {host}"
    assert isinstance(caught.value, RegistryError)
    assert made.clock.slept == []


def test_chunks_arrive_whole_at_a_real_registry(registry: RealRegistry) -> None:
    made = kit(chunk=lambda _: 1 << 20)
    described, data = layer((3 << 20) + 7, 11)
    with made.client:
        remote = repository(made, registry, "blobs/chunks")
        assert remote.push_blob(described, stream(data)) == "uploaded"
        assert [line.split()[0] for line in made.requests if "/uploads/" in line] == ["POST", *["PATCH"] * 4, "PUT"]
        assert remote.has_blob(described)


def test_a_real_registry_without_the_api_keeps_referrers_under_a_tag(one: Kit, registry: RealRegistry) -> None:
    remote = repository(one, registry, "manifests/referrers")
    _, raw = push(remote, "v1", 12)
    subject = digest.of(raw)
    assert remote.referrers(subject) == []
    document = json.loads(manifest(EMPTY))
    document |= {"subject": {"mediaType": mediatype.OCI_MANIFEST, "digest": subject, "size": len(raw)}}
    about = parse_manifest(dump(document), mediatype.OCI_MANIFEST)
    assert (
        remote.put_manifest(about.raw, about.media_type, about.descriptor.digest, digest=about.descriptor.digest)
        is False
    )
    remote.attach_to_subject(about)
    remote.attach_to_subject(about)
    assert [found.digest for found in remote.referrers(subject)] == [about.descriptor.digest]
