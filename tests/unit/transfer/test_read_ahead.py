"""Reading ahead in another thread: the same bytes in the same order, the same errors, and no thread left behind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from lazyoci.transfer.read_ahead import ahead

Room = Callable[[], memoryview]
DATA = bytes(range(256)) * 40_000  # 10 MB, more than is held


def threads() -> int:
    return sum(one.name == "lazyoci-ahead" for one in threading.enumerate())


def in_rooms(room: Room) -> Iterator[bytes | memoryview]:
    at = 0
    while at < len(DATA):
        here = room()
        count = min(len(here), 100_003, len(DATA) - at)
        here[:count] = DATA[at : at + count]
        at += count
        yield here[:count]


def in_pieces(_room: Room) -> Iterator[bytes | memoryview]:
    for at in range(0, len(DATA), 999_999):
        yield DATA[at : at + 999_999]


@pytest.mark.parametrize("fetch", [in_rooms, in_pieces])
def test_the_same_bytes(fetch: Callable[[Room], Iterator[bytes | memoryview]]) -> None:
    assert b"".join(map(bytes, ahead(fetch))) == DATA
    assert threads() == 0


def test_nothing() -> None:
    assert list(ahead(lambda _: iter(()))) == []


def test_an_error_comes_after_what_was_read_before_it() -> None:
    def fails(room: Room) -> Iterator[bytes | memoryview]:
        yield from in_rooms(room)
        raise OSError("broken")

    found = bytearray()
    with pytest.raises(OSError, match="broken"):
        for piece in ahead(fails):
            found += piece
    assert DATA.startswith(found)
    assert threads() == 0


def test_who_stops_reading_ends_the_fetch() -> None:
    ended = threading.Event()

    def endless(room: Room) -> Iterator[bytes | memoryview]:
        try:
            while True:
                yield room()
        finally:
            ended.set()

    pieces = ahead(endless)
    assert len(next(pieces)) > 0
    pieces.close()
    assert ended.is_set()
    assert threads() == 0
