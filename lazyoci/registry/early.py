"""Questions that are asked along with the first one of all, `GET /v2/`, so that their answers come no later than its.

They go without credentials, so they are only asked where there are none for the registry. If it turns out to want some,
or an answer does not come, nothing follows from that: the question is asked again in its turn.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from lazyoci.registry.request import Reply, Request

T = TypeVar("T")

_MOST = 32  # at once


class Early:
    """The early questions to one registry host, and their answers. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._noted: dict[tuple[str, str], Request] = {}
        self._answers: dict[tuple[str, str], Reply] = {}

    def note(self, request: Request) -> None:
        """Ask this along with the first question, if that is yet to be asked."""
        with self._lock:
            if len(self._noted) < _MOST:
                self._noted[_key(request)] = request

    def beside(self, first: Callable[[], T], ask: Callable[[Request], Reply | None]) -> T:
        """What `first` returns, with all that was noted asked at the same time; raises what `first` raises."""
        with self._lock:
            self._answers = {}
            noted = dict(self._noted)
        if not noted:
            return first()
        with ThreadPoolExecutor(len(noted), thread_name_prefix="early") as pool:
            asked = {key: pool.submit(ask, request) for key, request in noted.items()}
            result = first()
        with self._lock:
            self._answers = {key: reply for key, future in asked.items() if (reply := future.result()) is not None}
        return result

    def forget(self) -> None:
        """Have all questions asked again: the registry answers these only to somebody it knows."""
        with self._lock:
            self._answers = {}

    def take(self, request: Request) -> Reply | None:
        """The answer to a question that was noted, once; None for one that must be asked again."""
        with self._lock:
            self._noted.pop(_key(request), None)
            reply = self._answers.pop(_key(request), None)
        return reply if reply is not None and reply.status in request.ok else None


def _key(request: Request) -> tuple[str, str]:
    return request.method, request.url
