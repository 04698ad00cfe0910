"""Messages out of a stream, in whatever pieces it comes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci_lsp.rpc.framing import LARGEST, Frames, frame


@given(bodies=st.lists(st.binary(max_size=30), max_size=5), cuts=st.lists(st.integers(1, 20), max_size=40))
@settings(max_examples=50, deadline=None)
def test_any_cut_of_the_stream_gives_the_same_messages(bodies: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(map(frame, bodies))
    frames, found = Frames(), []
    for size in cuts:
        found += frames.feed(stream[:size])
        stream = stream[size:]
    found += frames.feed(stream)
    assert found == bodies


def test_other_headers_and_their_case_do_not_matter() -> None:
    data = b"content-type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length:  2\r\n\r\n{}"
    assert Frames().feed(data) == [b"{}"]


@pytest.mark.parametrize(
    "data",
    [
        b"Content-Length: x\r\n\r\n",
        b"Content-Length: -1\r\n\r\n",
        b"Content-Length: 99999999999999\r\n\r\n",
        b"Content-Length: %d\r\n\r\n" % (LARGEST + 1),
        b"Content-Type: x\r\n\r\n",
        b"x" * 10_000,
    ],
)
def test_what_is_no_message_is_told_once_and_the_next_one_found(data: bytes) -> None:
    assert Frames().feed(data) == [None]
    assert Frames().feed(data + frame(b"{}")) == [None, b"{}"]
    frames = Frames()
    pieces = [data[i : i + 7] for i in range(0, len(data), 7)] + [bytes([one]) for one in frame(b"[1]")]
    found = [body for piece in pieces for body in frames.feed(piece)]
    assert found == [None, b"[1]"]


def test_a_length_that_is_too_short_costs_one_message() -> None:
    found = Frames().feed(b"Content-Length: 1\r\n\r\n{}" + frame(b"[1]"))
    assert found[0] == b"{"
    assert found[-1] == b"[1]"
