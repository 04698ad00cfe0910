"""Blobs that break, rot or are compressed on their way down."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import Descriptor
from lazyoci.oci.digest import of
from lazyoci.oci.reference import parse_repository
from lazyoci.registry.errors import DigestMismatch, Unreachable
from tests import certs
from tests.registry.fake import FakeRegistry, Reply, faults
from tests.registry.kit import kit, noise

DATA = noise(500_000)
BLOB = Descriptor(mediatype.OCTET_STREAM, of(DATA), len(DATA))


def fetch(fake: FakeRegistry, start: bytes = b"") -> bytes:
    """Fetch `BLOB` into a file that begins with what an earlier run left there."""
    file = io.BytesIO()
    file.write(start)
    kit().client.repository(parse_repository(f"{fake.host}/a/b")).fetch_blob(BLOB, file)
    return file.getvalue()


def ranges(fake: FakeRegistry) -> list[str]:
    """The Range of each request for the blob."""
    return [entry.headers.get("range", "") for entry in fake.requests("GET", "/blobs/")]


def test_a_truncated_download_is_resumed(fake: FakeRegistry) -> None:
    fake.seed_blob("a/b", DATA)
    fake.script.on("GET", "/blobs/", faults.truncate(200_000))
    assert fetch(fake) == DATA
    assert ranges(fake) == ["", "bytes=200000-"]


def test_a_registry_that_ignores_range_starts_over(fake: FakeRegistry) -> None:
    fake.seed_blob("a/b", DATA)
    fake.script.on("GET", "/blobs/", faults.truncate(200_000), nth=1)
    fake.script.on("GET", "/blobs/", faults.answer(200, body=DATA), nth=2)
    assert fetch(fake) == DATA


def test_a_range_that_starts_elsewhere_is_not_believed(fake: FakeRegistry) -> None:
    fake.seed_blob("a/b", DATA)
    wrong = faults.answer(206, body=DATA[300_000:], Content_Range=f"bytes 300000-{len(DATA) - 1}/{len(DATA)}")
    fake.script.on("GET", "/blobs/", faults.truncate(200_000), nth=1)
    fake.script.on("GET", "/blobs/", wrong, nth=2)
    assert fetch(fake) == DATA


def test_what_an_earlier_run_left_is_kept(fake: FakeRegistry) -> None:
    fake.seed_blob("a/b", DATA)
    assert fetch(fake, DATA[:123_456]) == DATA
    assert ranges(fake) == ["bytes=123456-"]


@pytest.mark.parametrize("secured", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("second", ["goes on", "ignores the range"])
def test_a_large_download_goes_on_where_it_broke(
    fakes: Callable[..., FakeRegistry], tmp_path: Path, second: str, secured: bool
) -> None:
    data = noise(5_000_001)  # so large that it is read past httpx, into buffers that are used again
    blob = Descriptor(mediatype.OCTET_STREAM, of(data), len(data))
    certificate = certs.make(tmp_path, "self", "127.0.0.1")
    fake = fakes(tls=certificate.server_context()) if secured else fakes()
    fake.seed_blob("a/b", data)
    fake.script.on("GET", "/blobs/", faults.truncate(3_333_333), nth=1)
    if second == "ignores the range":
        fake.script.on("GET", "/blobs/", faults.answer(200, body=data), nth=2)
    told: list[int] = []
    remote = kit(ca=certificate.cert).client.repository(parse_repository(f"{fake.host}/a/b"))
    with (tmp_path / "partial").open("w+b") as file:
        remote.fetch_blob(blob, file, progress=told.append)
    assert (tmp_path / "partial").read_bytes() == data
    assert ranges(fake) == ["", "bytes=3333333-"]
    assert sum(told) == len(data)


def test_a_new_file_is_not_cut(fake: FakeRegistry) -> None:
    class File(io.BytesIO):
        def truncate(self, size: int | None = None) -> int:
            raise AssertionError("ext4 writes out a file at once that was ever cut to nothing: a second for a GiB")

    fake.seed_blob("a/b", DATA)
    file = File()
    kit().client.repository(parse_repository(f"{fake.host}/a/b")).fetch_blob(BLOB, file)
    assert file.getvalue() == DATA


def test_a_download_that_never_moves_is_given_up(fake: FakeRegistry) -> None:
    fake.seed_blob("a/b", DATA)
    fake.script.on("GET", "/blobs/", faults.truncate(0), nth=None)
    with pytest.raises(Unreachable, match="broke off after 0 of 500000 bytes"):
        fetch(fake)
    assert len(ranges(fake)) == 6


def corrupt(reply: Reply) -> Reply:
    """The same length, other bytes."""
    return Reply(reply.status, reply.headers, reply.body[:-1] + bytes([reply.body[-1] ^ 1]))


def test_corrupt_bytes_are_thrown_away_and_read_once_more(fake: FakeRegistry) -> None:
    fake.seed_blob("a/b", DATA)
    fake.script.on("GET", "/blobs/", faults.rewrite(corrupt))
    assert fetch(fake) == DATA
    assert ranges(fake) == ["", ""]


def test_corrupt_twice_fails_and_leaves_nothing(fake: FakeRegistry, tmp_path: Path) -> None:
    fake.seed_blob("a/b", DATA)
    fake.script.on("GET", "/blobs/", faults.rewrite(corrupt), nth=None)
    with (tmp_path / "partial").open("w+b") as file, pytest.raises(DigestMismatch) as raised:
        kit().client.repository(parse_repository(f"{fake.host}/a/b")).fetch_blob(BLOB, file)
    assert BLOB.digest[:19] in raised.value.message
    assert (tmp_path / "partial").read_bytes() == b""
    assert len(ranges(fake)) == 2


def test_a_corrupt_start_of_an_earlier_run_is_read_anew(fake: FakeRegistry) -> None:
    fake.seed_blob("a/b", DATA)
    assert fetch(fake, b"x" * 1000) == DATA


def test_more_bytes_than_promised_are_refused(fake: FakeRegistry) -> None:
    fake.script.on("GET", "/blobs/", faults.answer(200, body=DATA + b"more"), nth=None)
    with pytest.raises(DigestMismatch, match="more than"):
        fetch(fake)


def test_the_digest_is_over_the_raw_bytes(fake: FakeRegistry) -> None:
    data = gzip.compress(b"a layer", mtime=0)
    blob = Descriptor(mediatype.OCI_LAYER_GZIP, of(data), len(data))
    fake.seed_blob("a/b", data)
    fake.script.on("GET", "/blobs/", faults.header("Content-Encoding", "gzip"))
    file = io.BytesIO()
    kit().client.repository(parse_repository(f"{fake.host}/a/b")).fetch_blob(blob, file)
    assert file.getvalue() == data
    assert fake.requests("GET", "/blobs/")[0].headers["accept-encoding"] == "identity"
