"""HTTP/1.1 on one connection: heads, the framing of bodies, and nothing but typed errors for what is none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci.registry.http.unreachable import TransportError
from lazyoci.registry.http.wire import HEAD_BYTES, Body, Head, Headers, Wire


def now() -> float:
    return 0.0


class Said:
    """A socket that says some bytes, so many at a time, and then has ended."""

    def __init__(self, data: bytes, step: int = 1 << 20) -> None:
        self.data = data
        self.step = step
        self.sent = b""

    def recv_into(self, buffer: memoryview, /) -> int:
        count = min(len(buffer), self.step, len(self.data))
        buffer[:count] = self.data[:count]
        self.data = self.data[count:]
        return count

    def send(self, data: memoryview, /) -> int:
        self.sent += bytes(data[: self.step])
        return min(len(data), self.step)

    def settimeout(self, value: float | None, /) -> None:
        return None

    def fileno(self) -> int:
        return -1

    def close(self) -> None:
        return None


def reply(data: bytes, method: str = "GET", step: int = 1 << 20) -> tuple[Head, bytes, Body]:
    """A head and the whole body after it."""
    wire = Wire(Said(data, step))
    head = wire.head(now, 60)
    body, parts = Body(wire, head, method), b""
    while piece := body.read():
        parts += piece
    return head, parts, body


@pytest.mark.parametrize("step", [1, 7, 1 << 20])
def test_a_body_by_its_length(step: int) -> None:
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A:  one \r\nx-a: two\r\n\r\nhello"
    head, body, _ = reply(raw, step=step)
    assert (head.status, head.reason, body, head.stays) == (200, "OK", b"hello", True)
    assert head.headers.get_list("X-a") == ["one", "two"]
    assert head.headers["x-A"] == "one, two"


@pytest.mark.parametrize("step", [1, 3, 1 << 20])
def test_a_body_in_chunks(step: int) -> None:
    raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nTrailer: x\r\n\r\n"
    _, body, read = reply(raw, step=step)
    assert (body, read.ended) == (b"hello!", True)


def test_a_body_that_ends_with_the_connection() -> None:
    head, body, _ = reply(b"HTTP/1.0 200 OK\r\n\r\nall of it")
    assert (body, head.stays) == (b"all of it", False)


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_no_body(method: str, status: int) -> None:
    _, body, read = reply(b"HTTP/1.1 %d X\r\nContent-Length: 5\r\n\r\n" % status, method)
    assert (body, read.ended) == (b"", True)


@pytest.mark.parametrize("step", [1, 1 << 20])
def test_informational_responses_are_passed_over(step: int) -> None:
    raw = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n"
    raw += b"HTTP/1.1 201 Made\r\nContent-Length: 0\r\n\r\n"
    head, _, _ = reply(raw, step=step)
    assert (head.status, head.headers.get("link")) == (201, None)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"", "reset"),
        (b"HTTP/1.1 200", "reset"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "protocol"),
        (b"HTTP/2.0 200 OK\r\n\r\n", "protocol"),
        (b"HTTP/1.1 20 OK\r\n\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nA b: c\r\n\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na", "protocol"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", "reset"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhell", "reset"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 100_000, "protocol"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * HEAD_BYTES + b"\r\n\r\n", "flood"),
    ],
)
def test_what_is_no_reply(raw: bytes, kind: str) -> None:
    with pytest.raises(TransportError) as caught:
        reply(raw)
    assert caught.value.kind == kind


def test_the_time_for_a_head_is_for_all_of_it() -> None:
    moments = iter(range(0, 1000, 20))
    with pytest.raises(TransportError) as caught:
        Wire(Said(b"HTTP/1.1 200 OK\r\n", step=1)).head(lambda: float(next(moments)), 60)
    assert caught.value.kind == "slow"


@settings(max_examples=300)
@given(st.binary(max_size=300), st.sampled_from([1, 5, 1000]))
def test_any_bytes_make_a_reply_or_a_typed_error(data: bytes, step: int) -> None:
    for raw in (data, b"HTTP/1.1 200 OK\r\n" + data, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + data):
        try:
            reply(raw, step=step)
        except TransportError:
            continue


def test_a_request_goes_out_whole() -> None:
    said = Said(b"", step=1000)
    Wire(said).send(b"PUT / HTTP/1.1\r\n\r\n", iter([b"a" * 100_000, b"b" * 3]), 60)
    assert said.sent == b"PUT / HTTP/1.1\r\n\r\n" + b"a" * 100_000 + b"bbb"


def test_headers_with_another_value() -> None:
    headers = Headers([("A", "1"), ("B", "2")])
    assert dict(headers.replaced("a", "3")) == {"a": "3", "b": "2"}
    assert dict(headers) == {"a": "1", "b": "2"}
