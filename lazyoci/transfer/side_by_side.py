"""Does several small things at the same time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

A = TypeVar("A")
R = TypeVar("R")


def side_by_side(do: Callable[[A], R], items: Sequence[A], most: int) -> list[R]:
    """What `do` returns for each item, in their order; `most` at a time, and a single one in this thread.

    Raises what the first failed one raised, when all have ended.
    """
    if len(items) < 2 or most < 2:
        return [do(item) for item in items]
    with ThreadPoolExecutor(min(len(items), most), thread_name_prefix="step") as pool:
        return list(pool.map(do, items))
