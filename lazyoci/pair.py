"""Work on a list in two processes at once, where the list is long and the machine has the processors for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

ENOUGH = 128  # items; with fewer, starting the other process takes longer than it saves
_ALONE = 16  # are done before that, so that what they import is there for both


def in_halves(items: Sequence[T], work: Callable[[Sequence[T]], R]) -> list[R]:
    """What `work` gives for all parts of `items`, in their order; raises OSError if the other process failed.

    The other process is a copy of this one (fork): call it only while this one has no threads. `R` is pickled.
    """
    if len(items) < ENOUGH or not hasattr(os, "fork") or _processors() < 2:
        return [work(items)]
    begun = work(items[:_ALONE])
    middle = (_ALONE + len(items)) // 2
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _other(writer, items[middle:], work)
    os.close(writer)
    with open(reader, "rb") as answer:  # noqa: PTH123  # a descriptor
        first = work(items[_ALONE:middle])
        data = answer.read()
    _, status = os.waitpid(child, 0)
    if status:
        raise OSError("the other process failed")
    import pickle  # only for many files

    second: R = pickle.loads(data)
    return [begun, first, second]


def _other(writer: int, items: Sequence[T], work: Callable[[Sequence[T]], Any]) -> None:
    """The other process: works, answers and ends, without the clean-up that is the first one's."""
    status = 1
    try:
        import pickle

        with open(writer, "wb") as answer:
            answer.write(pickle.dumps(work(items)))
        status = 0
    finally:
        os._exit(status)  # nothing that goes wrong is printed twice: the first process works on alone, and says it


def _processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
