"""Messages out of a stream, in whatever pieces it comes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci_lsp.framing import BrokenStream, Frames, frame


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
        b"Content-Type: x\r\n\r\n",
        b"x" * 10_000,
    ],
)
def test_what_is_no_such_stream(data: bytes) -> None:
    with pytest.raises(BrokenStream):
        Frames().feed(data)
