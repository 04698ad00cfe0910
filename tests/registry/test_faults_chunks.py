"""Blobs in chunks, for who asks for them: what a registry must say of each, and what happens when it does not."""

import io
from collections.abc import Callable

import pytest

from lazyoci.oci import mediatype
from lazyoci.oci.descriptor import Descriptor
from lazyoci.oci.digest import of
from lazyoci.oci.reference import parse_repository
from lazyoci.registry import chunked_upload
from lazyoci.registry.errors import Failure
from tests.registry.fake import FakeRegistry, Traits, faults
from tests.registry.kit import Kit, kit, noise

SIZE = 100_000
DATA = noise(3 * SIZE + 5)
BLOB = Descriptor(mediatype.OCTET_STREAM, of(DATA), len(DATA))
Fakes = Callable[..., FakeRegistry]


def send(fake: FakeRegistry, tools: Kit | None = None, chunk: int = SIZE) -> int:
    """Push `BLOB` in chunks; the bytes that the progress adds up to."""
    given, moved = tools or kit(chunk=lambda _: chunk), list[int]()
    repository = given.client.repository(parse_repository(f"{fake.host}/a/b"))
    repository.push_blob(BLOB, lambda: io.BytesIO(DATA), progress=moved.append)
    assert fake.distribution.content[BLOB.digest] == DATA
    return sum(moved)


def steps(fake: FakeRegistry) -> list[str]:
    return [
        f"{entry.method} {entry.headers.get('content-range', '')}".strip()
        for entry in fake.requests("*", "/blobs/uploads/")
    ]


IN_CHUNKS = ["POST", "PATCH 0-99999", "PATCH 100000-199999", "PATCH 200000-299999", "PATCH 300000-300004", "PUT"]


def test_a_large_blob_goes_in_chunks_where_asked_for(fake: FakeRegistry) -> None:
    assert send(fake) == len(DATA)
    assert steps(fake) == IN_CHUNKS


def test_nothing_goes_in_chunks_unasked(fake: FakeRegistry) -> None:
    assert send(fake, kit()) == len(DATA)
    assert steps(fake) == ["POST", "PUT"]


def test_a_blob_that_fits_into_one_chunk_is_sent_whole(fake: FakeRegistry) -> None:
    send(fake, chunk=len(DATA))
    assert steps(fake) == ["POST", "PUT"]


def test_the_registrys_least_size_counts(fakes: Fakes) -> None:
    fake = fakes(traits=Traits(chunk_minimum=2 * SIZE))
    send(fake)
    assert steps(fake) == ["POST", "PATCH 0-199999", "PATCH 200000-300004", "PUT"]


@pytest.mark.parametrize("value", ["0-0", "0-99998", "0-100000", "", None, "bytes", "1-99999"])
def test_a_range_that_does_not_say_it_has_the_chunk(fake: FakeRegistry, value: str | None) -> None:
    fake.script.on("PATCH", "/blobs/uploads/", faults.header("Range", value))
    assert send(fake) == len(DATA)
    assert steps(fake) == ["POST", "PATCH 0-99999", "DELETE", "POST", "PUT"]


def test_a_later_chunk_that_is_dropped_in_silence(fake: FakeRegistry) -> None:
    fake.script.on("PATCH", "/blobs/uploads/", faults.header("Range", "0-99999"), nth=2)
    assert send(fake) == len(DATA)
    assert steps(fake)[-2:] == ["POST", "PUT"]


@pytest.mark.parametrize("status", [404, 405, 416])
def test_a_registry_that_takes_no_chunks_is_sent_the_blob_whole(fake: FakeRegistry, status: int) -> None:
    fake.script.on("PATCH", "/blobs/uploads/", faults.answer(status, "UNSUPPORTED"), nth=None)
    assert send(fake) == len(DATA)
    assert steps(fake)[-2:] == ["POST", "PUT"]


def test_a_location_that_is_missing_ends_the_chunks(fake: FakeRegistry) -> None:
    fake.script.on("PATCH", "/blobs/uploads/", faults.header("Location", None))
    assert send(fake) == len(DATA)
    assert steps(fake)[-2:] == ["POST", "PUT"]


def test_a_chunk_that_fails_for_a_moment_starts_the_blob_over(fake: FakeRegistry) -> None:
    fake.script.on("PATCH", "/blobs/uploads/", faults.answer(503, "UNAVAILABLE"), nth=3)
    assert send(fake) == len(DATA)
    assert steps(fake) == [*IN_CHUNKS[:4], *IN_CHUNKS]


def test_a_chunk_that_is_denied_is_a_refusal(fake: FakeRegistry) -> None:
    fake.script.on("PATCH", "/blobs/uploads/", faults.answer(403, "DENIED"), nth=None)
    with pytest.raises(Failure, match="denied"):
        send(fake)


@pytest.mark.parametrize(
    ("value", "end", "there"),
    [
        ("0-9", 10, True),
        ("bytes=0-9", 10, True),
        ("0-0", 1, True),
        ("0-0", 10, False),
        ("0-٩", 10, False),
        ("", 1, False),
    ],
)
def test_what_a_range_says(value: str, end: int, there: bool) -> None:
    assert chunked_upload.arrived(value, end) is there
