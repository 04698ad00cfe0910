"""One blob that meets trouble on its way up."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lazyoci.errors import LayoutError
from lazyoci.layout.store import Built, Staged
from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import EMPTY, Descriptor, dump
from lazyoci.oci.digest import of
from lazyoci.oci.reference import parse_repository
from lazyoci.registry.errors import ContentChanged, DigestMismatch
from lazyoci.transfer.content import read
from lazyoci.transfer.preflight import preflight
from tests.registry.fake import FakeRegistry, Reply, Traits, faults
from tests.registry.kit import Kit, artifact, kit, noise, run, run_after, states, stream, wanted

Fakes = Callable[..., FakeRegistry]
UPLOADS = r"/blobs/uploads/"
DATA = noise(200_000)
BLOB = Descriptor(mediatype.OCTET_STREAM, of(DATA), len(DATA))
OTHER = "sha256:" + "f" * 64


def push_blob(tools: Kit, fake: FakeRegistry, *mount_from: str) -> str:
    """Push `BLOB` to a/b."""
    remote = tools.client.repository(parse_repository(f"{fake.host}/a/b"))
    return remote.push_blob(BLOB, stream(DATA), mount_from=mount_from)


# ---------------------------------------------------------------------- mounts
def test_a_mount_answered_202_goes_on_in_that_session(fake: FakeRegistry) -> None:
    assert push_blob(kit(), fake, "c/d") == "uploaded"  # c/d does not have it
    assert fake.count("POST") == 1
    assert fake.count("PUT", UPLOADS, status=201) == 1


@pytest.mark.parametrize("status", [403, 404, 405, 500])
def test_a_mount_that_is_refused_falls_through(fake: FakeRegistry, status: int) -> None:
    fake.seed_blob("c/d", DATA)
    fake.script.on("POST", "mount=", faults.answer(status, body=b""), nth=None)
    tools = kit()
    assert push_blob(tools, fake, "c/d") == "uploaded"
    assert [entry.status for entry in fake.requests("POST")] == [status, 202]
    assert tools.clock.slept == []


@pytest.mark.parametrize("cut", [faults.reset(), faults.lose_reply()])
def test_a_mount_whose_connection_breaks_is_asked_for_again(fake: FakeRegistry, cut: faults.Action) -> None:
    """A host that takes two connections cuts others off; an upload instead would need one more of them."""
    fake.seed_blob("c/d", DATA)
    fake.script.on("POST", "mount=", cut)
    assert push_blob(kit(), fake, "c/d") == "mounted"
    assert fake.count("PUT", UPLOADS) == 0


def test_a_mount_that_breaks_each_time_is_no_reason_to_fail(fake: FakeRegistry) -> None:
    fake.seed_blob("c/d", DATA)
    fake.script.on("POST", "mount=", faults.reset(), nth=None)
    assert push_blob(kit(), fake, "c/d") == "uploaded"


# ---------------------------------------------------------------------- HEAD
@pytest.mark.parametrize("status", [403, 405, 412])
def test_a_head_that_tells_nothing(fake: FakeRegistry, status: int) -> None:
    fake.script.on("HEAD", "/blobs/", faults.answer(status, body=b""), nth=None)
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1"), artifact(b"one"))
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}


def test_a_blob_of_the_wrong_length_is_uploaded_again(fake: FakeRegistry) -> None:
    fake.seed_blob("a/b", DATA)
    fake.script.on("HEAD", "/blobs/", faults.header("Content-Length", "17"))
    assert push_blob(kit(), fake) == "uploaded"


# ---------------------------------------------------------------------- what the registry says it stored
def test_a_wrong_digest_for_a_blob_is_fatal(fake: FakeRegistry) -> None:
    fake.script.on("PUT", UPLOADS, faults.header("Docker-Content-Digest", OTHER), nth=None)
    with pytest.raises(DigestMismatch) as raised:
        push_blob(kit(), fake)
    assert fake.host in raised.value.message
    assert OTHER[:19] in raised.value.message and BLOB.digest[:19] in raised.value.message
    assert fake.count("PUT") == 1


def test_a_wrong_digest_for_a_manifest_is_fatal(fake: FakeRegistry) -> None:
    fake.script.on("PUT", "/manifests/", faults.header("Docker-Content-Digest", OTHER), nth=None)
    built = artifact(b"one")
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1", f"{fake.host}/a/b:latest"), built)
    one, latest = pushed.outcomes
    assert isinstance(one.error, DigestMismatch)
    assert OTHER[:19] in one.error.message and built.root.digest[:19] in one.error.message
    assert (latest.state, fake.tag("a/b", "latest")) == ("skipped", "")


def test_without_the_header_the_manifest_is_read_back(fakes: Fakes) -> None:
    fake = fakes(traits=Traits(digest_header=False))
    built = artifact(b"one")
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1"), built)
    assert states(pushed) == {f"{fake.host}/a/b:v1": "new"}
    assert fake.count("GET", "/manifests/v1", status=200) == 2  # for the PUT, and to verify the tag
    again = run(kit(), wanted(f"{fake.host}/a/b:v1"), built)
    assert states(again) == {f"{fake.host}/a/b:v1": "unchanged"}


def test_a_registry_that_stores_something_else_is_found_out(fakes: Fakes) -> None:
    fake = fakes(traits=Traits(digest_header=False))
    other = faults.rewrite(lambda reply: Reply(reply.status, reply.headers, b"{}"))
    fake.script.on("GET", r"/manifests/v1", other, nth=None)
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1", f"{fake.host}/a/b:latest"), artifact(b"one"))
    assert isinstance(pushed.outcomes[0].error, DigestMismatch)
    assert fake.tag("a/b", "latest") == ""


# ---------------------------------------------------------------------- the file changes
def from_file(path: Path) -> Built:
    """An artifact of one file, where it lies."""
    store = Staged()
    layer = store.add_file(mediatype.OCTET_STREAM, path)
    document = {"schemaVersion": 2, "mediaType": mediatype.OCI_MANIFEST, "artifactType": "application/x",
                "config": EMPTY.to_json(), "layers": [layer.to_json()]}  # fmt: skip
    return Built(store.add_bytes(mediatype.OCI_MANIFEST, dump(document)), store)


@pytest.mark.parametrize("change", ["truncated", "grown", "overwritten"])
def test_a_file_that_changes_during_its_upload(fake: FakeRegistry, tmp_path: Path, change: str) -> None:
    path = tmp_path / "layer.bin"
    path.write_bytes(noise(30_000_000))
    built = from_file(path)
    size = path.stat().st_size
    reached, go_on = threading.Event(), threading.Event()
    digest = next(one.digest for one in read(built).blobs.values() if one.size == size)
    fake.script.on("PUT", digest, faults.hold(go_on, after=1000, reached=reached))
    tools, references = kit(), wanted(f"{fake.host}/a/b:v1")
    found = preflight([references], tools.client)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run_after, tools, found, [(references, built)])
        assert reached.wait(20)
        with path.open("r+b") as file:
            if change == "truncated":
                file.truncate(size - 1000)
            else:
                file.seek(size if change == "grown" else size - 1000)
                file.write(b"x" * 1000)
        go_on.set()
        (pushed,) = running.result(60)
    (one,) = pushed.outcomes
    # a file with another time stamp is known before the registry's word on its bytes is weighed
    assert isinstance(one.error, LayoutError if change == "overwritten" else ContentChanged), one.error
    assert "changed" in one.error.message and "again" in one.error.hint
    assert tools.clock.slept == []  # no silent retry
    assert fake.count("PUT", UPLOADS) <= 2  # the file and the empty config
    assert fake.tag("a/b", "v1") == ""


def test_a_file_that_changed_before_its_upload(fake: FakeRegistry, tmp_path: Path) -> None:
    path = tmp_path / "layer.bin"
    path.write_bytes(noise(100_000))
    built = from_file(path)
    path.write_bytes(noise(100_000, 1))
    os.utime(path, ns=(1, 1))
    pushed = run(kit(), wanted(f"{fake.host}/a/b:v1"), built)
    (one,) = pushed.outcomes
    assert f"{path} changed" in str(one.error)


# ---------------------------------------------------------------------- sessions
@pytest.mark.parametrize(("status", "code"), [(404, "BLOB_UPLOAD_UNKNOWN"), (404, "BLOB_UPLOAD_INVALID"), (416, "X")])
def test_a_stale_session_is_replaced(fake: FakeRegistry, status: int, code: str) -> None:
    fake.script.on("PUT", UPLOADS, faults.answer(status, code))
    assert push_blob(kit(), fake) == "uploaded"
    first, second = fake.requests("PUT")
    assert first.path != second.path
    assert [entry.method for entry in fake.requests("*", "/blobs/")] == ["HEAD", "POST", "PUT", "HEAD", "POST", "PUT"]
