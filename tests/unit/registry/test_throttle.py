import threading

from lazyoci.registry.http.throttle import PARALLEL_BLOBS, PARALLEL_WHEN_LIMITED, Throttle
from tests.registry.kit import Clock


def test_a_pause_holds_everyone_until_it_is_over() -> None:
    clock = Clock()
    gate = Throttle(clock, clock.sleep)
    gate.wait()
    assert clock.slept == []
    gate.close_for(2.0, limited=True)
    gate.wait()
    assert clock.slept == [2.0]
    gate.wait()
    assert clock.slept == [2.0]


def test_the_longest_pause_counts() -> None:
    clock = Clock()
    gate = Throttle(clock, clock.sleep)
    gate.close_for(5.0)
    gate.close_for(1.0)
    gate.wait()
    assert clock.slept == [5.0]


def test_a_clock_that_stands_still_is_no_trap() -> None:
    slept: list[float] = []
    gate = Throttle(lambda: 100.0, slept.append)
    gate.close_for(3.0)
    gate.wait()
    assert slept == [3.0]


def test_a_pause_asked_for_while_waiting_is_waited_for_too() -> None:
    clock = Clock()
    gate = Throttle(clock, lambda seconds: (clock.sleep(seconds), len(clock.slept) == 1 and gate.close_for(4.0))[0])
    gate.close_for(1.0)
    gate.wait()
    assert clock.slept == [1.0, 4.0]


def _has_places(gate: Throttle, expected: int) -> bool:
    """Whether so many blobs may move at once, and one more has to wait."""
    leave = threading.Event()
    entered = threading.Semaphore(0)

    def work() -> None:
        with gate.blob():
            entered.release()
            leave.wait()

    threads = [threading.Thread(target=work) for _ in range(expected + 1)]
    for thread in threads:
        thread.start()
    for _ in range(expected):
        entered.acquire()  # as long as it takes: a slow machine changes nothing
    one_more = entered.acquire(timeout=0.1)
    leave.set()
    for thread in threads:
        thread.join()
    return not one_more


def test_few_blobs_move_at_once_and_fewer_at_a_host_that_limits_again_and_again() -> None:
    clock = Clock()
    gate = Throttle(clock, clock.sleep)
    gate.close_for(0.0, limited=True)
    assert _has_places(gate, PARALLEL_BLOBS)
    gate.close_for(0.0, limited=True)
    assert _has_places(gate, PARALLEL_WHEN_LIMITED)


def test_the_user_decides_how_many_blobs_move_at_once() -> None:
    clock = Clock()
    gate = Throttle(clock, clock.sleep, blobs=7)
    assert _has_places(gate, 7)
    alone = Throttle(clock, clock.sleep, blobs=1)
    for _ in range(2):
        alone.close_for(0.0, limited=True)
    assert _has_places(alone, 1)
