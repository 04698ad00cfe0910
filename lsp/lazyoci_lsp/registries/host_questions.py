"""Asks one registry host: first one question, then a few at a time, until nobody waits for an answer any more.

A host that does not answer the first question is not asked the others: they have the same answer.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Collection
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, replace

from lazyoci.errors import Interrupted, LazyociError
from lazyoci.online import Answer, Question, ask
from lazyoci.registry.client import Client
from lazyoci.registry.errors import Task, Unreachable
from lazyoci_lsp.workers import Pool

log = logging.getLogger(__name__)
_AT_ONCE = 4  # questions to one host
_REQUESTS = (
    4  # requests that a question takes at most, each within the time limit: connection, token, HEAD, and one repeated
)
Connect = Callable[[threading.Event], Client]


class HostClient:
    """The client for one host. Making it reads settings, so the first worker that needs it does so. Thread-safe."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._lock = threading.Lock()
        self._client: Client | None = None
        self.cancelled = threading.Event()

    def client(self) -> Client:
        """The client; raises LazyociError where the user's settings cannot be read."""
        with self._lock:
            if self._client is None:
                self._client = self._connect(self.cancelled)
            return self._client

    def abort(self) -> None:
        """Cut the connections; requests under way raise Interrupted. Returns at once."""
        self.cancelled.set()
        client = self._client
        if client is not None:
            client.abort()

    def close(self) -> None:
        """Close its connections."""
        with self._lock:
            if self._client is not None:
                self._client.close()


@dataclass(slots=True)
class _Running:
    future: Future[Answer]
    watchdog: asyncio.TimerHandle | None = None


class HostQuestions:
    """The questions to one host that are asked or wait to be. For the main loop.

    `on_answer` hears of each answer, and whether details were asked for; `on_end` of the end, unless it was aborted.
    `limit` is the time limit of one request, in seconds.
    """

    def __init__(
        self,
        host: str,
        *,
        as_push: bool,
        connect: Connect,
        pool: Pool,
        limit: float,
        on_answer: Callable[[Answer, bool], None],
        on_end: Callable[[HostQuestions], None],
    ) -> None:
        self.host = host
        self.as_push = as_push
        self._host_client = HostClient(connect)
        self._pool = pool
        self._limit = limit
        self._on_answer = on_answer
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[Question, bool] = {}
        self._running: dict[Question, _Running] = {}
        self._details: dict[Question, bool] = {}
        self._reached = False
        self._over: asyncio.Future[None] = self._loop.create_future()

    def __contains__(self, question: object) -> bool:
        return question in self._waiting or question in self._running

    def add(self, question: Question, *, details: bool) -> None:
        """Ask this too; a question that is under way is not asked twice."""
        if question not in self._running:
            self._waiting[question] = details or self._waiting.get(question, False)

    def start(self) -> None:
        """Go on, after questions were added."""
        if self._over.done():
            return
        while self._waiting and len(self._running) < (_AT_ONCE if self._reached else 1):
            question = next(iter(self._waiting))
            self._ask(question, self._waiting.pop(question))
        if not self._running:
            self._finish()
            self._on_end(self)

    async def ended(self) -> None:
        """Return when all is answered, or it was aborted."""
        await asyncio.shield(self._over)

    def keep(self, wanted: Collection[Question]) -> None:
        """Drop the questions that are not among these; where none is left, end at once."""
        self._waiting = {question: details for question, details in self._waiting.items() if question in wanted}
        if not self._waiting and not any(question in wanted for question in self._running):
            self.abort()

    def abort(self) -> None:
        """Stop now; answers that are still to come are dropped."""
        self._waiting.clear()
        for running in self._running.values():
            running.future.cancel()
            if running.watchdog is not None:
                running.watchdog.cancel()
        self._running.clear()
        self._host_client.abort()
        self._finish()

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self._over.done()

    def _finish(self) -> None:
        if not self._over.done():
            self._over.set_result(None)
            self._pool.submit(self._host_client.close)

    def _ask(self, question: Question, details: bool) -> None:
        def work() -> Answer:
            self._later(self._begun, question)
            return ask(self._host_client.client(), question, as_push=self.as_push, details=details)

        self._details[question] = details
        future = self._pool.submit(work)
        self._running[question] = _Running(future)
        future.add_done_callback(lambda done: self._later(self._ended, question, done))

    def _later(self, what: Callable[..., None], *arguments: object) -> None:
        """Do something in the main loop, from a worker."""
        try:
            self._loop.call_soon_threadsafe(what, *arguments)
        except RuntimeError:
            return  # the server ended meanwhile

    def _begun(self, question: Question) -> None:
        """A worker began: start the watchdog, since looking up a host name has no time limit of its own."""
        running = self._running.get(question)
        if running is not None:
            running.watchdog = self._loop.call_later(_REQUESTS * self._limit, self._overdue, question)

    def _overdue(self, question: Question) -> None:
        message = f"{self.host} did not answer within {_REQUESTS * self._limit:g} s"
        failure = Unreachable(message, Task(self.host), reason="timeout")
        self._running.pop(question, None)
        self._answered(self._failed(question, failure))
        self.abort()
        self._on_end(self)

    def _ended(self, question: Question, future: Future[Answer]) -> None:
        running = self._running.get(question)
        if running is None or running.future is not future:
            return  # aborted, or overdue
        del self._running[question]
        if running.watchdog is not None:
            running.watchdog.cancel()
        try:
            answer = future.result()
        except (CancelledError, Interrupted):
            return
        except LazyociError as error:  # the user's settings
            answer = self._failed(question, error)
        except Exception as error:  # whatever it is, the others are asked all the same
            log.error("asking %s", question, exc_info=error)
            answer = self._failed(question, LazyociError(f"an internal error, {type(error).__name__}; see the log"))
        self._answered(answer)
        self.start()

    def _answered(self, answer: Answer) -> None:
        self._reached = self._reached or not answer.unreachable
        self._on_answer(answer, self._details.pop(answer.question, False))
        if answer.unreachable:
            waiting, self._waiting = self._waiting, {}
            for question in waiting:
                self._on_answer(replace(answer, question=question), False)

    def _failed(self, question: Question, failure: LazyociError) -> Answer:
        import time

        return Answer(question, "unchecked", time.time(), self.as_push, failure=failure)
