"""Decompression: every gzip that others write, and nothing that runs wild."""

from __future__ import annotations

import gzip
import io
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyoci.errors import LayoutError
from lazyoci.layout.compression import GZIP, NONE, ZSTD, gunzip, sniff

LIMIT = 1 << 30


@pytest.mark.parametrize(
    ("head", "kind"), [(b"\x1f\x8b\x08\x00", GZIP), (b"\x28\xb5\x2f\xfd", ZSTD), (b"", NONE), (b"usta", NONE)]
)
def test_sniff(head: bytes, kind: str) -> None:
    assert sniff(head) == kind


@settings(max_examples=40, deadline=None)
@given(st.lists(st.binary(max_size=5000), min_size=1, max_size=4), st.integers(0, 9), st.integers(0, 600))
def test_members_follow_each_other(parts: list[bytes], level: int, padding: int) -> None:
    data = b"".join(gzip.compress(part, level) for part in parts) + bytes(padding)
    assert gunzip(io.BytesIO(data), "x", LIMIT).read() == b"".join(parts)


def test_a_bomb_is_stopped_at_its_limit() -> None:
    bomb = gzip.compress(bytes(20 << 20))
    with pytest.raises(LayoutError, match="layer expands to more than 1048576 bytes"):
        gunzip(io.BytesIO(bomb), "layer", 1 << 20).read()


@settings(max_examples=150, deadline=None)
@given(st.binary(min_size=1, max_size=300), st.integers(0, 320), st.integers(0, 255))
def test_broken_streams_fail_as_ours(content: bytes, position: int, value: int) -> None:
    data = bytearray(gzip.compress(content))
    data[position % len(data)] = value
    try:
        found = gunzip(io.BytesIO(bytes(data)), "x", LIMIT).read()
    except LayoutError:
        return
    assert found == content  # a byte of the header that does not matter


@pytest.mark.parametrize(
    "data", [b"", b"\x1f", gzip.compress(b"x" * 1000, mtime=0)[:-1], gzip.compress(b"x", mtime=0)[:5], b"junk"]
)
def test_truncated(data: bytes) -> None:
    with pytest.raises(LayoutError):
        gunzip(io.BytesIO(data), "x", LIMIT).read()


def test_zlib_without_gzip_is_refused() -> None:
    with pytest.raises(LayoutError, match="not valid gzip"):
        gunzip(io.BytesIO(zlib.compress(b"x" * 100)), "x", LIMIT).read()
