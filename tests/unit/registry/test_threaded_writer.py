"""The way of a download's bytes to its hash and its file."""

from __future__ import annotations

import threading

import pytest

from lazyoci.registry.threaded_writer import BLOCK, ThreadedWriter
from tests.registry.kit import noise


def test_bytes_and_filled_room_arrive_in_order_at_every_consumer() -> None:
    data = noise(5 * BLOCK + 12_345)
    one, two = bytearray(), bytearray()
    with ThreadedWriter(one.extend, two.extend) as sink:
        at, turn = 0, 0
        while at < len(data):
            turn += 1
            if turn % 3:
                count = min(BLOCK // turn + turn, len(data) - at)
                sink.put(data[at : at + count])
            else:
                room = sink.room()
                count = min(len(room) // 2 + 1, len(data) - at)
                room[:count] = data[at : at + count]
                sink.put(room[:count])
            at += count
    assert one == two == data


def test_what_came_before_a_failure_is_kept() -> None:
    got = bytearray()
    with pytest.raises(RuntimeError, match="the network"), ThreadedWriter(got.extend) as sink:
        sink.put(b"a few bytes")
        raise RuntimeError("the network")
    assert got == b"a few bytes"


def test_a_full_disk_is_told_and_nothing_more_is_written() -> None:
    calls: list[int] = []

    def full(data: memoryview) -> None:
        calls.append(len(data))
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"), ThreadedWriter(full) as sink:
        for _ in range(100):
            sink.put(bytes(BLOCK))
    assert calls == [BLOCK]


def test_a_full_disk_at_the_end_is_told_too() -> None:
    def full(_: memoryview) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"), ThreadedWriter(full) as sink:
        sink.put(b"a few bytes")


def test_a_slow_consumer_holds_up_whoever_fills() -> None:
    go_on, filled = threading.Event(), 0
    got = bytearray()

    def slow(data: memoryview) -> None:
        go_on.wait()
        got.extend(data)

    def fill() -> None:
        nonlocal filled
        for _ in range(64):
            sink.put(bytes(BLOCK))
            filled += 1

    with ThreadedWriter(slow) as sink:
        thread = threading.Thread(target=fill)
        thread.start()
        thread.join(0.2)
        assert filled <= 16  # 4 MiB
        go_on.set()
        thread.join()
    assert len(got) == 64 * BLOCK
