"""Work beside the main loop, in pools of daemon threads: at exit nothing waits for a thread that hangs."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")
log = logging.getLogger(__name__)


class Pool:
    """At most `size` pieces of work at a time; threads start as they are needed. Thread-safe.

    `concurrent.futures.ThreadPoolExecutor` joins its threads when the interpreter ends, which with a registry that
    never answers, or a name server that does not, would keep the editor's server alive.
    """

    def __init__(self, size: int, name: str) -> None:
        self._size = size
        self._name = name
        self._waiting: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        self._changed = threading.Condition()
        self._threads = 0
        self._idle = 0

    def submit(self, work: Callable[[], T], *, urgent: bool = False) -> Future[T]:
        """Run `work` when a thread is free; `urgent` work goes in front of what waits. A future can be cancelled."""
        future: Future[T] = Future()
        with self._changed:
            if urgent:
                self._waiting.appendleft((future, work))
            else:
                self._waiting.append((future, work))
            if self._idle >= len(self._waiting):
                self._changed.notify()
            elif self._threads < self._size:
                self._threads += 1
                threading.Thread(target=self._run, name=f"{self._name}-{self._threads}", daemon=True).start()
            else:
                self._changed.notify()
        return future

    def clear(self) -> None:
        """Cancel all that has not begun."""
        with self._changed:
            waiting, self._waiting = list(self._waiting), deque()
        for future, _ in waiting:
            future.cancel()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._idle += 1
                while not self._waiting:
                    self._changed.wait()
                self._idle -= 1
                future, work = self._waiting.popleft()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001  # whoever awaits the future gets it
                future.set_exception(error)
            else:
                future.set_result(result)
            del future, work


class Background:
    """Runs what one session does beside its messages: coroutines on the main loop, and slow work in threads."""

    def __init__(self) -> None:
        """To be made on the main loop."""
        self._loop = asyncio.get_running_loop()
        self._short = Pool(2, "worker")
        self._long = Pool(2, "command")
        self._tasks: set[asyncio.Task[Any]] = set()

    async def run(self, work: Callable[[], T]) -> T:
        """Run something slow in a thread."""
        return await asyncio.wrap_future(self._short.submit(work))

    async def run_long(self, work: Callable[[], T]) -> T:
        """Run in a thread what may take minutes, such as a build; nothing else waits for it."""
        return await asyncio.wrap_future(self._long.submit(work))

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run a coroutine beside the messages; what it raises is logged."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def on_main_loop(self, what: Callable[[], None]) -> None:
        """Do something in the main loop, from any thread; nothing once the server has ended."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(what)

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("in the background", exc_info=error)
